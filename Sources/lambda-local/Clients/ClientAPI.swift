import EventStreamCodec
import FoundationEssentials
import NIOCore
import NIOHTTP1
import TextCoding

/// The port for clients: the operations of Lambda's API under their own paths, and the function URL under all others.
struct ClientAPI {
    let queue: InvocationQueue
    let configuration: FunctionConfiguration
    let run: InvocationRun

    /// Receives the events that are in the queue.
    let background: AsyncStream<Invocation>.Continuation

    /// Answers a request.
    ///
    /// - Returns: Whether the connection accepts another request.
    func serve(_ head: RequestHead, _ connection: HTTPConnection) async throws -> Bool {
        var writer = ResponseWriter(to: head, on: connection)
        let id = UUID().uuidString.lowercased()
        do {
            let parts = head.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            if parts.count > 1, let version = parts.first, version.isAPIVersion {
                return try await operation(Array(parts), head, connection, id, &writer)
            }
            if head.isForIcon {
                _ = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
                try await writer.respond(.notFound)
                return !writer.closesConnection
            }
            return try await functionURL(head, connection, id, writer)
        } catch let error as ServiceError {
            // A body that is too large may not have been read.
            if error.status == .payloadTooLarge { writer.abandon() }
            EventLog.note("\(id) \(head.method) \(head.path) \(error.status.code), \(error.type): \(error.message)")
            try await error.answer(with: &writer)
            return !writer.closesConnection
        }
    }

    /// An operation of Lambda's API. Its paths never lead to the function URL.
    ///
    /// - Parameter parts: The parts of the path: version, `functions`, name and more.
    private func operation(
        _ parts: [Substring], _ head: RequestHead, _ connection: HTTPConnection, _ id: String,
        _ writer: inout ResponseWriter
    ) async throws -> Bool {
        let name = parts.count > 2 ? parts[2] : ""
        switch (head.method, parts[0], parts[1], parts.dropFirst(3)) {
        case ("POST", "2015-03-31", "functions", ["invocations"]):
            try await invoke(name, head, connection, id, &writer)
        case ("POST", "2021-11-15", "functions", ["response-streaming-invocations"]):
            return try await invokeWithResponseStream(name, head, connection, id, writer)
        case ("GET", "2015-03-31", "functions", let rest)
        where !name.isEmpty && (rest == [] || rest == ["configuration"]):
            _ = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
            try configuration.function.check(name, query: head.query)
            try await writer.respond(
                .ok, ["Content-Type": "application/json", "X-Amzn-RequestId": id],
                body: configuration.json(isWrapped: rest == []))
        default:
            // A body that is not read would be parsed as the next request.
            _ = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
            throw ServiceError.unknownOperation(head)
        }
        return !writer.closesConnection
    }

    /// The function URL: the response that the function streams or describes.
    private func functionURL(
        _ head: RequestHead, _ connection: HTTPConnection, _ id: String, _ writer: ResponseWriter
    ) async throws -> Bool {
        let body = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
        let traceID = traceID(of: head)
        let event = FunctionURLEvent(head, body: body, on: connection, id: id, traceID: traceID, at: .now)
        let invocation = Invocation(id: id, event: event.json(), traceID: traceID)
        var delivery = FunctionURLDelivery(writer, for: invocation)
        try await run(invocation, "\(head.method) \(head.path)", connection.watch, &delivery)
        return delivery.keepsConnection
    }

    /// `InvokeWithResponseStream`: the response as an event stream.
    private func invokeWithResponseStream(
        _ name: Substring, _ head: RequestHead, _ connection: HTTPConnection, _ id: String, _ writer: ResponseWriter
    ) async throws -> Bool {
        var writer = writer
        let payload = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
        let invocation = try invocation(of: name, head, payload, id)
        let type = try invocationType(head, allowed: ["RequestResponse", "DryRun"])
        guard type == "RequestResponse" else {
            try await writer.respond(.noContent, ["X-Amzn-RequestId": id])
            return !writer.closesConnection
        }
        var delivery = EventStreamDelivery(invocation, wantsLog: try wantsLog(head), writer)
        try await run(invocation, "InvokeWithResponseStream", connection.watch, &delivery)
        return delivery.keepsConnection
    }

    /// `Invoke`: the complete response, or none for an event.
    private func invoke(
        _ name: Substring, _ head: RequestHead, _ connection: HTTPConnection, _ id: String,
        _ writer: inout ResponseWriter
    ) async throws {
        let payload = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
        let invocation = try invocation(of: name, head, payload, id)
        let type = try invocationType(head, allowed: ["RequestResponse", "Event", "DryRun"])
        guard type != "Event" || payload.readableBytes <= PayloadLimit.asynchronous else {
            let (count, limit) = (payload.readableBytes, PayloadLimit.asynchronous)
            throw ServiceError.payloadTooLarge("found a payload of \(count) bytes, expected at most \(limit) bytes")
        }
        switch type {
        case "DryRun": try await writer.respond(.noContent, ["X-Amzn-RequestId": id])
        case "Event":
            try await queue.submit(invocation)
            background.yield(invocation)
            try await writer.respond(.accepted, ["X-Amzn-RequestId": id])
        default:
            var delivery = BufferedDelivery(invocation, wantsLog: try wantsLog(head), writer)
            try await run(invocation, "Invoke", connection.watch, &delivery)
        }
    }

