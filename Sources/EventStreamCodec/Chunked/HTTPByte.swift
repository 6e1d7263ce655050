/// The bytes and the classes of bytes in HTTP's grammar.
package enum HTTPByte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let colon: UInt8 = 0x3a
    static let semicolon: UInt8 = 0x3b
    static let equals: UInt8 = 0x3d
    static let backslash: UInt8 = 0x5c

    /// Whether the byte is SP or HTAB, the bytes of OWS and BWS (RFC 9110 §5.6.3).
    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// Whether the byte may occur in a token (RFC 9110 §5.6.2).
    @inline(__always)
    package static func isToken(_ byte: UInt8) -> Bool {
        // One bit for each of the 128 ASCII characters.
        let bits: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return byte < 128 && bits &>> UInt64(byte & 63) & 1 == 1
    }

    /// Whether the byte may occur in a field value: VCHAR, SP, HTAB, obs-text (RFC 9110 §5.5).
    @inline(__always)
    package static func isFieldValue(_ byte: UInt8) -> Bool { byte >= 0x20 ? byte != 0x7f : byte == tab }

    /// Whether the byte may occur in a quoted string without a backslash before it (RFC 9110 §5.6.4).
    @inline(__always)
    static func isQuotedText(_ byte: UInt8) -> Bool { isFieldValue(byte) && byte != quote && byte != backslash }

    /// Returns the byte in lower case if it is an ASCII letter.
    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}

extension String {
    /// Whether the string is a token: at least one character, and only characters of tokens (RFC 9110 §5.6.2).
    package var isToken: Bool { !isEmpty && utf8.allSatisfy { HTTPByte.isToken($0) } }
}

extension RawSpan {
    /// Returns the range without the spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, HTTPByte.isWhitespace(byte(at: lower)) { lower &+= 1 }
        while lower < upper, HTTPByte.isWhitespace(byte(at: upper &- 1)) { upper &-= 1 }
        return lower..<upper
    }

    /// Whether the bytes are the ASCII string `name`, with letters compared without regard to case.
    func isNamed(_ name: String) -> Bool {
        guard name.utf8.count == byteCount else { return false }
        return name.utf8.enumerated().allSatisfy { position, letter in
            HTTPByte.lowercased(letter) == HTTPByte.lowercased(byte(at: position))
        }
    }
}
