/// The extensions of a chunk's size line, lent and validated: walking them cannot fail.
///
/// What an extension means is between the two ends that agreed on it; RFC 9112 §7.1.1 tells a recipient to ignore those
/// it does not know. They end at the next hop.
public struct ChunkExtensionsView: ~Escapable, BitwiseCopyable {
    /// The bytes between the chunk size and its CRLF.
    public let encoded: RawSpan

    /// The number of the chunk, from 0; that of the last chunk comes after the others'.
    public let chunk: Int

    /// The chunk's size in bytes; 0 for the last chunk.
    public let size: UInt64

    @_lifetime(copy encoded)
    init(validated encoded: RawSpan, chunk: Int, size: UInt64) {
        self.encoded = encoded
        self.chunk = chunk
        self.size = size
    }

    /// A cursor before the first extension.
    @_lifetime(copy self)
    public func makeIterator() -> Iterator {
        Iterator(encoded)
    }

    /// The first extension with this name, compared byte by byte; nil when there is none.
    @_lifetime(copy self)
    public func first(named name: String) -> ChunkExtensionView? {
        var iterator = makeIterator()
        while let candidate = iterator.next() {
            if name.withUTF8Bytes({ candidate.name.elementsEqual($0) }) { return candidate }
        }
        return nil
    }

    /// Walks the extensions of a line.
    public struct Iterator: ~Escapable {
        private let bytes: RawSpan
        private var position = 0

        @_lifetime(copy bytes)
        init(_ bytes: RawSpan) {
            self.bytes = bytes
        }

        /// The next extension, or nil after the last.
        @_lifetime(copy self)
        public mutating func next() -> ChunkExtensionView? {
            // The bytes are of the grammar: BWS ";" BWS name [ BWS "=" BWS value ], as often as they like.
            skipWhitespace()
            guard position < bytes.byteCount else { return nil }
            position &+= 1
            skipWhitespace()
            let name = token()
            skipWhitespace()
            guard position < bytes.byteCount, bytes.byte(at: position) == HTTPByte.equals else {
                return ChunkExtensionView(name: name, rawValue: nil)
            }
            position &+= 1
            skipWhitespace()
            let isQuoted = bytes.byte(at: position) == HTTPByte.quote
            return ChunkExtensionView(name: name, rawValue: isQuoted ? quotedString() : token())
        }

        private mutating func skipWhitespace() {
            while position < bytes.byteCount, HTTPByte.isWhitespace(bytes.byte(at: position)) { position &+= 1 }
        }

        @_lifetime(copy self)
        private mutating func token() -> RawSpan {
            let start = position
            while position < bytes.byteCount, HTTPByte.isToken(bytes.byte(at: position)) { position &+= 1 }
            return bytes.extracting(start..<position)
        }

        @_lifetime(copy self)
        private mutating func quotedString() -> RawSpan {
            let start = position
            position &+= 1
            while position < bytes.byteCount {
                let byte = bytes.byte(at: position)
                position &+= byte == HTTPByte.backslash ? 2 : 1
                if byte == HTTPByte.quote { break }
            }
            return bytes.extracting(start..<position)
        }
    }
}
