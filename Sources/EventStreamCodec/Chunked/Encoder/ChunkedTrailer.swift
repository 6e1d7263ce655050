/// A field of the trailer section to be encoded.
public struct ChunkedTrailer: Sendable, Hashable {
    /// The name, a token (RFC 9110 §5.1).
    public var name: String

    /// The value: text without control characters.
    public var value: String

    /// Whether a space is written after the colon. S3's documentation shows none, and signs none.
    private var isCompact = false

    /// A field written without a space after its colon.
    init(compact name: String, _ value: String) {
        self.init(name, value)
        isCompact = true
    }

    /// The field of this name and value. Whether they can be encoded is checked when they are.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The length of the field's line on the wire, its CRLF included.
    ///
    /// - Throws: ``ChunkedError/Code/trailerNameInvalid``, ``ChunkedError/Code/trailerValueInvalid`` for bytes that
    ///   would break out of the field, ``ChunkedError/Code/trailerForbidden``.
    func encodedLength() throws(ChunkedError) -> Int {
        guard name.isToken else { throw ChunkedError(.trailerNameInvalid, at: 0) }
        for byte in value.utf8 where !HTTPByte.isFieldValue(byte) {
            throw ChunkedError(.trailerValueInvalid, at: 0, found: UInt64(byte))
        }
        guard !Self.forbiddenNames.contains(where: { $0.isNamed(name) }) else {
            throw ChunkedError(.trailerForbidden, at: 0)
        }
        return name.utf8.count &+ value.utf8.count &+ (isCompact ? 3 : 4)
    }

    /// Writes a field whose length has been asked for and was not refused.
    func encode(into output: inout OutputRawSpan) {
        output.append(utf8: name)
        output.append(HTTPByte.colon)
        if !isCompact { output.append(HTTPByte.space) }
        output.append(utf8: value)
        output.append(HTTPByte.carriageReturn)
        output.append(HTTPByte.lineFeed)
    }

    /// Fields that a recipient needs before the content, or that would be dangerous after it: message framing, routing,
    /// request modifiers, authentication, response control, and how to process the content (RFC 9110 §6.5.1).
    private static let forbiddenNames: [StaticString] = [
        "content-length", "transfer-encoding", "trailer", "host", "connection", "upgrade", "te", "keep-alive",
        "proxy-connection", "cache-control", "expect", "max-forwards", "pragma", "range", "if-match",
        "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "authorization",
        "proxy-authorization", "proxy-authenticate", "www-authenticate", "cookie", "set-cookie", "age", "date",
        "expires", "location", "retry-after", "vary", "warning", "content-encoding", "content-type",
        "content-range",
    ]
}

extension StaticString {
    /// Whether this lower-case ASCII string is `name`, without regard to case.
    fileprivate func isNamed(_ name: String) -> Bool {
        name.utf8.count == utf8CodeUnitCount
            && name.utf8.enumerated().allSatisfy { position, byte in hasLetter(byte, at: position) }
    }
}
