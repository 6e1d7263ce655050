/// A chunk extension to be encoded: a name, and a value if it has one.
///
/// Equality and hashing compare the bytes of the texts.
public struct ChunkExtension: Sendable {
    /// The name, a token (RFC 9110 §5.6.2).
    public var name: String

    /// The value. It is written as a token if it is one, and otherwise as a quoted string.
    public var value: String?

    /// Creates an extension. The encoder checks whether it can be encoded.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value, if there is one.
    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// Returns the encoded length in bytes, from the `;` on.
    ///
    /// - Throws: ``ChunkedError/Code/chunkExtensionInvalid`` if the name or the value cannot be encoded.
    func encodedLength() throws(ChunkedError) -> Int {
        guard name.isToken else { throw ChunkedError(.chunkExtensionInvalid, at: 0) }
        guard let value else { return 1 &+ name.utf8.count }
        if value.isToken { return 2 &+ name.utf8.count &+ value.utf8.count }
        var length = 4 &+ name.utf8.count
        for byte in value.utf8 {
            guard HTTPByte.isFieldValue(byte) else {
                throw ChunkedError(.chunkExtensionInvalid, at: 0, found: UInt64(byte))
            }
            length &+= HTTPByte.isQuotedText(byte) ? 1 : 2
        }
        return length
    }

    /// Writes an extension for which ``encodedLength()`` did not throw.
    func encode(into output: inout OutputRawSpan) {
        output.append(HTTPByte.semicolon)
        output.append(utf8: name)
        guard let value else { return }
        output.append(HTTPByte.equals)
        if value.isToken { return output.append(utf8: value) }
        output.append(HTTPByte.quote)
        for byte in value.utf8 {
            if !HTTPByte.isQuotedText(byte) { output.append(HTTPByte.backslash) }
            output.append(byte)
        }
        output.append(HTTPByte.quote)
    }
}

extension ChunkExtension: Hashable {
    /// Returns whether two extensions have the same bytes.
    public static func == (left: ChunkExtension, right: ChunkExtension) -> Bool {
        guard left.name.hasSameUTF8(as: right.name) else { return false }
        guard let leftValue = left.value, let rightValue = right.value else {
            return left.value == nil && right.value == nil
        }
        return leftValue.hasSameUTF8(as: rightValue)
    }

    /// Hashes the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}

/// A trailer field to be encoded.
///
/// Equality and hashing compare the bytes of the texts.
public struct ChunkedTrailer: Sendable {
    /// The name, a token (RFC 9110 §5.1).
    public var name: String

    /// The value, text without control characters.
    public var value: String

    /// Whether no space is written after the colon. S3's documentation shows none, and signatures cover none.
    private var isCompact = false

    /// Creates a field that is written without a space after its colon.
    init(compact name: String, _ value: String) {
        self.init(name, value)
        isCompact = true
    }

    /// Creates a field. The encoder checks whether it can be encoded.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Returns the encoded length of the field's line in bytes, including its CRLF.
    ///
    /// - Throws: ``ChunkedError/Code/trailerNameInvalid``, ``ChunkedError/Code/trailerForbidden``, or
    ///   ``ChunkedError/Code/trailerValueInvalid`` for bytes that would end the field early.
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

    /// Writes a field for which ``encodedLength()`` did not throw.
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

extension ChunkedTrailer: Hashable {
    /// Returns whether two fields have the same bytes.
    public static func == (left: ChunkedTrailer, right: ChunkedTrailer) -> Bool {
        left.name.hasSameUTF8(as: right.name) && left.value.hasSameUTF8(as: right.value)
            && left.isCompact == right.isCompact
    }

    /// Hashes the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}

extension StaticString {
    /// Whether this lower-case ASCII string is `name`, compared without regard to case.
    fileprivate func isNamed(_ name: String) -> Bool {
        name.utf8.count == utf8CodeUnitCount
            && name.utf8.enumerated().allSatisfy { position, byte in hasLetter(byte, at: position) }
    }
}
