import EventStreamCodec
import TextCoding

/// The status, headers and cookies of an HTTP response whose body a function streams.
///
/// On the wire, the prelude precedes the body: a JSON object, then eight NUL bytes, then the body. A response with a
/// prelude has the content type ``contentType``.
///
/// ```
/// {"statusCode":404,"headers":{"Content-Type":"text/plain"},"cookies":[]} NUL NUL NUL NUL NUL NUL NUL NUL body
/// ```
///
/// Source: AWS Lambda, response streaming with HTTP integrations.
public struct HTTPResponsePrelude: Sendable, Hashable {
    /// The content type of a response that begins with a prelude.
    public static let contentType = "application/vnd.awslambda.http-integration-response"

    /// The number of NUL bytes between the JSON and the body.
    public static let delimiterByteCount = 8

    /// The default limit on the length of the JSON, in bytes.
    public static let maximumByteCount = 16_384

    /// The status code, from 100 to 599.
    public var statusCode: Int

    /// The header fields that have one value each.
    public var headers: [String: String]

    /// The header fields that are repeated, once for each of their values.
    public var multiValueHeaders: [String: [String]]

    /// The values of the `Set-Cookie` fields.
    public var cookies: [String]

    /// Creates a prelude.
    ///
    /// - Parameters:
    ///   - statusCode: The status code, from 100 to 599.
    ///   - headers: The header fields that have one value each, among them the body's `Content-Type`.
    ///   - multiValueHeaders: The header fields that are repeated, once for each of their values.
    ///   - cookies: The values of the `Set-Cookie` fields.
    public init(
        statusCode: Int = 200, headers: [String: String] = [:], multiValueHeaders: [String: [String]] = [:],
        cookies: [String] = []
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        self.cookies = cookies
    }

    /// All header fields of the response, ordered by name, then one `Set-Cookie` for each cookie.
    ///
    /// Computed in O(*n* log *n*) for *n* fields.
    public var fields: [(name: String, value: String)] {
        var fields = headers.map { (name: $0.key, value: $0.value) }
        for (name, values) in multiValueHeaders { fields += values.map { (name: name, value: $0) } }
        fields.sort { $0.name < $1.name }
        return fields + cookies.map { (name: "Set-Cookie", value: $0) }
    }

    /// The bytes that precede the body: ``json``, then eight NUL bytes.
    public var encoded: [UInt8] {
        json + repeatElement(0, count: Self.delimiterByteCount)
    }

    /// The prelude as a JSON object with the members `statusCode` and `headers`, and with `multiValueHeaders` and
    /// `cookies` unless they are empty.
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
}

