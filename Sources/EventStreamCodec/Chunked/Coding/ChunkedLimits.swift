/// How much of a chunked body may be anything but data; `Int.max` means no limit.
///
/// The budgets are per body and count overhead only, never data, so that no split into chunks that a sender is entitled
/// to is refused, while a stream of framing without data comes to an end.
public struct ChunkedLimits: Sendable, Hashable {
    /// The bytes of all chunk extensions together: from the first whitespace or `;` after a size to the CRLF, and
    /// the leading zeros of sizes of more than 16 digits. (Senders that reserve a size's place write fixed-width sizes,
    /// and are no abuse.) Servers that read extensions without end were CVE-2023-39326 and others.
    public var extensionBytes: Int

    /// The bytes of the trailer section, line ends included, the CRLF that ends the body excluded.
    public var trailerBytes: Int

    /// The number of fields in the trailer section.
    public var trailerFields: Int

    /// The number of chunks, the last chunk not counted. Not limited by default: one-byte chunks are wasteful and legal.
    public var chunks: Int

    /// The default for ``extensionBytes`` and ``trailerBytes``: 16 KiB, what most servers grant a whole header section.
    public static let defaultOverheadBytes = 16_384

    /// The default for ``trailerFields``.
    public static let defaultTrailerFields = 128

    /// Sets each limit; the defaults are this library's.
    public init(
        extensionBytes: Int = defaultOverheadBytes, trailerBytes: Int = defaultOverheadBytes,
        trailerFields: Int = defaultTrailerFields, chunks: Int = .max
    ) {
        self.extensionBytes = extensionBytes
        self.trailerBytes = trailerBytes
        self.trailerFields = trailerFields
        self.chunks = chunks
    }

    /// The default limits.
    public static let standard = ChunkedLimits()

    /// No limits.
    public static let unlimited = ChunkedLimits(
        extensionBytes: .max, trailerBytes: .max, trailerFields: .max, chunks: .max)
}
