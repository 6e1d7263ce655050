/// Limits on the parts of a chunked body that are not data. `Int.max` and `UInt64.max` mean no limit.
///
/// Each limit applies to a whole body and counts only overhead, never data. Any legal split of the data into chunks is
/// therefore accepted, while a peer that sends framing without data reaches a limit.
public struct ChunkedLimits: Sendable, Hashable {
    /// The total length of all chunk extensions of a body, in bytes.
    ///
    /// An extension is counted from the first whitespace or `;` after the chunk size up to the CRLF. The leading zeros of
    /// a size with more than 16 digits are counted too; sizes of a fixed width up to 16 digits are not overhead, because
    /// senders that reserve space for a size write them in every chunk. Servers that read extensions without a limit
    /// were vulnerable to CVE-2023-39326 and similar attacks.
    public var extensionsLength: Int

    /// The length of the trailer section in bytes, with the line ends of its fields and without the final CRLF.
    public var trailersLength: Int

    /// The number of fields in the trailer section. The time for the trailers of aws-chunked grows with the square of their
    /// number, because each name may occur once.
    public var trailerCount: Int

    /// The number of chunks, without the last chunk. There is no limit by default: one-byte chunks are wasteful but
    /// legal, and a decoder stores nothing per chunk.
    public var chunkCount: UInt64

    /// The default of ``extensionsLength`` and ``trailersLength``: 16 KiB, which most servers allow for a whole header
    /// section.
    public static let defaultOverheadLength = 16_384

    /// The default of ``trailerCount``: 128, which is far more than the few trailers that real senders use and keeps
    /// the work per body small.
    public static let defaultTrailerCount = 128

    /// Creates limits; each one that is omitted has its default.
    ///
    /// - Parameters:
    ///   - extensionsLength: The total length of all chunk extensions, in bytes.
    ///   - trailersLength: The length of the trailer section, in bytes.
    ///   - trailerCount: The number of trailer fields.
    ///   - chunkCount: The number of chunks.
    public init(
        extensionsLength: Int = defaultOverheadLength, trailersLength: Int = defaultOverheadLength,
        trailerCount: Int = defaultTrailerCount, chunkCount: UInt64 = .max
    ) {
        self.extensionsLength = extensionsLength
        self.trailersLength = trailersLength
        self.trailerCount = trailerCount
        self.chunkCount = chunkCount
    }

    /// The default limits.
    public static let standard = ChunkedLimits()

    /// No limits.
    public static let unlimited = ChunkedLimits(
        extensionsLength: .max, trailersLength: .max, trailerCount: .max, chunkCount: .max)
}

/// What a decoder accepts beyond the grammar of RFC 9112 §7.1.
public struct ChunkedPolicy: Sendable, Hashable {
    /// Whether spaces and tabs may precede the CRLF of a chunk size, as in `5 \r\n`. Some old servers pad sizes this way.
    /// The grammar allows whitespace there only before a `;`.
    public var allowsWhitespaceAfterSize: Bool

    /// What a content coding on top may accept in trailers. Recipients of HTTP must reject both, so neither is public.
    var allowsLineFeedBeforeTrailerEnd = false
    var allowsWhitespaceBeforeColon = false

    /// Creates a policy; by default nothing beyond the grammar is accepted.
    ///
    /// - Parameter allowsWhitespaceAfterSize: Whether whitespace may precede the CRLF of a chunk size.
    public init(allowsWhitespaceAfterSize: Bool = false) {
        self.allowsWhitespaceAfterSize = allowsWhitespaceAfterSize
    }

    /// Accepts exactly the grammar.
    public static let strict = ChunkedPolicy()
}

/// The part of a limit on bytes that has not been used yet.
struct OverheadBudget: Sendable {
    let limit: Int
    private var remaining: Int

    init(limit: Int) {
        self.limit = limit
        remaining = limit
    }

    /// Whether `count` bytes are left.
    func has(_ count: Int) -> Bool { remaining >= count }

    /// Uses `count` bytes of the budget.
    ///
    /// - Returns: Whether so many bytes were left; if not, the budget does not change.
    mutating func spend(_ count: Int) -> Bool {
        guard remaining >= count else { return false }
        remaining &-= count
        return true
    }

    /// Returns bytes that were spent to the budget.
    mutating func refund(_ count: Int) {
        remaining &+= count
    }
}
