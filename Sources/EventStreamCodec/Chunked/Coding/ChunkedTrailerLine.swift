/// A line of the trailer section, found at the start of some bytes: the stateless layer, for those who own their buffers.
///
/// Source: RFC 9112 §7.1.2.
public enum ChunkedTrailerLine: Sendable, Hashable {
    /// A field; ranges count from the start of the line. Whitespace around the value is not in its range. The next line
    /// begins at `byteCount`.
    case field(name: Range<Int>, value: Range<Int>, byteCount: Int)

    /// The empty line, two bytes, after which nothing belongs to the body.
    case end

    /// Reads the line at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The body from the start of the line; bytes after the line are not looked at.
    ///   - offset: Where `bytes` begins in the body, for the offset of an error.
    ///   - limits: The limits; the one on trailer bytes holds for this line.
    /// - Returns: The line, or nil when it is not whole.
    /// - Throws: ``ChunkedError``, as soon as a byte is there that no bytes after it could make right.
    public static func parse(
        _ bytes: RawSpan, at offset: UInt64 = 0, limits: ChunkedLimits = .standard
    ) throws(ChunkedError) -> ChunkedTrailerLine? {
        var scanner = TrailerLineScanner()
        var position = 0
        var budget = limits.trailerBytes
        switch try scanner.scan(bytes, from: &position, offset: offset, budget: &budget) {
        case .needsMore: return nil
        case .lastLine: return .end
        case .field:
            let line = bytes.extracting(0..<scanner.length)
            return .field(
                name: 0..<scanner.nameLength, value: line.trimmed((scanner.nameLength &+ 1)..<scanner.length),
                byteCount: position)
        }
    }
}

extension RawSpan {
    /// The range without the spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, HTTPByte.isWhitespace(byte(at: lower)) { lower &+= 1 }
        while lower < upper, HTTPByte.isWhitespace(byte(at: upper &- 1)) { upper &-= 1 }
        return lower..<upper
    }
}
