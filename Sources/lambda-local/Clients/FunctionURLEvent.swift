import FoundationEssentials
import NIOCore

/// The event that a function URL makes of a request: payload format 2.0.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", Request payload format.
struct FunctionURLEvent: Encodable {
    private var version = "2.0"
    private var routeKey = "$default"
    private var rawPath: String
    private var rawQueryString: String
    private var cookies: [String]?
    private var headers: [String: String] = [:]
    private var queryStringParameters: [String: String]?
    private var requestContext: Context
    private var body: String?
    private var isBase64Encoded = false

    private struct Context: Encodable {
        var accountId = "anonymous"
        var apiId = "local"
        var domainName: String
        var domainPrefix: String
        var http: HTTP
        var requestId: String
        var routeKey = "$default"
        var stage = "$default"
        var time: String
        var timeEpoch: Int64
    }

    private struct HTTP: Encodable {
        var method: String
        var path: String
        var `protocol`: String
        var sourceIp: String
        var userAgent: String?
    }

    /// The event of a request.
    init(_ head: RequestHead, body: ByteBuffer, from address: String, id: String, at date: Date) {
        rawPath = head.path
        rawQueryString = head.query
        for (name, value) in head.fields {
            let name = name.lowercased()
            if name == "cookie" {
                cookies = (cookies ?? []) + value.split(separator: ";").map { $0.trimmingPrefix(" ") }.map(String.init)
            } else {
                headers[name] = headers[name].map { "\($0),\(value)" } ?? value
            }
        }
        for item in QueryItem.parse(head.query) {
            var parameters = queryStringParameters ?? [:]
            parameters[item.name] = parameters[item.name].map { "\($0),\(item.value)" } ?? item.value
            queryStringParameters = parameters
        }
        let domain = headers["host"].map { String($0.prefix { $0 != ":" }) } ?? "localhost"
        requestContext = Context(
            domainName: domain, domainPrefix: String(domain.prefix { $0 != "." }),
            http: HTTP(
                method: head.method, path: head.path, protocol: head.isVersion10 ? "HTTP/1.0" : "HTTP/1.1",
                sourceIp: address, userAgent: headers["user-agent"]),
            requestId: id, time: date.commonLogTime, timeEpoch: .millisecondsSinceEpoch)
        guard body.readableBytes > 0 else { return }
        if Self.isText(headers["content-type"]), let text = String(validating: body.readableBytesView, as: UTF8.self) {
            self.body = text
        } else {
            self.body = Data(body.readableBytesView).base64EncodedString()
            isBase64Encoded = true
        }
    }

    /// Whether a body of this type is passed on as it is.
    private static func isText(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased() else { return true }
        return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
            || ["application/json", "application/javascript", "application/xml"].contains(type)
    }

    /// The event as JSON.
    func json() throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return ByteBuffer(bytes: try encoder.encode(self))
    }
}

extension Date {
    /// As in `24/Nov/2026:15:01:00 +0000`.
    fileprivate var commonLogTime: String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: self)
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(digits(parts.day))/\(months[(parts.month ?? 1) - 1])/\(parts.year ?? 0)"
            + ":\(digits(parts.hour)):\(digits(parts.minute)):\(digits(parts.second)) +0000"
    }
}

extension Int64 {
    /// Now, in milliseconds since the epoch.
    static var millisecondsSinceEpoch: Int64 { Int64(Date.now.timeIntervalSince1970 * 1_000) }
}
