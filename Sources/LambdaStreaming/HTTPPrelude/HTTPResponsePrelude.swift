/// Status, headers and cookies of an HTTP response whose body a function streams.
///
/// On the wire it precedes the body: a JSON object, eight NUL bytes, the body. That a body begins so is said by the
/// content type ``contentType``.
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

    /// The most bytes of JSON that are looked through for their end, unless told otherwise.
    public static let maximumByteCount = 16_384

    /// The status code, 100 to 599.
    public var statusCode: Int

    /// The header fields with one value each.
    public var headers: [String: String]

    /// The header fields that stand once for each of several values.
    public var multiValueHeaders: [String: [String]]

    /// The values of `Set-Cookie` fields.
    public var cookies: [String]

    /// The prelude of these parts.
    public init(
        statusCode: Int = 200, headers: [String: String] = [:], multiValueHeaders: [String: [String]] = [:],
        cookies: [String] = []
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.multiValueHeaders = multiValueHeaders
        self.cookies = cookies
    }

    /// All fields of the response, those with several values once for each, a `Set-Cookie` for each cookie; ordered by
    /// name.
    public var fields: [(name: String, value: String)] {
        var fields = headers.map { (name: $0.key, value: $0.value) }
        for (name, values) in multiValueHeaders { fields += values.map { (name: name, value: $0) } }
        fields.sort { $0.name < $1.name }
        return fields + cookies.map { (name: "Set-Cookie", value: $0) }
    }
}
