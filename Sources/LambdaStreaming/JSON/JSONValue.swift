/// A value of JSON (RFC 8259).
///
/// Three tiny objects travel in these protocols as JSON: the HTTP prelude, a function's error and `InvokeComplete`. To
/// read them takes this file and its neighbours; Foundation, or a package, would be the only dependency of a library
/// that has none, and every consumer's too.
enum JSONValue: Hashable {
    case null
    case boolean(Bool)
    /// A number, as it stands in the text.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The members of an object.
    var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of an array.
    var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The text of a string, a number or a boolean: fields of HTTP are text, and functions write `"age": 5`.
    var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .boolean(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// The value of a whole number.
    var integer: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }
}

extension JSONValue {
    /// The value that `text` is; nil when it is no JSON.
    init?(_ text: [UInt8]) {
        do {
            self = try text.withBytes { text throws(JSONReader.Malformed) in try JSONReader.read(text) }
        } catch {
            return nil
        }
    }
}
