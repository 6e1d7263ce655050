import EventStreamCodec

/// A string borrowed from JSON text, known to be valid.
package struct JSONString: ~Escapable {
    /// The UTF-8 between the quotes, with escapes as written.
    package let raw: RawSpan

    /// The offset of the opening quote in the text.
    package let offset: Int

    /// Whether ``raw`` has escapes.
    package let hasEscapes: Bool

    @_lifetime(copy raw)
    init(raw: RawSpan, offset: Int, hasEscapes: Bool) {
        self.raw = raw
        self.offset = offset
        self.hasEscapes = hasEscapes
    }

    /// The string's UTF-8, escapes resolved.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// The string.
    package var text: String {
        hasEscapes ? String(decoding: bytes, as: UTF8.self) : String(decodingUTF8: raw)
    }

    /// Calls `body` with the string's UTF-8, escapes resolved. Copies it only if it has escapes.
    package func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        guard hasEscapes else { return try body(raw) }
        return try bytes.withBytes(body)
    }

    /// Appends the string's UTF-8 to `output`, escapes resolved.
    package func append(to output: inout [UInt8]) {
        guard hasEscapes else { return output.append(contentsOf: raw) }
        // Resolved escapes are shorter than written ones.
        output.reserveCapacity(output.count &+ raw.byteCount)
        var position = 0
        while position < raw.byteCount {
            let end = raw.endOfPlainJSON(from: position)
            output.append(contentsOf: raw.extracting(position..<end))
            position = end
            if position < raw.byteCount { appendEscape(at: &position, to: &output) }
        }
    }

    /// Whether the string has the UTF-8 of `text`.
    package static func == (string: JSONString, text: StaticString) -> Bool {
        guard string.hasEscapes else { return string.raw.hasUTF8(of: text) }
        return string.withBytes { $0.hasUTF8(of: text) }
    }

    private func appendEscape(at position: inout Int, to output: inout [UInt8]) {
        let letter = raw.byte(at: position &+ 1)
        switch letter {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = scalar(at: &position)
            UTF8.encode(scalar).map { output.append(contentsOf: $0) }
            return
        default: output.append(letter)
        }
        position &+= 2
    }

    /// The scalar of the `\u` escape at `position`, or of the pair of escapes there. Half a pair is U+FFFD.
    private func scalar(at position: inout Int) -> Unicode.Scalar {
        let unit = codeUnit(at: position)
        position &+= 6
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, raw.byteCount &- position >= 6, raw.byte(at: position) == UInt8(ascii: "\\"),
            raw.byte(at: position &+ 1) == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        let low = codeUnit(at: position)
        guard (0xdc00...0xdfff).contains(low) else { return "\u{fffd}" }
        position &+= 6
        return Unicode.Scalar(0x1_0000 &+ (UInt32(unit &- 0xd800) &<< 10) &+ UInt32(low &- 0xdc00)) ?? "\u{fffd}"
    }

    /// The value of the digits of the `\u` escape at `position`.
    private func codeUnit(at position: Int) -> UInt16 {
        var unit: UInt16 = 0
        for offset in 2..<6 {
            unit = unit &<< 4 | UInt16(Hexadecimal.value(of: raw.byte(at: position &+ offset)) & 0xf)
        }
        return unit
    }
}

/// A number borrowed from JSON text, known to be valid.
package struct JSONNumber: ~Escapable {
    /// The number as written.
    package let raw: RawSpan

    /// The offset of its first byte in the text.
    package let offset: Int

    /// Whether it has neither a fraction nor an exponent.
    let isPlainInteger: Bool

    @_lifetime(copy raw)
    init(raw: RawSpan, offset: Int, isPlainInteger: Bool) {
        self.raw = raw
        self.offset = offset
        self.isPlainInteger = isPlainInteger
    }

    /// The number as written.
    package var text: String { String(decodingUTF8: raw) }

    /// Returns the exact value if it is an integer of type `T`, also if it is written as `1.0` or `1e3`; otherwise nil.
    ///
    /// - Complexity: O(number of digits)
    package func integer<T: FixedWidthInteger>(as type: T.Type = T.self) -> T? {
        let isNegative = raw.byte(at: 0) == UInt8(ascii: "-")
        var value: T = 0
        var isTooLarge = false
        // Accumulated below zero for negative numbers: T.min has no positive counterpart.
        func shift(in digit: UInt8) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard let digit = T(exactly: digit) else { return isTooLarge = true }
            let (sum, carry) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            value = sum
            if overflow || carry { isTooLarge = true }
        }
        guard isPlainInteger else {
            guard let (digits, zeroCount) = significantDigits() else { return nil }
            for digit in digits { shift(in: digit) }
            for _ in 0..<zeroCount where value != 0 && !isTooLarge { shift(in: 0) }
            return isTooLarge ? nil : value
        }
        for offset in (isNegative ? 1 : 0)..<raw.byteCount {
            shift(in: raw.byte(at: offset) &- 0x30)
            if isTooLarge { return nil }
        }
        return value
    }

    /// The digits of a number with a fraction or an exponent, without zeros at either end, and the number of zeros to
    /// append; nil if the number is not an integer or has more than 40 digits.
    private func significantDigits() -> (digits: [UInt8], zeroCount: Int)? {
        var digits: [UInt8] = []
        var fractionDigitCount: Int64 = 0
        var exponent: Int64 = 0
        var isExponentNegative = false
        var part = 0
        for offset in 0..<raw.byteCount {
            let byte = raw.byte(at: offset)
            switch (part, byte) {
            case (_, UInt8(ascii: ".")): part = 1
            case (_, UInt8(ascii: "e")), (_, UInt8(ascii: "E")): part = 2
            case (2, UInt8(ascii: "-")): isExponentNegative = true
            case (_, UInt8(ascii: "-")), (_, UInt8(ascii: "+")): break
            case (2, _): exponent = Swift.min(exponent &* 10 &+ Int64(byte &- 0x30), 1 &<< 48)
            default:
                if part == 1 { fractionDigitCount &+= 1 }
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte &- 0x30) }
            }
        }
        var shift = (isExponentNegative ? 0 &- exponent : exponent) &- fractionDigitCount
        while digits.last == 0 {
            digits.removeLast()
            shift &+= 1
        }
        if digits.isEmpty { return ([], 0) }
        guard shift >= 0, Int64(digits.count) &+ shift <= 40 else { return nil }
        return (digits, Int(shift))
    }
}

extension RawSpan {
    /// Whether the bytes are the UTF-8 of `text`.
    @inline(__always)
    fileprivate func hasUTF8(of text: StaticString) -> Bool {
        guard byteCount == text.utf8CodeUnitCount else { return false }
        // INVARIANT: there are `byteCount` bytes behind utf8Start.
        return unsafe elementsEqual(
            RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: text.utf8Start, count: byteCount)))
    }
}