extension HTTPResponsePrelude {
    /// Parses a prelude from its JSON, without the NUL bytes.
    ///
    /// Every member may be absent or null; the status is then 200. A header that is null is left out. Functions also
    /// write header values as numbers and booleans, and `statusCode` as a string of digits; both are accepted. Unknown
    /// members are ignored.
    ///
    /// A prelude that was parsed can be written into the head of an HTTP response: its names are tokens and its values
    /// have no control characters.
    ///
    /// - Parameter json: The whole JSON text. Parsing takes O(*n*) for *n* bytes.
    /// - Throws: ``HTTPResponsePreludeError/Code/malformed``, ``HTTPResponsePreludeError/Code/statusCodeInvalid`` or
    ///   ``HTTPResponsePreludeError/Code/fieldInvalid``.
    public init(json: borrowing some RawBytes & ~Copyable & ~Escapable) throws(HTTPResponsePreludeError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(json.rawSpan, rules: .ecmaScript)
        } catch {
            throw HTTPResponsePreludeError(
                .malformed, at: UInt64(clamping: error.offset), foundDescription: error.found,
                expectedDescription: error.expected)
        }
        guard value.members != nil else {
            throw HTTPResponsePreludeError(
                .malformed, at: 0, foundDescription: value.excerpt,
                expectedDescription: "a JSON object with statusCode, headers, multiValueHeaders and cookies")
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
                .statusCodeInvalid, at: 0, foundDescription: "statusCode \(value.excerpt)",
                expectedDescription: "an integer from 100 to 599")
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
                .malformed, at: 0, foundDescription: "\(key) \(value.excerpt)",
                expectedDescription: "an object of header names and values")
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
                .malformed, at: 0, foundDescription: "\(description(of: name, in: member)) \(value.excerpt)",
                expectedDescription: "an array of strings")
        }
        var texts: [String] = []
        for element in elements {
            if let text = try text(element, of: name, in: member) { texts.append(text) }
        }
        return texts
    }

    /// The value of a header field; nil for null.
    private static func text(
        _ value: JSONValue, of name: String, in member: String
    ) throws(HTTPResponsePreludeError) -> String? {
        let description = description(of: name, in: member)
        guard !name.isEmpty, name.utf8.allSatisfy({ HTTPByte.isToken($0) }) else {
            throw HTTPResponsePreludeError(
                .fieldInvalid, at: 0, foundDescription: description, expectedDescription: "a token as the name")
        }
        let text: String
        switch value {
        case .null: return nil
        case .string(let string): text = string
        case .number(let number): text = number
        case .boolean(let boolean): text = boolean ? "true" : "false"
        case .array, .object:
            throw HTTPResponsePreludeError(
                .fieldInvalid, at: 0, foundDescription: "\(description) \(value.excerpt)",
                expectedDescription: "a string, a number or a boolean")
        }
        guard text.utf8.allSatisfy({ HTTPByte.isFieldValue($0) }) else {
            throw HTTPResponsePreludeError(
                .fieldInvalid, at: 0, foundDescription: "\(description) \(value.excerpt)",
                expectedDescription: "a value without control characters")
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

/// Why an HTTP prelude is invalid, and where.
public struct HTTPResponsePreludeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public let code: Code

    /// The position of the error in bytes from the start of the body; 0 for a value that is valid JSON but not a valid
    /// part of a prelude.
    public let offset: UInt64

    /// The number found: the bytes of a prelude that is cut. Nil if the error has no number.
    public let found: UInt64?

    /// The number expected: the limit in bytes that a prelude exceeds. Nil if the error has no number.
    public let expected: UInt64?

    /// What was found, in words: for a member, its name and its value.
    public let foundDescription: String

    /// What was expected, in words.
    public let expectedDescription: String

    /// Creates an error, for code that parses preludes on its own.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position of the error in bytes from the start of the body.
    ///   - found: The number found, if the code has one.
    ///   - expected: The number expected, if the code has one.
    ///   - foundDescription: What was found, in words.
    ///   - expectedDescription: What was expected, in words.
    public init(
        _ code: Code, at offset: UInt64, found: UInt64? = nil, expected: UInt64? = nil, foundDescription: String,
        expectedDescription: String
    ) {
        self.code = code
        self.offset = offset
        self.found = found
        self.expected = expected
        self.foundDescription = foundDescription
        self.expectedDescription = expectedDescription
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case malformed, statusCodeInvalid, fieldInvalid, tooLong, unexpectedEnd
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `malformed`.
        public var description: String { kind.rawValue }

        /// The bytes before the NUL bytes are not a JSON object, or a member has the wrong type.
        public static let malformed = Code(.malformed)

        /// The status code is not an integer from 100 to 599.
        public static let statusCodeInvalid = Code(.statusCodeInvalid)

        /// A header's name is not a token, or its value has control characters.
        public static let fieldInvalid = Code(.fieldInvalid)

        /// The JSON is longer than the limit. The offset is that of the first byte beyond it.
        public static let tooLong = Code(.tooLong)

        /// The body ends before the eight NUL bytes. The offset is that of the end.
        public static let unexpectedEnd = Code(.unexpectedEnd)
    }
}
