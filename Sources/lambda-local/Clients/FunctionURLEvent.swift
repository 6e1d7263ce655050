import EventStreamCodec
import FoundationEssentials
import NIOCore
import TextCoding

/// The event that a function URL creates from a request: payload format 2.0.
///
/// Source: AWS Lambda developer guide, "Invoking Lambda function URLs", Request payload format.
///
/// - Complexity: Linear in the size of the request.
struct FunctionURLEvent {
    private let head: RequestHead
    private let body: ByteBuffer
    private let peerAddress: String
    private let id: String
    private let date: Date
    private var cookies: [String] = []
    private var headers = JoinedValues()
    private var parameters = JoinedValues()

    /// Creates the event of a request.
    init(
        _ head: RequestHead, body: ByteBuffer, on connection: HTTPConnection, id: String, traceID: String, at date: Date
    ) {
        self.init(
            head, body: body, from: connection.peerAddress, toPort: connection.localPort, id: id, traceID: traceID,
            at: date)
    }

    /// Creates the event of a request that a peer at `peerAddress` has sent to a port of this program.
    init(
        _ head: RequestHead, body: ByteBuffer, from peerAddress: String, toPort port: Int, id: String, traceID: String,
        at date: Date
    ) {
        self.head = head
        self.body = body
        self.peerAddress = peerAddress
        self.id = id
        self.date = date
        for (name, value) in head.fields {
            let name = name.lowercased()
            if name == "cookie" {
                for cookie in value.utf8.split(separator: UInt8(ascii: ";")) {
                    cookies.append(String(decoding: cookie.drop { $0 == 0x20 }, as: UTF8.self))
                }
            } else {
                headers.append(value, to: name)
            }
        }
        // Values that the client sends are replaced.
        headers.set("x-forwarded-for", to: peerAddress)
        headers.set("x-forwarded-proto", to: "http")
        headers.set("x-forwarded-port", to: "\(port)")
        headers.set("x-amzn-trace-id", to: traceID)
        for item in QueryItem.parse(head.query) { parameters.append(item.value, to: item.name) }
    }

    /// Returns the event as JSON.
    func json() -> ByteBuffer {
        var json: [UInt8] = []
        json.append(json: "{\"version\":\"2.0\",\"routeKey\":\"$default\"")
        json.append(member: "rawPath", head.path)
        json.append(member: "rawQueryString", head.query)
        if !cookies.isEmpty {
            json.append(json: ",\"cookies\":")
            json.append(jsonList: cookies) { cookie, json in json.append(jsonString: cookie) }
        }
        json.append(json: ",\"headers\":")
        headers.append(to: &json)
        if !parameters.isEmpty {
            json.append(json: ",\"queryStringParameters\":")
            parameters.append(to: &json)
        }
        appendContext(to: &json)
        appendBody(to: &json)
        json.append(UInt8(ascii: "}"))
        return ByteBuffer(bytes: json)
    }

    private func appendContext(to json: inout [UInt8]) {
        let host = head.fields.first(name: "Host").flatMap { HostAndPort($0)?.host } ?? "localhost"
        json.append(json: ",\"requestContext\":{\"accountId\":\"anonymous\",\"apiId\":\"local\"")
        json.append(member: "domainName", host)
        json.append(
            member: "domainPrefix", String(decoding: host.utf8.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
        json.append(json: ",\"http\":{\"method\":")
        json.append(jsonString: head.method)
        json.append(member: "path", head.path)
        json.append(member: "protocol", head.isVersion10 ? "HTTP/1.0" : "HTTP/1.1")
        json.append(member: "sourceIp", peerAddress)
        if let agent = head.fields.first(name: "User-Agent") { json.append(member: "userAgent", agent) }
        json.append(UInt8(ascii: "}"))
        json.append(member: "requestId", id)
        json.append(json: ",\"routeKey\":\"$default\",\"stage\":\"$default\"")
        json.append(member: "time", date.commonLogTime)
        json.append(json: ",\"timeEpoch\":\(date.millisecondsSinceEpoch)}")
    }

    private func appendBody(to json: inout [UInt8]) {
        if body.readableBytes > 0 {
            let contentType = head.fields.first(name: "Content-Type")
            if Self.isText(contentType), let text = String(validating: body.readableBytesView, as: UTF8.self) {
                json.append(member: "body", text)
            } else {
                json.append(json: ",\"body\":")
                body.withSpan { json.append(jsonBase64: $0) }
                return json.append(json: ",\"isBase64Encoded\":true")
            }
        }
        json.append(json: ",\"isBase64Encoded\":false")
    }

    /// Whether a body of this type is passed on as text.
    private static func isText(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased() else { return true }
        return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
            || ["application/json", "application/javascript", "application/xml"].contains(type)
    }
}

/// Names in the order of their appearance, each with its values, which Lambda joins with commas.
private struct JoinedValues {
    private var entries: [(name: String, values: [String])] = []

    /// The position of each name. The key is bytes, because `String` considers different encodings of a character equal.
    private var positions: [[UInt8]: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }

    mutating func append(_ value: String, to name: String) {
        entries[position(of: name)].values.append(value)
    }

    mutating func set(_ name: String, to value: String) {
        entries[position(of: name)].values = [value]
    }

    private mutating func position(of name: String) -> Int {
        let key = Array(name.utf8)
        if let position = positions[key] { return position }
        positions[key] = entries.count
        entries.append((name, []))
        return entries.count - 1
    }

    /// Appends a JSON object.
    func append(to json: inout [UInt8]) {
        for (index, (name, values)) in entries.enumerated() {
            json.append(UInt8(ascii: index == 0 ? "{" : ","))
            json.append(jsonString: name)
            json.append(UInt8(ascii: ":"))
            json.append(jsonString: values.joined(separator: ","))
        }
        json.append(json: entries.isEmpty ? "{}" : "}")
    }
}

extension [UInt8] {
    /// Appends a member that is not the first of its object.
    fileprivate mutating func append(member key: StaticString, _ value: String) {
        append(json: ",\"")
        append(json: key)
        append(json: "\":")
        append(jsonString: value)
    }
}

/// A decoded pair of a query.
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
    /// Returns the text with each `%` and its two hexadecimal digits replaced by their byte (RFC 3986 §2.1). A `%` without
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
