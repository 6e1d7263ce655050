/// Decodes bytes that people pasted as text, in pieces of any size: base64, hexadecimal digits, or a byte literal of a
/// programming language.
///
/// Each byte of the text is read once. The bytes before an error have been decoded.
package struct TextEncodedBytes: Sendable {
    /// How bytes are written as text.
    package enum Encoding: Sendable, Hashable {
        /// Either alphabet of RFC 4648 (§4 and §5), with or without padding. Whitespace is ignored.
        case base64

        /// Two digits of either case for each byte. Whitespace, `:`, `0x` and `\x` are ignored.
        case hexadecimal

        /// One literal of Python or C, such as `b'\x00a'` or `"\000a"`, with whitespace around it.
        case literal
    }

    /// An unexpected character, or an unexpected end.
    package struct Failure: Error, Hashable {
        /// The position in the text, in bytes.
        package let offset: UInt64

        /// The unexpected byte; nil at the end of the text.
        package let found: UInt8?

        /// What was expected, in words.
        package let expected: String
    }

    private let encoding: Encoding

    /// The number of bytes of the text that have been read.
    package private(set) var offset: UInt64 = 0

    /// The digits of a byte, or of a group of base64, that is not complete.
    private var bits: UInt32 = 0
    private var digitCount = 0
    private var paddingCount = 0

    /// The byte before, for prefixes of two characters.
    private var previous: UInt8 = 0
    private var place = Place.beforeLiteral

    /// A position in a literal.
    private enum Place {
        case beforeLiteral, afterPrefix
        case content, escape, octal, hexadecimal, lineEnd
        case afterLiteral
    }

    /// The quote that ends the literal.
    private var quote: UInt8 = 0

    /// Creates a decoder at the start of a text.
    package init(_ encoding: Encoding) {
        self.encoding = encoding
    }

    /// Appends the bytes that `text` completes to `output`.
    ///
    /// - Throws: ``Failure`` at the first unexpected character.
    package mutating func decode(_ text: RawSpan, to output: inout [UInt8]) throws(Failure) {
        for position in text.byteOffsets {
            let byte = text.byte(at: position)
            switch encoding {
            case .base64: try decodeBase64(byte, to: &output)
            case .hexadecimal: try decodeHexadecimal(byte, to: &output)
            case .literal: try decodeLiteral(byte, to: &output)
            }
            previous = byte
            offset &+= 1
        }
    }

    /// Ends the text, and appends the last bytes to `output`.
    ///
    /// - Throws: ``Failure`` if the text ends inside a byte, a group of base64 or a literal.
    package mutating func finish(to output: inout [UInt8]) throws(Failure) {
        switch encoding {
        case .base64:
            guard digitCount != 1, paddingCount == 0 || digitCount &+ paddingCount == 4 else {
                throw Failure(offset: offset, found: nil, expected: "a whole group of base64 digits")
            }
            guard digitCount > 1 else { return }
            let last = bits &<< UInt32(24 &- 6 &* digitCount)
            output.append(UInt8(truncatingIfNeeded: last &>> 16))
            if digitCount == 3 { output.append(UInt8(truncatingIfNeeded: last &>> 8)) }
        case .hexadecimal:
            guard digitCount == 0, previous != UInt8(ascii: "\\") else {
                throw Failure(offset: offset, found: nil, expected: "a hexadecimal digit")
            }
        case .literal:
            guard place == .afterLiteral else {
                let isBefore = place == .beforeLiteral || place == .afterPrefix
                throw Failure(
                    offset: offset, found: nil, expected: isBefore ? "a byte literal" : "the end of the byte literal")
            }
        }
    }

    private func unexpected(_ byte: UInt8, _ expected: String) -> Failure {
        Failure(offset: offset, found: byte, expected: expected)
    }
}

// MARK: Base64 and hexadecimal digits

extension TextEncodedBytes {
    private mutating func decodeBase64(_ byte: UInt8, to output: inout [UInt8]) throws(Failure) {
        if byte.isTextSpace { return }
        if byte == UInt8(ascii: "="), digitCount >= 2, digitCount &+ paddingCount < 4 {
            paddingCount &+= 1
            return
        }
        guard paddingCount == 0 else { throw unexpected(byte, "the end of the text after padding") }
        guard let value = Self.base64Value(of: byte) else { throw unexpected(byte, "a base64 digit") }
        bits = bits &<< 6 | value
        digitCount &+= 1
        guard digitCount == 4 else { return }
        output.append(UInt8(truncatingIfNeeded: bits &>> 16))
        output.append(UInt8(truncatingIfNeeded: bits &>> 8))
        output.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
        digitCount = 0
    }

