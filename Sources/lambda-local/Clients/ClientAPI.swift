import FoundationEssentials
import NIOCore
import NIOHTTP1

/// What clients talk to: the operations `Invoke` and `InvokeWithResponseStream` under their own paths, and the function
/// URL under all others.
struct ClientAPI {
    let queue: InvocationQueue
    let function: FunctionName
    let run: InvocationRun

    /// Takes the events that are in the queue.
    let background: AsyncStream<Invocation>.Continuation

    /// Answers a request.
    ///
    /// - Returns: Whether the connection takes another.
    func serve(_ head: RequestHead, _ connection: HTTPConnection) async throws -> Bool {
        var writer = ResponseWriter(to: head, on: connection)
        let id = UUID().uuidString.lowercased()
        do {
            let parts = head.path.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 5, parts[2] == "functions" {
                switch (parts[1], parts[4]) {
                case ("2015-03-31", "invocations"):
                    try await invoke(parts[3], head, connection, id, &writer)
                    return !writer.closesConnection
                case ("2021-11-15", "response-streaming-invocations"):
                    return try await invokeWithResponseStream(parts[3], head, connection, id, writer)
                default: break
                }
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

    /// The function URL: the response as the function streams it, or as it describes it.
    private func functionURL(
        _ head: RequestHead, _ connection: HTTPConnection, _ id: String, _ writer: ResponseWriter
    ) async throws -> Bool {
        let body = try await payload(of: head, connection, atMost: PayloadLimit.buffered)
        let event = FunctionURLEvent(head, body: body, from: connection.peerAddress, id: id, at: .now)
        let invocation = Invocation(id: id, event: try event.json(), traceID: traceID(of: head))
        var delivery = FunctionURLDelivery(writer, id: id)
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

    /// `Invoke`: the response whole, or no response.
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

    /// Checks a request of `Invoke` or `InvokeWithResponseStream`, whose body has been read: what it leaves unread would be
    /// taken for the next request.
    private func invocation(
        of name: Substring, _ head: RequestHead, _ payload: ByteBuffer, _ id: String
    ) throws -> Invocation {
        guard head.method == "POST" else { throw ServiceError.unknownOperation(head) }
        var payload = payload
        try function.check(name, query: head.query)
        if payload.readableBytes == 0 { payload = ByteBuffer(string: "{}") }
        do {
            _ = try JSONDecoder().decode(AnyJSON.self, from: Data(payload.readableBytesView))
        } catch {
            throw ServiceError.invalidPayload("found no JSON, expected an event")
        }
        return Invocation(
            id: id, event: payload, clientContext: try clientContext(of: head), traceID: traceID(of: head),
            attempt: head.fields.first(name: "X-Amz-Invocation-Type") == "Event" ? 1 : nil)
    }

    /// What a mobile client says of itself: JSON in base64. The function gets it in a field, where a line end would begin
    /// another; in JSON that is whitespace, and a space says the same. DEL stands only in strings, which can escape it.
    private func clientContext(of head: RequestHead) throws(ServiceError) -> String? {
        guard let field = head.fields.first(name: "X-Amz-Client-Context"), !field.isEmpty else { return nil }
        guard let json = Data(base64Encoded: field), (try? JSONDecoder().decode(AnyJSON.self, from: json)) != nil else {
            throw .invalidParameter("found an X-Amz-Client-Context that is something else, expected JSON in base64")
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
        let time = String(Int64.millisecondsSinceEpoch / 1_000, radix: 16)
        return "Root=1-\(time)-\(digits.prefix(24));Parent=\(digits.suffix(16));Sampled=0"
    }

    /// Any JSON; decoding it checks the whole text and keeps none of it.
    private struct AnyJSON: Decodable {
        init(from decoder: any Decoder) {}
    }
}
