import EventStreamCodec

/// The kind of a JSON value.
package enum JSONKind: Sendable, Hashable {
    case object, array, string, number, boolean, null
}

/// Strings, numbers and words.
extension JSONReader {
    /// Returns the kind of the next value, whose first byte decides it. The position is then that of the value.
    package mutating func kind() throws(JSONError) -> JSONKind {
        skipWhitespace()
        switch next {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"): return .number
        case let byte? where (0x30...0x39).contains(byte): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw unexpected("a value")
        }
    }

    /// Reads a string.
    ///
    /// - Parameter expected: What an error says was expected if the next value is something else.
    @_lifetime(copy self)
    package mutating func string(as expected: String = "a string") throws(JSONError) -> JSONString {
        skipWhitespace()
        guard next == UInt8(ascii: "\"") else { throw unexpected(expected) }
        return try scanString()
    }

    /// Reads `true` or `false`.
    package mutating func boolean() throws(JSONError) -> Bool {
        skipWhitespace()
        if next == UInt8(ascii: "t") {
            try word("true")
            return true
        }
        guard next == UInt8(ascii: "f") else { throw unexpected("true or false") }
        try word("false")
        return false
    }

    /// Reads `null`.
    package mutating func null() throws(JSONError) {
        skipWhitespace()
        guard next == UInt8(ascii: "n") else { throw unexpected("null") }
        try word("null")
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard unsafe skip(word.utf8Start[index]) else {
                position = start
                throw unexpected("a value")
            }
        }
    }

    /// Reads a number: `-`, an integer part without leading zeros, a fraction, an exponent.
    @_lifetime(copy self)
    package mutating func number() throws(JSONError) -> JSONNumber {
        skipWhitespace()
        let start = position
        let isNegative = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) {
            try digits(isNegative ? "a digit after '-'" : "a number")
        } else if let byte = next, (0x30...0x39).contains(byte) {
            throw unexpected("no digit after a leading 0")
        }
        var isInteger = true
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            try digits("a digit after '.'")
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits("a digit in the exponent")
        }
        return JSONNumber(raw: text.extracting(start..<position), offset: start, isPlainInteger: isInteger)
    }

    /// Moves past one or more decimal digits.
    private mutating func digits(_ expected: String) throws(JSONError) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position &+= 1 }
        guard position > start else { throw unexpected(expected) }
    }

    /// Reads the string whose opening quote is next.
    @_lifetime(copy self)
    mutating func scanString() throws(JSONError) -> JSONString {
        let offset = position
        position &+= 1
        var hasEscapes = false
        while true {
            position = text.endOfPlainJSON(from: position)
            switch next {
            case UInt8(ascii: "\""):
                position &+= 1
                let raw = text.extracting((offset &+ 1)..<(position &- 1))
                return JSONString(raw: raw, offset: offset, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case nil: throw unexpected("'\"' at the end of a string")
            default: throw unexpected("an escape for a control character in a string")
            }
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        let start = position
        position &+= 1
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 1
        case UInt8(ascii: "u"):
            position &+= 1
            let unit = try codeUnit()
            guard !rules.replacesLoneSurrogates, (0xd800...0xdfff).contains(unit) else { return }
            // RFC 8259 §7: a character outside the basic plane is a pair of escapes, the high half first.
            guard unit < 0xdc00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")),
                (0xdc00...0xdfff).contains(try codeUnit())
            else {
                let half = Hexadecimal.text(UInt64(unit), minimumDigitCount: 4)
                throw error(
                    at: start, found: "\\u\(half), half of a surrogate pair",
                    expected: "a high surrogate followed by a low one")
            }
        default: throw unexpected("one of \" \\ / b f n r t u after '\\'")
        }
    }

    /// Reads four hexadecimal digits.
    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, Hexadecimal.value(of: byte) < 16 else {
                throw unexpected("four hexadecimal digits after \\u")
            }
            unit = unit &<< 4 | UInt16(Hexadecimal.value(of: byte))
            position &+= 1
        }
        return unit
    }
}

extension RawSpan {
    /// The offset of the first byte from `start` on that is a quote, a backslash or a control character; the end if there
    /// is none.
    func endOfPlainJSON(from start: Int) -> Int {
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: a load of eight bytes at `position` ends at `position + 8 <= count`.
            var position = start
            let count = bytes.count
            while count &- position >= 8 {
                let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let special = JSONEscaping.specialBytes(of: word)
                if special != 0 { return position &+ special.trailingZeroBitCount &>> 3 }
                position &+= 8
            }
            while position < count, unsafe !JSONEscaping.isSpecial(bytes[position]) { position &+= 1 }
            return position
        }
    }
}
