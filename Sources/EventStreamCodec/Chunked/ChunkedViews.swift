/// The extensions of a size line, borrowed from the input. They have been validated, so iteration cannot fail.
///
/// Extensions have a meaning only between a sender and a recipient that agreed on it. RFC 9112 §7.1.1 tells recipients to
/// ignore those they do not recognize. Proxies do not forward them.
public struct ChunkExtensionsView: ~Escapable, BitwiseCopyable {
    /// The bytes between the chunk size and the CRLF.
    public let encoded: RawSpan

    /// The number of the chunk, from 0. The last chunk has the number that follows those of the others.
    public let chunk: UInt64

    /// The size of the chunk in bytes; 0 for the last chunk.
    public let size: UInt64

    @_lifetime(copy encoded)
    init(validated encoded: RawSpan, chunk: UInt64, size: UInt64) {
        self.encoded = encoded
        self.chunk = chunk
        self.size = size
    }

    /// Returns an iterator before the first extension.
    @_lifetime(copy self)
    public func makeIterator() -> Iterator {
        Iterator(encoded)
    }

    /// Returns the first extension with a name, compared byte by byte.
    ///
    /// - Parameter name: The name.
    /// - Returns: The extension, or nil if there is none.
    /// - Complexity: O(*n*), where *n* is the length of the extensions.
    @_lifetime(copy self)
    public func first(named name: String) -> ChunkExtensionView? {
        var iterator = makeIterator()
        while let candidate = iterator.next() {
            if name.withUTF8Bytes({ candidate.name.elementsEqual($0) }) { return candidate }
        }
        return nil
    }

    /// Iterates over the extensions of a size line.
    public struct Iterator: ~Escapable {
        private let bytes: RawSpan
        private var position = 0

        @_lifetime(copy bytes)
        init(_ bytes: RawSpan) {
            self.bytes = bytes
        }

        /// Returns the next extension, or nil after the last one.
        @_lifetime(copy self)
        public mutating func next() -> ChunkExtensionView? {
            // The bytes match the grammar: *( BWS ";" BWS name [ BWS "=" BWS value ] ).
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

/// A chunk extension, borrowed from the input: a name, and a value if it has one.
public struct ChunkExtensionView: ~Escapable, BitwiseCopyable {
    /// The name, a token (RFC 9110 §5.6.2).
    public let name: RawSpan

    /// The value as it was sent, a token or a quoted string with its quotes; nil if there is none.
    public let rawValue: RawSpan?

    @_lifetime(copy name, copy rawValue)
    init(name: RawSpan, rawValue: RawSpan?) {
        self.name = name
        self.rawValue = rawValue
    }

    /// The bytes of the value, without quotes and the backslashes of quoted pairs; nil if there is none. They are not
    /// necessarily UTF-8.
    ///
    /// - Complexity: O(*n*), where *n* is the length of the value. The bytes are copied.
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

/// A field of the trailer section, borrowed from the input and validated.
public struct ChunkedTrailerView: ~Escapable, BitwiseCopyable {
    /// The name, a token. Names are compared without regard to case; see ``isNamed(_:)``.
    public let name: RawSpan

    /// The value, without the whitespace around it. It has no control characters except tabs, and is not necessarily UTF-8.
    public let value: RawSpan

    /// - Parameters:
    ///   - line: A validated line without its CRLF.
    ///   - scanner: What has read the line.
    @_lifetime(copy line)
    init(validated line: RawSpan, _ scanner: TrailerLineScanner) {
        name = line.extracting(0..<scanner.nameLength)
        value = line.extracting(line.trimmed(scanner.valueStart..<(line.byteCount &- scanner.extraLength)))
    }

    /// Returns whether the field has a name, compared without regard to case.
    ///
    /// - Parameter name: An ASCII string.
    /// - Complexity: O(*n*), where *n* is the length of the name.
    public func isNamed(_ name: String) -> Bool { self.name.isNamed(name) }
}
