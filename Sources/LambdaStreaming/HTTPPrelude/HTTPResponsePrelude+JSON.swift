import EventStreamCodec
import TextCoding

extension HTTPResponsePrelude {
    /// The prelude as it stands before the body: JSON, then the eight NUL bytes.
    public var encoded: [UInt8] {
        json + repeatElement(0, count: Self.delimiterByteCount)
    }

    /// The prelude as a JSON object: `statusCode`, `headers`, and `multiValueHeaders` and `cookies` when there are any.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(json: "{\"statusCode\":\(statusCode),\"headers\":")
        bytes.append(jsonObject: headers) { value, bytes in bytes.append(jsonString: value) }
        if !multiValueHeaders.isEmpty {
            bytes.append(json: ",\"multiValueHeaders\":")
            bytes.append(jsonObject: multiValueHeaders) { values, bytes in
                bytes.append(jsonList: values) { value, bytes in bytes.append(jsonString: value) }
            }
        }
        if !cookies.isEmpty {
            bytes.append(json: ",\"cookies\":")
            bytes.append(jsonList: cookies) { cookie, bytes in bytes.append(jsonString: cookie) }
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Reads a prelude from its JSON, without the NUL bytes.
    ///
    /// Every member may be absent or null; the status is then 200. A header that is null is left out. As functions write
    /// them, values of headers may be numbers and booleans, and `statusCode` may be a string of digits. Unknown members
    /// are ignored.
    ///
    /// - Throws: ``HTTPResponsePreludeError/Code/malformed``; ``HTTPResponsePreludeError/Code/statusCodeInvalid``;
    ///   ``HTTPResponsePreludeError/Code/fieldInvalid`` when a name is not a token or a value has a control character, so
    ///   that what was read can be written into the head of a response.
    public init(json: RawSpan) throws(HTTPResponsePreludeError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(json, rules: .ecmaScript)
        } catch {
            throw HTTPResponsePreludeError(.malformed, at: error.offset, found: error.found, expected: error.expected)
        }
        guard value.members != nil else {
            throw HTTPResponsePreludeError(
                .malformed, at: 0, found: value.excerpt,
                expected: "a JSON object with statusCode, headers, multiValueHeaders and cookies")
        }
        self.init()
        if let status = value["statusCode"], status != .null { statusCode = try Self.statusCode(status) }
        for member in try Self.members(of: value, "headers") {
            headers[member.key] = try Self.text(member.value, of: member.key, in: "headers")
        }
        for member in try Self.members(of: value, "multiValueHeaders") {
            multiValueHeaders[member.key] = try Self.texts(member.value, of: member.key, in: "multiValueHeaders")
        }
        cookies = try Self.texts(value["cookies"] ?? JSONValue.null, of: "Set-Cookie", in: "cookies") ?? []
    }

    private static func statusCode(_ value: JSONValue) throws(HTTPResponsePreludeError) -> Int {
        var code: Int? = value.integer()
        if let text = value.string, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { code = Int(text) }
        guard let code, (100...599).contains(code) else {
            throw HTTPResponsePreludeError(
                .statusCodeInvalid, at: 0, found: "statusCode \(value.excerpt)", expected: "an integer from 100 to 599")
        }
        return code
    }

    /// The members of an object that is a member of the prelude.
    private static func members(
        of prelude: JSONValue, _ key: String
    ) throws(HTTPResponsePreludeError) -> [JSONValue.Member] {
        guard let value = prelude[key], value != .null else { return [] }
        guard let members = value.members else {
            throw HTTPResponsePreludeError(
                .malformed, at: 0, found: "\(key) \(value.excerpt)", expected: "an object of header names and values")
        }
        return members
    }

    /// The values of an array; nil for null.
    private static func texts(
        _ value: JSONValue, of name: String, in member: String
    ) throws(HTTPResponsePreludeError) -> [String]? {
        if value == .null { return nil }
        guard let elements = value.elements else {
            throw HTTPResponsePreludeError(
                .malformed, at: 0, found: "\(description(of: name, in: member)) \(value.excerpt)",
                expected: "an array of strings")
        }
        var texts: [String] = []
        for element in elements {
            if let text = try text(element, of: name, in: member) { texts.append(text) }
        }
        return texts
    }

    /// The value of a field that stays within its field, of a name that is a token; nil for null.
    private static func text(
        _ value: JSONValue, of name: String, in member: String
    ) throws(HTTPResponsePreludeError) -> String? {
        let description = description(of: name, in: member)
        guard !name.isEmpty, name.utf8.allSatisfy({ HTTPByte.isToken($0) }) else {
            throw HTTPResponsePreludeError(.fieldInvalid, at: 0, found: description, expected: "a token as the name")
        }
        let text: String
        switch value {
        case .null: return nil
        case .string(let string): text = string
        case .number(let number): text = number
        case .boolean(let boolean): text = boolean ? "true" : "false"
        case .array, .object:
            throw HTTPResponsePreludeError(
                .fieldInvalid, at: 0, found: "\(description) \(value.excerpt)",
                expected: "a string, a number or a boolean")
        }
        guard text.utf8.allSatisfy({ HTTPByte.isFieldValue($0) }) else {
            throw HTTPResponsePreludeError(
                .fieldInvalid, at: 0, found: "\(description) \(value.excerpt)",
                expected: "a value without control characters")
        }
        return text
    }

    private static func description(of name: String, in member: String) -> String {
        member == "cookies" ? member : "\(member) \(JSONValue.string(name).excerpt)"
    }
}

extension JSONValue {
    /// The value's JSON for an error message, on one line and at most 80 characters long.
    package var excerpt: String {
        var bytes: [UInt8] = []
        bytes.append(json: self)
        return SafeText.singleLine(String(decoding: bytes, as: UTF8.self), atMost: 80)
    }
}
