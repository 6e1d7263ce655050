/// The grammar of RFC 9112 §7.1, rule by rule, over an input that is all there. Slow, without limits, and plain enough to
/// be checked by reading it beside the RFC.
package struct ReferenceChunkedDecoder {
    private let input: [UInt8]
    private var position = 0
    private var outcome = ReferenceChunkedBody()

    private enum Stop: Error {
        /// The input ends where the grammar wants more.
        case incomplete
        /// The byte at the position fits nothing that the grammar allows there.
        case unacceptable
    }

    private static let tokens = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private static let forbiddenNames = ["content-length", "transfer-encoding"].map { Array($0.utf8) }
    private static let digits = Array("0123456789abcdef".utf8)

    private init(_ input: [UInt8]) {
        self.input = input
    }

    /// What comes of `input`; of an error, only that there is one and where.
    package static func decode(_ input: [UInt8]) -> ReferenceChunkedBody {
        var decoder = ReferenceChunkedDecoder(input)
        do {
            try decoder.chunkedBody()
            decoder.outcome.status = .complete
        } catch Stop.incomplete {
            decoder.outcome.status = .incomplete
            decoder.position = input.count
        } catch {
            decoder.outcome.status = .error
        }
        decoder.outcome.consumed = decoder.position
        return decoder.outcome
    }

    // chunked-body = *chunk last-chunk trailer-section CRLF
    private mutating func chunkedBody() throws {
        while try chunk() {}
        while try fieldLine() {}
        try crlf()
    }

    // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF;  last-chunk = 1*"0" [ chunk-ext ] CRLF
    private mutating func chunk() throws -> Bool {
        let size = try chunkSize()
        let extensions = try chunkExtensions()
        try crlf()
        for (name, value) in extensions {
            outcome.extensions.append(ReferenceChunkedBody.Extension(chunk: outcome.chunks, name: name, value: value))
        }
        guard size > 0 else { return false }
        outcome.chunks += 1
        for _ in 0..<size { outcome.body.append(try next { _ in true }) }
        try crlf()
        return true
    }

    private mutating func chunkSize() throws -> Int {
        var size = try hexDigit()
        while let byte = peek, Self.isHexDigit(byte) {
            guard size <= Int.max >> 4 else { throw Stop.unacceptable }
            size = size << 4 | (try hexDigit())
        }
        return size
    }

    // chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    private mutating func chunkExtensions() throws -> [(name: [UInt8], value: [UInt8]?)] {
        var extensions: [(name: [UInt8], value: [UInt8]?)] = []
        while try peekAfterWhitespace() == UInt8(ascii: ";") {
            whitespace()
            position += 1
            whitespace()
            let name = try token()
            var value: [UInt8]?
            if try peekAfterWhitespace() == UInt8(ascii: "=") {
                whitespace()
                position += 1
                whitespace()
                value = try peekOrStop() == UInt8(ascii: "\"") ? quotedString() : token()
            }
            extensions.append((name, value))
        }
        // Whitespace here belongs to an extension that is not there.
        if let byte = peek, isWhitespace(byte) {
            whitespace()
            throw peek == nil ? Stop.incomplete : Stop.unacceptable
        }
        return extensions
    }

    // quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    private mutating func quotedString() throws -> [UInt8] {
        var text: [UInt8] = []
        position += 1
        while try peekOrStop() != UInt8(ascii: "\"") {
            if try peekOrStop() == UInt8(ascii: "\\") { position += 1 }
            text.append(try next { $0 == 0x09 || (0x20...0x7e).contains($0) || $0 >= 0x80 })
        }
        position += 1
        return text
    }

    // field-line = field-name ":" OWS field-value OWS
    private mutating func fieldLine() throws -> Bool {
        if try peekOrStop() == 0x0d { return false }
        let name = try token()
        guard try peekOrStop() == UInt8(ascii: ":"),
            !Self.forbiddenNames.contains(name.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 })
        else { throw Stop.unacceptable }
        position += 1
        var value: [UInt8] = []
        while try peekOrStop() != 0x0d {
            value.append(try next { $0 == 0x09 || (0x20...0x7e).contains($0) || $0 >= 0x80 })
        }
        try crlf()
        while let last = value.last, isWhitespace(last) { value.removeLast() }
        outcome.trailers.append(
            ReferenceChunkedBody.Trailer(name: name, value: Array(value.drop { isWhitespace($0) })))
        return true
    }

    private mutating func token() throws -> [UInt8] {
        var token = [try next { Self.tokens.contains($0) }]
        while let byte = peek, Self.tokens.contains(byte) { token.append(try next { _ in true }) }
        return token
    }

    private mutating func crlf() throws {
        _ = try next { $0 == 0x0d }
        _ = try next { $0 == 0x0a }
    }

    private mutating func hexDigit() throws -> Int {
        let byte = try next { Self.isHexDigit($0) }
        return Self.digits.firstIndex(of: byte | 0x20) ?? 0
    }

    private mutating func whitespace() {
        while let byte = peek, isWhitespace(byte) { position += 1 }
    }

    private mutating func next(where isAllowed: (UInt8) -> Bool) throws -> UInt8 {
        let byte = try peekOrStop()
        guard isAllowed(byte) else { throw Stop.unacceptable }
        position += 1
        return byte
    }

    private var peek: UInt8? { position < input.count ? input[position] : nil }

    private func peekOrStop() throws -> UInt8 {
        guard let peek else { throw Stop.incomplete }
        return peek
    }

    private func peekAfterWhitespace() throws -> UInt8? {
        guard let byte = input[position...].first(where: { !isWhitespace($0) }) else { throw Stop.incomplete }
        return byte
    }

    private func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        digits.contains(byte) || (0x41...0x46).contains(byte)
    }
}