    private static func base64Value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) &- 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) &- 0x61 &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) &- 0x30 &+ 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private mutating func decodeHexadecimal(_ byte: UInt8, to output: inout [UInt8]) throws(Failure) {
        let isAfterBackslash = previous == UInt8(ascii: "\\")
        if byte | 0x20 == UInt8(ascii: "x") {
            // The zero of `0x` was taken for a digit.
            let isAfterZero = previous == UInt8(ascii: "0") && digitCount == 1
            guard isAfterBackslash || isAfterZero else { throw unexpected(byte, "a hexadecimal digit") }
            digitCount = 0
            return
        }
        guard !isAfterBackslash else { throw unexpected(byte, "x after a backslash") }
        if byte == UInt8(ascii: "\\"), digitCount == 0 { return }
        if byte.isTextSpace || byte == UInt8(ascii: ":") { return }
        try appendHexadecimalDigit(byte)
        if digitCount == 2 { completeByte(&output) }
    }

    private mutating func appendHexadecimalDigit(_ byte: UInt8) throws(Failure) {
        let value = Hexadecimal.value(of: byte)
        guard value < 16 else { throw unexpected(byte, "a hexadecimal digit") }
        bits = digitCount == 0 ? UInt32(value) : bits &<< 4 | UInt32(value)
        digitCount &+= 1
    }

    private mutating func completeByte(_ output: inout [UInt8]) {
        output.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
        digitCount = 0
    }
}

// MARK: Literals

extension TextEncodedBytes {
    private mutating func decodeLiteral(_ byte: UInt8, to output: inout [UInt8]) throws(Failure) {
        switch place {
        case .beforeLiteral where byte.isTextSpace: return
        case .beforeLiteral where byte | 0x20 == UInt8(ascii: "b"): place = .afterPrefix
        case .beforeLiteral, .afterPrefix:
            guard byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") else {
                throw unexpected(byte, "a byte literal")
            }
            quote = byte
            place = .content
        case .content: try decodeContent(byte, to: &output)
        case .escape: try decodeEscape(byte, to: &output)
        case .octal:
            guard (0x30...0x37).contains(byte), digitCount < 3 else {
                completeByte(&output)
                return try decodeContent(byte, to: &output)
            }
            bits = bits &<< 3 | UInt32(byte &- 0x30)
            guard bits < 256 else { throw unexpected(byte, "an octal number up to 377") }
            digitCount &+= 1
        case .hexadecimal:
            guard digitCount == 0 || digitCount == 1 && Hexadecimal.value(of: byte) < 16 else {
                completeByte(&output)
                return try decodeContent(byte, to: &output)
            }
            try appendHexadecimalDigit(byte)
        case .lineEnd:
            // A backslash removes the end of its line, which may be CRLF.
            place = .content
            if byte != UInt8(ascii: "\n") { try decodeContent(byte, to: &output) }
        case .afterLiteral:
            guard byte.isTextSpace else { throw unexpected(byte, "the end of the text after the literal") }
        }
    }

    private mutating func decodeContent(_ byte: UInt8, to output: inout [UInt8]) throws(Failure) {
        switch byte {
        case quote: place = .afterLiteral
        case UInt8(ascii: "\\"): place = .escape
        // Other bytes than these are always escaped where a program prints bytes.
        case 0x20...0x7e, 0x09:
            output.append(byte)
            place = .content
        default: throw unexpected(byte, "a printable ASCII character, an escape or the end of the literal")
        }
    }

    private mutating func decodeEscape(_ byte: UInt8, to output: inout [UInt8]) throws(Failure) {
        place = .content
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): output.append(byte)
        case UInt8(ascii: "a"): output.append(0x07)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "v"): output.append(0x0b)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "e"): output.append(0x1b)
        case 0x30...0x37:
            place = .octal
            bits = UInt32(byte &- 0x30)
            digitCount = 1
        case UInt8(ascii: "x"):
            place = .hexadecimal
            digitCount = 0
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "\r"): place = .lineEnd
        default: throw unexpected(byte, "an escape of a byte literal")
        }
    }
}

extension UInt8 {
    /// Whether the byte is a space, a tab, or a character that ends a line or page.
    var isTextSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
