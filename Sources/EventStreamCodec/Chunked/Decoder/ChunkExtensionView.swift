/// A chunk extension, lent: a name, and a value if it has one.
public struct ChunkExtensionView: ~Escapable, BitwiseCopyable {
    /// The name, a token.
    public let name: RawSpan

    /// The value as it stands on the wire, a token or a quoted string with its quotes; nil when there is none.
    public let rawValue: RawSpan?

    @_lifetime(copy name, copy rawValue)
    init(name: RawSpan, rawValue: RawSpan?) {
        self.name = name
        self.rawValue = rawValue
    }

    /// The value's bytes, quotes removed and quoted pairs resolved; nil when there is none. They need not be UTF-8.
    public var value: [UInt8]? {
        guard let rawValue else { return nil }
        var bytes = [UInt8](rawValue)
        guard bytes.first == HTTPByte.quote else { return bytes }
        bytes.removeLast()
        bytes.removeFirst()
        guard bytes.contains(HTTPByte.backslash) else { return bytes }
        var isEscaped = false
        bytes.removeAll { byte in
            let isMark = byte == HTTPByte.backslash && !isEscaped
            isEscaped = isMark
            return isMark
        }
        return bytes
    }
}
