import EventStreamCodec
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The HTTP response that a function URL makes of what a function returned whole: payload format 2.0.
///
/// JSON with a `statusCode` describes the response; anything else is the body of one. Source: AWS Lambda developer
/// guide, "Invoking Lambda function URLs", Response payload format.
struct FunctionURLResponse {
    var status: HTTPResponseStatus
    var fields: HTTPHeaders
    var body: ByteBuffer

    private struct Description: Decodable {
        var statusCode: Int
        var headers: [String: Scalar]?
        var cookies: [String]?
        var body: String?
        var isBase64Encoded: Bool?
    }

    /// A field's value: functions write numbers and truth values as often as strings.
    private struct Scalar: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self.text = text
            } else if let flag = try? value.decode(Bool.self) {
                text = "\(flag)"
            } else if let number = try? value.decode(Int64.self) {
                text = "\(number)"
            } else {
                text = "\(try value.decode(Double.self))"
            }
        }
    }

    /// The response that `payload` means.
    ///
    /// - Throws: ``FunctionError`` for a description that is no HTTP response.
    init(_ payload: ByteBuffer) throws(FunctionError) {
        guard let description = try? JSONDecoder().decode(Description.self, from: Data(payload.readableBytesView))
        else {
            (status, fields, body) = (.ok, ["Content-Type": "application/json"], payload)
            return
        }
        status = HTTPResponseStatus(statusCode: description.statusCode)
        fields = try HTTPHeaders(
            status: description.statusCode,
            (description.headers ?? [:]).map { ($0, $1.text) }.sorted { $0.0 < $1.0 }
                + (description.cookies ?? []).map { ("Set-Cookie", $0) },
            defaultContentType: "application/json")
        let text = description.body ?? ""
        guard description.isBase64Encoded ?? false else {
            body = ByteBuffer(string: text)
            return
        }
        guard let data = Data(base64Encoded: text) else {
            throw .invalidResponse("found a body that is not base64, and isBase64Encoded is true")
        }
        body = ByteBuffer(bytes: data)
    }
}

extension HTTPHeaders {
    /// The fields of a response that a function describes.
    ///
    /// Fields that frame the message or speak of the connection are left out: the body is framed anew.
    ///
    /// - Throws: ``FunctionError`` for a status or a field that HTTP does not allow.
    init(
        status: Int, _ fields: [(name: String, value: String)], defaultContentType: String
    ) throws(FunctionError) {
        self.init()
        guard (200...599).contains(status) else {
            throw .invalidResponse("found statusCode \(status), expected 200 to 599")
        }
        for (name, value) in fields {
            guard !name.isEmpty, name.utf8.allSatisfy({ HTTPByte.isToken($0) }),
                value.utf8.allSatisfy({ HTTPByte.isFieldValue($0) })
            else {
                throw .invalidResponse("found a header field '\(name)' that HTTP does not allow")
            }
            if !Self.namesOfConnection.contains(name.lowercased()) { add(name: name, value: value) }
        }
        if !contains(name: "Content-Type") { add(name: "Content-Type", value: defaultContentType) }
    }

    private static let namesOfConnection: Set = [
        "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade",
    ]
}
