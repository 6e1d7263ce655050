/// A chunk's first line, found at the start of some bytes: the stateless layer, for those who own their buffers.
///
/// | bytes | part |
/// |---|---|
/// | 0..<D | the size's hexadecimal digits |
/// | ``extensionsRange`` | chunk extensions, empty when there are none |
/// | byteCount−2..<byteCount | CRLF |
///
/// What follows it is ``size`` bytes of data and a CRLF; after the last chunk's header, the trailer section, see
/// ``ChunkedTrailerLine``. Source: RFC 9112 §7.1.
public struct ChunkHeader: Sendable, Hashable {
    /// The number of bytes of data, 0 for the last chunk; at most `Int64.max`.
    public let size: UInt64

    /// Where the extensions stand, from the start of the line; see ``extensions(in:chunk:)``.
    public let extensionsRange: Range<Int>

    /// The length of the line, its CRLF included.
    public let byteCount: Int

    /// The bytes of the line that are neither needed to say the size nor to end the line: what a caller may keep a
    /// budget of.
    public var overheadByteCount: Int { byteCount &- Hexadecimal.digitCount(size) &- 2 }

    /// The extensions of the line.
    ///
    /// - Parameters:
    ///   - line: The bytes that this header was parsed from.
    ///   - chunk: The number of the chunk, for ``ChunkExtensionsView/chunk``.
    /// - Returns: Nil when `line` does not begin with this header.
    @_lifetime(copy line)
    public func extensions(in line: RawSpan, chunk: Int = 0) -> ChunkExtensionsView? {
        let lenient = ChunkedPolicy(allowsWhitespaceAfterSize: true)
        guard let header = try? Self.parse(line, limits: .unlimited, policy: lenient), header == self else {
            return nil
        }
        return ChunkExtensionsView(validated: line.extracting(extensionsRange), chunk: chunk, size: size)
    }

    /// Whether this is the last chunk, after which the trailer section comes.
    public var isLast: Bool { size == 0 }

    /// Reads the chunk header at the start of `bytes`.
    ///
    /// Every call starts from the first byte; ``ChunkedLimits/extensionBytes`` bounds how long a line can ask for more.
    ///
    /// - Parameters:
    ///   - bytes: The body from the start of a chunk; bytes after the line are not looked at.
    ///   - offset: Where `bytes` begins in the body, for the offset of an error.
    ///   - limits: The limits; the one on extensions holds for this line.
    ///   - policy: What to accept beyond the grammar.
    /// - Returns: The header, or nil when the line is not whole.
    /// - Throws: ``ChunkedError``, as soon as a byte is there that no bytes after it could make right.
    public static func parse(
        _ bytes: RawSpan, at offset: UInt64 = 0, limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict
    ) throws(ChunkedError) -> ChunkHeader? {
        var scanner = SizeLineScanner()
        var position = 0
        var budget = limits.extensionBytes
        guard try scanner.scan(bytes, from: &position, offset: offset, budget: &budget, policy: policy) else {
            return nil
        }
        let extensionsEnd = position &- 2
        return ChunkHeader(
            size: scanner.size, extensionsRange: (extensionsEnd &- scanner.extensionLength)..<extensionsEnd,
            byteCount: position)
    }
}
