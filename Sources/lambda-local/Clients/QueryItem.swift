/// A pair of a query, decoded.
struct QueryItem {
    var name: String
    var value: String

    /// The pairs of a query, in order.
    static func parse(_ query: String) -> [QueryItem] {
        query.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return QueryItem(
                name: name.replacing("+", with: " ").percentDecoded,
                value: pair.dropFirst(name.count + 1).replacing("+", with: " ").percentDecoded)
        }
    }
}

extension Substring {
    /// The text with each `%` and its two hexadecimal digits replaced by the byte they mean (RFC 3986 §2.1); a `%`
    /// without them is left alone. FoundationEssentials has this for no text but that of a valid URL.
    var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let digits = String(rest.prefix(2)), digits.utf8.count == 2,
                digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
