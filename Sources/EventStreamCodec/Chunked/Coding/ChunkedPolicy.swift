/// What to accept beyond the grammar of RFC 9112 §7.1.
public struct ChunkedPolicy: Sendable, Hashable {
    /// Whether spaces and tabs may stand between a chunk size and its CRLF, as in `5 \r\n`. Some old servers pad sizes
    /// so. The grammar allows whitespace there only before a `;`.
    public var allowsWhitespaceAfterSize: Bool

    /// Sets each leniency; the default is none.
    public init(allowsWhitespaceAfterSize: Bool = false) {
        self.allowsWhitespaceAfterSize = allowsWhitespaceAfterSize
    }

    /// The grammar, no more and no less.
    public static let strict = ChunkedPolicy()
}
