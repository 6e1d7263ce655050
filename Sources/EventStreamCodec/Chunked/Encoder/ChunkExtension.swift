/// A chunk extension to be encoded: a name, and a value if it has one.
public struct ChunkExtension: Sendable, Hashable {
    /// The name, a token (RFC 9110 §5.6.2).
    public var name: String

    /// The value. It is written as a token when it is one, otherwise as a quoted string.
    public var value: String?

    /// The extension of this name and value. Whether they can be encoded is checked when they are.
    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// The length on the wire, from the `;` on.
    ///
    /// - Throws: ``ChunkedError/Code/chunkExtensionInvalid`` when name or value cannot be written.
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

    /// Writes an extension whose length has been asked for and was not refused.
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

extension String {
    /// Whether the string is a token (RFC 9110 §5.6.2): one character at least, and none but those of tokens.
    package var isToken: Bool { !isEmpty && utf8.allSatisfy { HTTPByte.isToken($0) } }
}
