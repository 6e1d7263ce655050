/// A line of the trailer section, parsed at the start of a buffer. This is the stateless layer, for callers that own their
/// buffers.
///
/// Source: RFC 9112 §7.1.2.
public enum ChunkedTrailerLine: Sendable, Hashable {
    /// A field of `length` bytes, including its CRLF; the next line begins there. The ranges count from the start of the
    /// line, and the value's range does not include the whitespace around the value.
    case field(name: Range<Int>, value: Range<Int>, length: Int)

    /// The empty line that ends the body, two bytes.
    case end

    /// Parses the trailer line at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The body from the start of the line. Bytes after the line are not read.
    ///   - streamOffset: The position of `bytes` in the body, for the offset of an error.
    ///   - limits: The limits; ``ChunkedLimits/trailersLength`` applies to this line.
    /// - Returns: The line, or nil if `bytes` ends before the line does.
    /// - Throws: ``ChunkedError`` at the first byte that cannot be part of a trailer line.
    /// - Complexity: O(*n*), where *n* is the length of the line.
    @inlinable
    public static func parse(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, streamOffset: UInt64 = 0,
        limits: ChunkedLimits = .standard
    ) throws(ChunkedError) -> ChunkedTrailerLine? {
        try parse(span: bytes.rawSpan, streamOffset: streamOffset, limits: limits)
    }

    @usableFromInline
    static func parse(
        span bytes: RawSpan, streamOffset: UInt64, limits: ChunkedLimits
    ) throws(ChunkedError) -> ChunkedTrailerLine? {
        var scanner = TrailerLineScanner()
        var position = 0
        var budget = OverheadBudget(limit: limits.trailersLength)
        switch try scanner.scan(bytes, from: &position, offset: streamOffset, budget: &budget, policy: .strict) {
        case .needsMore: return nil
        case .lastLine: return .end
        case .field:
            let line = bytes.extracting(0..<scanner.length)
            return .field(
                name: 0..<scanner.nameLength, value: line.trimmed((scanner.nameLength &+ 1)..<scanner.length),
                length: position)
        }
    }
}

/// Scans a line of the trailer section byte by byte, a field or the empty line that ends the body, and stores where in the
/// line the input ended.
///
/// ```
/// field-line = field-name ":" OWS field-value OWS CRLF
/// ```
///
/// Folded lines are rejected. Source: RFC 9112 §7.1.2 and §5, RFC 9110 §5.
struct TrailerLineScanner: Sendable {
    /// The number of bytes of the line read so far, without CR and LF.
    private(set) var length = 0

    /// The length of the field's name in bytes.
    private(set) var nameLength = 0

    /// The position after the field's colon in the line.
    private(set) var valueStart = 0

    /// The number of bytes between the field's value and its CRLF: 1 for a LF that the policy allows.
    private(set) var extraLength = 0

    /// Whether all bytes of the line so far are zeros, as in the size of a last chunk.
    private(set) var isZeros = true

    private var state = State.start

    /// The forbidden names that begin with the bytes read so far.
    private var forbidden = ForbiddenNames.all

    /// What may come next.
    private enum State: UInt8 {
        /// A name or the CR of the last line; the rest of a name; a value.
        case start, name, value
        /// What only the policy allows: after whitespace that follows a name; after the LF that precedes the CR of a field.
        case whitespaceBeforeColon, extraLineFeed
        /// After the CR of a field; after the CR of the last line.
        case lineFeed, lastLineFeed
        /// After the LF of either.
        case end, lastEnd
        /// After an invalid byte.
        case invalid
    }

    /// The result of a scan.
    enum Outcome {
        case needsMore
        case field
        case lastLine
    }

    /// Whether the scanner is before the first byte of a line.
    var isBetweenLines: Bool { state == .start || state == .end }

    /// Whether a field has been read to its end.
    var hasEnded: Bool { state == .end }

    /// Whether the CR of a field has been read and the LF has not.
    var isAtLineFeed: Bool { state == .lineFeed }