    /// Checks a request of `Invoke` or `InvokeWithResponseStream`. Its body has been read: unread bytes would be parsed as the
    /// next request.
    private func invocation(
        of name: Substring, _ head: RequestHead, _ payload: ByteBuffer, _ id: String
    ) throws -> Invocation {
        var payload = payload
        try configuration.function.check(name, query: head.query)
        if payload.readableBytes == 0 { payload = ByteBuffer(string: "{}") }
        do {
            // Duplicate keys and half a surrogate pair are JSON. The function's own parser decides what they mean.
            try payload.withSpan { try JSONReader.check($0, rules: .ecmaScript) }
        } catch {
            throw ServiceError.invalidPayload("\(error)")
        }
        return Invocation(
            id: id, event: payload, clientContext: try clientContext(of: head), traceID: traceID(of: head),
            attempt: head.fields.first(name: "X-Amz-Invocation-Type") == "Event" ? 1 : nil)
    }

    /// Returns the data of a mobile client, which is JSON in base64. The function gets it in a header field, which cannot
    /// contain line ends; in JSON they are whitespace, so spaces replace them. DEL occurs only in strings, where it is escaped.
    private func clientContext(of head: RequestHead) throws(ServiceError) -> String? {
        guard let field = head.fields.first(name: "X-Amz-Client-Context"), !field.isEmpty else { return nil }
        guard let json = Base64.decode(field), (try? JSONReader.check(json, rules: .ecmaScript)) != nil else {
            throw .invalidParameter("found an X-Amz-Client-Context that is not JSON in base64, expected JSON in base64")
        }
        return String(decoding: json.flatMap { $0 == 0x7f ? Array("\\u007f".utf8) : [max($0, 0x20)] }, as: UTF8.self)
    }

    private func payload(
        of head: RequestHead, _ connection: HTTPConnection, atMost limit: Int
    ) async throws -> ByteBuffer {
        var body = connection.body(of: head)
        do {
            return try await body.collect(atMost: limit)
        } catch let error as RequestError where error.status == .payloadTooLarge {
            await body.discard()
            throw ServiceError.payloadTooLarge(error.description)
        }
    }

    private func invocationType(_ head: RequestHead, allowed: [String]) throws(ServiceError) -> String {
        let type = head.fields.first(name: "X-Amz-Invocation-Type") ?? "RequestResponse"
        guard allowed.contains(type) else {
            throw .invalidParameter(
                "found X-Amz-Invocation-Type '\(type)', expected one of \(allowed.joined(separator: ", "))")
        }
        return type
    }

    private func wantsLog(_ head: RequestHead) throws(ServiceError) -> Bool {
        switch head.fields.first(name: "X-Amz-Log-Type") {
        case nil, "None": return false
        case "Tail": return true
        case let type?: throw .invalidParameter("found X-Amz-Log-Type '\(type)', expected None or Tail")
        }
    }

    private func traceID(of head: RequestHead) -> String {
        if let id = head.fields.first(name: "X-Amzn-Trace-Id") { return id }
        let digits = UUID().uuidString.lowercased().filter { $0 != "-" }
        let time = Hexadecimal.text(UInt64(clamping: Int64.millisecondsSinceEpoch / 1_000))
        return "Root=1-\(time)-\(digits.prefix(24));Parent=\(digits.suffix(16));Sampled=0"
    }
}

extension RequestHead {
    /// Whether a browser requests the icon that it shows beside a page's title.
    ///
    /// A difference from Lambda, where it runs the function. Here each page that a developer opens would run it twice. Other
    /// clients, which do not send `Sec-Fetch-Dest` (W3C Fetch Metadata), get the function's own icon.
    fileprivate var isForIcon: Bool {
        path == "/favicon.ico" && method == "GET" && fields.first(name: "Sec-Fetch-Dest") == "image"
    }
}

extension Substring {
    /// Whether it is the version of an AWS API, as in `2015-03-31`.
    fileprivate var isAPIVersion: Bool {
        utf8.count == 10
            && utf8.enumerated().allSatisfy { index, byte in
                [4, 7].contains(index) ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
            }
    }
}

/// An error of the Lambda service itself (API reference, Invoke).
struct ServiceError: Error {
    var status: HTTPResponseStatus
    var type: String
    var message: String

    static func functionNotFound(_ arn: String) -> ServiceError {
        ServiceError(status: .notFound, type: "ResourceNotFoundException", message: "Function not found: \(arn)")
    }

    static func invalidPayload(_ why: String) -> ServiceError {
        ServiceError(
            status: .badRequest, type: "InvalidRequestContentException",
            message: "Could not parse request body into json: \(why)")
    }

    static func invalidParameter(_ message: String) -> ServiceError {
        ServiceError(status: .badRequest, type: "InvalidParameterValueException", message: message)
    }

    static func payloadTooLarge(_ message: String) -> ServiceError {
        ServiceError(status: .payloadTooLarge, type: "RequestTooLargeException", message: message)
    }

    static func throttled(_ waiting: String) -> ServiceError {
        ServiceError(
            status: .tooManyRequests, type: "TooManyRequestsException",
            message: "Rate Exceeded: \(waiting) are waiting, or as many as fit into memory")
    }

    static func unknownOperation(_ request: RequestHead) -> ServiceError {
        ServiceError(
            status: .notFound, type: "UnknownOperationException",
            message:
                "found \(request.method) \(request.path), expected Invoke, InvokeWithResponseStream, GetFunction or "
                + "GetFunctionConfiguration")
    }

    /// Answers a request with the error.
    func answer(with writer: inout ResponseWriter) async throws {
        var json: [UInt8] = []
        json.append(json: "{\"Type\":\"User\",\"Message\":")
        json.append(jsonString: message)
        json.append(UInt8(ascii: "}"))
        try await writer.respond(
            status, ["Content-Type": "application/json", "X-Amzn-ErrorType": type], body: ByteBuffer(bytes: json))
    }
}
