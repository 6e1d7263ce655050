import EventStreamCodec

/// Appends JSON to bytes.
extension [UInt8] {
    /// Appends text that is JSON already.
    mutating func append(json: String) {
        append(contentsOf: json.utf8)
    }

    /// Appends a string, quoted, and escaped as RFC 8259 §7 requires, no more.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - limit: The most bytes to write between the quotes; a longer string is cut between two characters, and what is
    ///     left out becomes `…`, which may come on top.
    mutating func append(jsonString text: String, limit: Int = .max) {
        append(UInt8(ascii: "\""))
        let start = count
        for scalar in text.unicodeScalars {
            let end = count
            append(escaped: scalar)
            if count &- start > limit {
                removeSubrange(end...)
                append(json: "…")
                break
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped scalar: Unicode.Scalar) {
        switch scalar {
        case "\"", "\\": append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: scalar)])
        case "\n": append(json: "\\n")
        case "\r": append(json: "\\r")
        case "\t": append(json: "\\t")
        case "\u{0}"..<"\u{20}":
            append(json: scalar.value < 16 ? "\\u000" : "\\u00")
            append(json: String(scalar.value, radix: 16))
        default: append(contentsOf: UTF8.encode(scalar).map { [UInt8]($0) } ?? [])
        }
    }

    /// Appends a list; `append` writes one element.
    mutating func append<Elements: Sequence>(
        jsonList elements: Elements, _ append: (Elements.Element, inout [UInt8]) -> Void
    ) {
        self.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { self.append(UInt8(ascii: ",")) }
            isFirst = false
            append(element, &self)
        }
        self.append(UInt8(ascii: "]"))
    }

    /// Appends an object, its members ordered by name so that equal values have equal bytes; `append` writes a value.
    mutating func append<Value>(
        jsonObject members: [String: Value], _ append: (Value, inout [UInt8]) -> Void
    ) {
        self.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if !isFirst { self.append(UInt8(ascii: ",")) }
            isFirst = false
            self.append(jsonString: name)
            self.append(UInt8(ascii: ":"))
            append(value, &self)
        }
        self.append(UInt8(ascii: "}"))
    }
}
