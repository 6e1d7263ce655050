/// Text from a stream, made fit for a terminal: nothing in it can move the cursor, set colours, hide or reorder what is
/// printed.
enum SafeText {
    /// The text on one line: line breaks are escaped too. Of a very long text, the beginning.
    static func singleLine(_ text: String, atMost count: Int = .max) -> String {
        escaped(text.unicodeScalars.prefix(count), keepsLines: false)
            + (text.unicodeScalars.dropFirst(count).isEmpty ? "" : "…")
    }

    /// The text with its line breaks and tabs.
    static func multiLine(_ text: String) -> String {
        escaped(text.unicodeScalars[...], keepsLines: true)
    }

    private static func escaped(_ scalars: Substring.UnicodeScalarView, keepsLines: Bool) -> String {
        var safe: [UInt8] = []
        safe.reserveCapacity(scalars.count)
        for scalar in scalars {
            if isUnfit(scalar), !(keepsLines && (scalar == "\n" || scalar == "\t")) {
                safe.append(contentsOf: escape(scalar).utf8)
            } else {
                safe.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
        return String(decoding: safe, as: UTF8.self)
    }

    /// Controls, line separators, marks that reorder text, and characters that nobody sees; not the joiner and the
    /// variation selectors, which emoji are made of.
    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: break
        }
        if scalar.value == 0x200d || scalar.properties.isVariationSelector { return false }
        return scalar.properties.isBidiControl || scalar.properties.isDefaultIgnorableCodePoint
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