    /// Scans from `position` to the end of the line or of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to scan.
    ///   - position: Where to start; set to where the scan stopped.
    ///   - offset: The position of `bytes` in the body.
    ///   - budget: The number of bytes that the trailer section may still have.
    ///   - policy: What to accept beyond the grammar.
    mutating func scan(
        _ bytes: RawSpan, from position: inout Int, offset: UInt64, budget: inout OverheadBudget, policy: ChunkedPolicy
    ) throws(ChunkedError) -> Outcome {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            let next = successor(of: byte, policy: policy)
            if next == .invalid {
                throw ChunkedError(errorCode(for: byte), at: offset &+ UInt64(position), found: UInt64(byte))
            }
            if next == .lastEnd {
                position &+= 1
                return .lastLine
            }
            if next != .lastLineFeed {
                guard budget.spend(1) else {
                    throw ChunkedError(
                        .trailersTooLong, at: offset &+ UInt64(position), expected: UInt64(clamping: budget.limit))
                }
            }
            if next == .name {
                forbidden.match(byte, at: length)
                isZeros = isZeros && byte == UInt8(ascii: "0")
            } else if state == .name {
                if forbidden.isComplete(length) {
                    throw ChunkedError(.trailerForbidden, at: offset &+ UInt64(position))
                }
                nameLength = length
            }
            if next != .lineFeed, next != .end, next != .lastLineFeed { length &+= 1 }
            if next == .value, state != .value { valueStart = length }
            if next == .extraLineFeed { extraLength = 1 }
            state = next
            position &+= 1
            if state == .end { return .field }
        }
        return .needsMore
    }

    private func successor(of byte: UInt8, policy: ChunkedPolicy) -> State {
        switch state {
        case .start:
            if byte == HTTPByte.carriageReturn { return .lastLineFeed }
            return HTTPByte.isToken(byte) ? .name : .invalid
        case .name:
            if HTTPByte.isToken(byte) { return .name }
            if policy.allowsWhitespaceBeforeColon, HTTPByte.isWhitespace(byte) { return .whitespaceBeforeColon }
            return byte == HTTPByte.colon ? .value : .invalid
        case .whitespaceBeforeColon:
            if HTTPByte.isWhitespace(byte) { return .whitespaceBeforeColon }
            return byte == HTTPByte.colon ? .value : .invalid
        case .value:
            if byte == HTTPByte.carriageReturn { return .lineFeed }
            if policy.allowsLineFeedBeforeTrailerEnd, byte == HTTPByte.lineFeed { return .extraLineFeed }
            return HTTPByte.isFieldValue(byte) ? .value : .invalid
        case .extraLineFeed: return byte == HTTPByte.carriageReturn ? .lineFeed : .invalid
        case .lineFeed: return byte == HTTPByte.lineFeed ? .end : .invalid
        case .lastLineFeed: return byte == HTTPByte.lineFeed ? .lastEnd : .invalid
        case .end, .lastEnd, .invalid: return .invalid
        }
    }

    /// Returns the error code for an invalid byte in the current state.
    private func errorCode(for byte: UInt8) -> ChunkedError.Code {
        switch state {
        case .lineFeed, .lastLineFeed, .extraLineFeed: .lineEndingInvalid
        case _ where byte == HTTPByte.lineFeed: .lineEndingInvalid
        case .value: .trailerValueInvalid
        default: .trailerNameInvalid
        }
    }

    /// The names of fields that frame a message, matched as their bytes arrive, without regard to case. After a body they
    /// would allow request smuggling.
    private struct ForbiddenNames: Sendable {
        private var contentLength: Bool
        private var transferEncoding: Bool

        static let all = ForbiddenNames(contentLength: true, transferEncoding: true)
        private static let contentLengthName: StaticString = "content-length"
        private static let transferEncodingName: StaticString = "transfer-encoding"

        private init(contentLength: Bool, transferEncoding: Bool) {
            self.contentLength = contentLength
            self.transferEncoding = transferEncoding
        }

        /// Compares the byte at `position` of a name.
        mutating func match(_ byte: UInt8, at position: Int) {
            contentLength = contentLength && Self.contentLengthName.hasLetter(byte, at: position)
            transferEncoding = transferEncoding && Self.transferEncodingName.hasLetter(byte, at: position)
        }

        /// Whether a name of `length` bytes that matched so far is a forbidden one.
        func isComplete(_ length: Int) -> Bool {
            contentLength && length == Self.contentLengthName.utf8CodeUnitCount
                || transferEncoding && length == Self.transferEncodingName.utf8CodeUnitCount
        }
    }
}
