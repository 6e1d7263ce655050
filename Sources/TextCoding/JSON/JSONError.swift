import EventStreamCodec

/// An error in JSON text: where it is, what was found and what was expected.
package struct JSONError: Error, Hashable {
    /// The offset in the text, in bytes.
    package var offset: Int

    /// The line, from 1. Lines end with LF.
    package var line: Int

    /// The position in the line, in bytes from 1.
    package var column: Int

    /// What the text contains at ``offset``.
    package var found: String

    /// What the text should contain at ``offset``.
    package var expected: String

    /// Creates an error at a known place.
    package init(offset: Int, line: Int, column: Int, found: String, expected: String) {
        self.offset = offset
        self.line = line
        self.column = column
        self.found = found
        self.expected = expected
    }

    /// Creates an error at `offset` in `text`.
    ///
    /// - Complexity: O(`offset`), because the lines before the error are counted.
    package init(in text: RawSpan, at offset: Int, found: String, expected: String) {
        self.offset = offset
        self.found = found
        self.expected = expected
        line = 1
        column = 1
        for position in 0..<Swift.min(offset, text.byteCount) {
            if text.byte(at: position) == UInt8(ascii: "\n") {
                line &+= 1
                column = 1
            } else {
                column &+= 1
            }
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// The position, ``found`` and ``expected`` in one line.
    package var description: String { "line \(line), column \(column): found \(found), expected \(expected)" }
}

extension RawSpan {
    /// Describes the JSON token or character at `offset` for an error message.
    func jsonDescription(at offset: Int) -> String {
        guard offset < byteCount else { return "the end of the text" }
        let byte = byte(at: offset)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return "'\(String(decodingUTF8: extracting(offset..<endOfWord(at: offset))))'"
        case UInt8(ascii: "\n"): return "a line feed (0x0a)"
        case 0x20..<0x7f: return "'\(Unicode.Scalar(byte))'"
        case ..<0x80: return "0x" + Hexadecimal.text([byte])
        default: break
        }
        // The text is well-formed here: a scalar has at most four bytes.
        let text = String(decodingUTF8: extracting(offset..<Swift.min(offset &+ 4, byteCount)))
        guard let scalar = text.unicodeScalars.first else { return "0x" + Hexadecimal.text([byte]) }
        if scalar == "\u{feff}" { return "a byte order mark (U+FEFF)" }
        return "U+" + Hexadecimal.text(UInt64(scalar.value), minimumDigitCount: 4).uppercased()
    }

    /// The end of the letters and digits at `offset`, of which at most 24 are of interest.
    private func endOfWord(at offset: Int) -> Int {
        var end = offset
        while end < Swift.min(offset &+ 24, byteCount), byte(at: end).isASCIIAlphanumeric { end &+= 1 }
        return end
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter or digit.
    fileprivate var isASCIIAlphanumeric: Bool {
        (0x30...0x39).contains(self) || (0x61...0x7a).contains(self | 0x20)
    }
}
