import EventStreamCodec

/// Untrusted text for a terminal or a log: nothing in it can move the cursor, set colors, start a line, or hide or reorder
/// what is printed.
///
/// Control characters, line separators, bidirectional controls and invisible characters are escaped as `\n`, `\r`, `\t` or
/// `\u{HEX}`. The joiner and the variation selectors that emoji consist of stay. Ill-formed UTF-8 becomes U+FFFD.
package enum SafeText {
    /// Returns the text on one line. Line breaks are escaped too.
    ///
    /// - Parameter count: The most scalars of `text` to keep; a longer text ends with `…`.
    package static func singleLine(_ text: String, atMost count: Int = .max) -> String {
        guard count < .max else { return escaped(text, keepsLines: false) }
        let prefix = String(text.unicodeScalars.prefix(count))
        return escaped(prefix, keepsLines: false) + (prefix.utf8.count < text.utf8.count ? "…" : "")
    }

    /// Returns the text with its line feeds and tabs.
    package static func multiLine(_ text: String) -> String {
        escaped(text, keepsLines: true)
    }

    private static func escaped(_ text: String, keepsLines: Bool) -> String {
        text.withUTF8Bytes { text in
            // Nearly every text is safe as it is.
            guard text.endOfSafeASCII(from: 0, keepsLines: keepsLines) < text.byteCount else {
                return String(decodingUTF8: text)
            }
            var safe: [UInt8] = []
            safe.append(safe: text, keepsLines: keepsLines)
            return String(decoding: safe, as: UTF8.self)
        }
    }

    /// Whether a scalar is escaped.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: break
        }
        if scalar.value == 0x200d || scalar.properties.isVariationSelector { return false }
        return scalar.properties.isBidiControl || scalar.properties.isDefaultIgnorableCodePoint
    }
}

extension [UInt8] {
    /// Appends text, escaped as ``SafeText`` describes.
    ///
    /// - Parameter keepsLines: Whether line feeds and tabs stay.
    package mutating func append(safe text: RawSpan, keepsLines: Bool) {
        reserveCapacity(count &+ text.byteCount)
        var position = 0
        while position < text.byteCount {
            let start = position
            position = text.endOfSafeASCII(from: position, keepsLines: keepsLines)
            append(contentsOf: text.extracting(start..<position))
            guard position < text.byteCount else { return }
            let byte = text.byte(at: position)
            if byte < 0x80 {
                append(escapeOf: Unicode.Scalar(byte))
                position &+= 1
                continue
            }
            // Runs outside ASCII are decoded together.
            let end = text.endOfNonASCII(from: position)
            for scalar in String(decodingUTF8: text.extracting(position..<end)).unicodeScalars {
                if SafeText.isUnsafe(scalar) {
                    append(escapeOf: scalar)
                } else {
                    UTF8.encode(scalar).map { append(contentsOf: $0) }
                }
            }
            position = end
        }
    }

    private mutating func append(escapeOf scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": append(json: "\\n")
        case "\r": append(json: "\\r")
        case "\t": append(json: "\\t")
        default: append(json: "\\u{" + Hexadecimal.text(UInt64(scalar.value)) + "}")
        }
    }
}

extension TextBuffer {
    /// Appends text, escaped as ``SafeText`` describes.
    ///
    /// - Parameter keepsLines: Whether line feeds and tabs stay.
    package mutating func append(safe text: RawSpan, keepsLines: Bool) {
        let end = text.endOfSafeASCII(from: 0, keepsLines: keepsLines)
        append(text.extracting(0..<end))
        guard end < text.byteCount else { return }
        var rest: [UInt8] = []
        rest.append(safe: text.extracting(end..<text.byteCount), keepsLines: keepsLines)
        append(rest.rawSpan)
    }
}

extension RawSpan {
    /// Whether every byte is an ASCII character that takes one column of a terminal.
    package var isPrintableASCII: Bool { endOfSafeASCII(from: 0, keepsLines: false) == byteCount }

    /// The offset of the first byte from `start` on that is not ASCII or has to be escaped; the end if there is none.
    fileprivate func endOfSafeASCII(from start: Int, keepsLines: Bool) -> Int {
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: a load of eight bytes at `position` ends at `position + 8 <= count`.
            let ones: UInt64 = 0x0101_0101_0101_0101
            let highBits: UInt64 = 0x8080_8080_8080_8080
            let count = bytes.count
            var position = start
            while true {
                while count &- position >= 8 {
                    let word = unsafe UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                    let deletes = word ^ ones &* 0x7f
                    let unsafeBytes =
                        (word | (word &- ones &* 0x20) & ~word | (deletes &- ones) & ~deletes) & highBits
                    if unsafeBytes != 0 {
                        position &+= unsafeBytes.trailingZeroBitCount &>> 3
                        break
                    }
                    position &+= 8
                }
                guard position < count else { return position }
                let byte = unsafe bytes[position]
                let isKept = keepsLines && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t"))
                guard isKept || (0x20..<0x7f).contains(byte) else { return position }
                position &+= 1
            }
        }
    }

    /// The offset of the first ASCII byte from `start` on; the end if there is none.
    fileprivate func endOfNonASCII(from start: Int) -> Int {
        var end = start
        while end < byteCount, byte(at: end) >= 0x80 { end &+= 1 }
        return end
    }
}
