import EventStreamCodec

/// A pair of a query, decoded.
struct QueryItem {
    var name: String
    var value: String

    /// Parses the pairs of a query, in order.
    ///
    /// - Complexity: Linear in the length of the query.
    static func parse(_ query: String) -> [QueryItem] {
        // Bytes, because a combining character after a delimiter would hide it in a `String`.
        query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return QueryItem(
                name: name.percentDecoded(plusIsSpace: true),
                value: pair.dropFirst(name.count + 1).percentDecoded(plusIsSpace: true))
        }
    }
}

extension Collection<UInt8> {
    /// The text with each `%` and its two hexadecimal digits replaced by the byte they mean (RFC 3986 §2.1). A `%` without
    /// digits is kept.
    ///
    /// - Parameter plusIsSpace: Whether `+` means a space, as in queries.
    func percentDecoded(plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var rest = self[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                let values = digits.map { Hexadecimal.value(of: $0) }
                if values.count == 2, values.allSatisfy({ $0 < 16 }) {
                    bytes.append(values[0] << 4 | values[1])
                    rest = rest[digits.endIndex...]
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
