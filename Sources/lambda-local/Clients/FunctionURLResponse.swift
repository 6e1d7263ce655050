import EventStreamCodec
import LambdaStreaming
import NIOCore
import NIOHTTP1
import TextCoding

/// The HTTP response that a function URL creates from a buffered response: payload format 2.0.
///
/// A JSON object with a `statusCode` describes the HTTP response. Anything else is its body. Source: AWS Lambda developer
/// guide, "Invoking Lambda function URLs", Response payload format.
struct FunctionURLResponse {
    var status: HTTPResponseStatus
    var fields: HTTPHeaders
    var body: ByteBuffer

    /// Parses a buffered response.
    ///
    /// - Throws: ``InvocationFailure`` for a description that is not an HTTP response. It names the member and its value.
    init(_ payload: ByteBuffer) throws(InvocationFailure) {
        let text = Array(payload.readableBytesView)
        guard let value = try? JSONValue(text, rules: .ecmaScript), let code = value["statusCode"], code != .null else {
            (status, fields, body) = (.ok, ["Content-Type": "application/json"], payload)
            return
        }
        let prelude: HTTPResponsePrelude
        do throws(HTTPResponsePreludeError) {
            prelude = try text.withBytes { text throws(HTTPResponsePreludeError) in try HTTPResponsePrelude(json: text)
            }
        } catch {
            throw .invalidResponse("found \(error.foundDescription), expected \(error.expectedDescription)")
        }
        fields = try HTTPHeaders(prelude, defaultContentType: "application/json")
        status = HTTPResponseStatus(statusCode: prelude.statusCode)
        body = try Self.body(value)
    }

    private static func body(_ value: JSONValue) throws(InvocationFailure) -> ByteBuffer {
        let isBase64Encoded: Bool
        switch value["isBase64Encoded"] {
        case nil, .null: isBase64Encoded = false
        case .boolean(let flag): isBase64Encoded = flag
        case let other?: throw .invalidResponse("found isBase64Encoded \(other.excerpt), expected true or false")
        }
        switch value["body"] {
        case nil, .null: return ByteBuffer()
        case .string(let text) where !isBase64Encoded: return ByteBuffer(string: text)
        case .string(let text):
            guard let bytes = Base64.decode(text) else {
                throw .invalidResponse(
                    "found body \(JSONValue.string(text).excerpt) with isBase64Encoded true, expected base64")
            }
            return ByteBuffer(bytes: bytes)
        case let other?: throw .invalidResponse("found body \(other.excerpt), expected a string")
        }
    }
}

extension HTTPHeaders {
    /// Creates the fields of a response that a function describes.
    ///
    /// Fields that frame the message or describe the connection are omitted, because the body gets a new framing. The
    /// function's `Content-Length` is renamed, as Lambda does.
    ///
    /// - Throws: ``InvocationFailure`` for a status that no final response has.
    init(_ prelude: HTTPResponsePrelude, defaultContentType: String) throws(InvocationFailure) {
        self.init()
        guard (200...599).contains(prelude.statusCode) else {
            throw .invalidResponse(
                "found statusCode \(prelude.statusCode), expected 100 to 599 and not 1xx, which no final response has")
        }
        for (name, value) in prelude.fields {
            let lowercased = name.lowercased()
            if lowercased == "content-length" {
                add(name: "x-amzn-remapped-content-length", value: value)
            } else if !Self.namesOfConnection.contains(lowercased) {
                add(name: name, value: value)
            }
        }
        if !contains(name: "Content-Type") { add(name: "Content-Type", value: defaultContentType) }
    }

    private static let namesOfConnection: Set = [
        "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade",
    ]
}
