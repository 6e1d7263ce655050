import LambdaStreaming
import NIOCore
import NIOHTTP1
import Synchronization

/// The Runtime API (version 2018-06-01) of one execution environment.
///
/// Source: AWS Lambda developer guide, "Using the Lambda runtime API".
struct RuntimeAPI {
    let environment: ExecutionEnvironment
    let queue: InvocationQueue
    let functionARN: String

    private static let root = "/2018-06-01/runtime/"

    /// Answers a request.
    ///
    /// - Returns: Whether the connection accepts another request.
    func serve(_ head: RequestHead, _ connection: HTTPConnection) async throws -> Bool {
        let parts = head.path.hasPrefix(Self.root) ? head.path.dropFirst(Self.root.count).split(separator: "/") : []
        var writer = ResponseWriter(to: head, on: connection)
        var body = connection.body(of: head)
        switch (head.method, parts.count, parts.first, parts.last) {
        case ("GET", 2, "invocation", "next"):
            _ = try await body.collect(atMost: PayloadLimit.buffered)
            try await next(&writer, connection)
        case ("POST", 3, "invocation", "response"):
            try await ResponseIntake(head, invocation: invocation(parts[1]), self).take(&body, &writer)
        case ("POST", 3, "invocation", "error"):
            try await fail(invocation(parts[1]), head, &body, &writer)
        case ("POST", 2, "init", "error"):
            try await initializationFailed(head, &body, &writer)
        default:
            _ = try await body.collect(atMost: PayloadLimit.buffered)
            try await writer.refuse(
                .notFound, "NotFound", "found \(head.method) \(head.path), expected a call of the Runtime API")
        }
        return !writer.closesConnection
    }

    private func invocation(_ id: Substring) async -> Invocation? {
        await queue.invocation(String(id), in: environment)
    }

    private static let tickets = Atomic<UInt64>(0)

    /// `/invocation/next`: waits for an invocation, or until the runtime disconnects.
    private func next(_ writer: inout ResponseWriter, _ connection: HTTPConnection) async throws {
        let ticket = Self.tickets.add(1, ordering: .relaxed).newValue
        let queue = queue
        let watch = connection.watch
        let withdraw: @Sendable () -> Void = { Task { await queue.withdraw(ticket: ticket) } }
        let assignment = await withTaskCancellationHandler {
            await watch.watching(onDeparture: withdraw) {
                await queue.next(for: environment, ticket: ticket) { watch.hasGone }
            }
        } onCancel: {
            withdraw()
        }
        guard let assignment else {
            writer.abandon()
            return
        }
        let invocation = assignment.invocation
        var fields: HTTPHeaders = [
            "Content-Type": "application/json",
            RuntimeAPIField.requestID: invocation.id,
            RuntimeAPIField.deadline: String(assignment.deadline),
            RuntimeAPIField.invokedFunctionARN: functionARN,
            RuntimeAPIField.traceID: invocation.traceID,
        ]
        if let context = invocation.clientContext { fields.add(name: RuntimeAPIField.clientContext, value: context) }
        do {
            guard !watch.hasGone else { throw ChannelError.inputClosed }
            try await writer.respond(.ok, fields, body: invocation.event)
        } catch {
            await queue.giveBack(invocation)
            throw error
        }
    }

    /// `/invocation/ID/error`: the function failed before it responded.
    private func fail(
        _ invocation: Invocation?, _ head: RequestHead, _ body: inout RequestBody, _ writer: inout ResponseWriter
    ) async throws {
        let error = InvocationFailure(reported: try await body.collect(atMost: PayloadLimit.buffered), by: head)
        guard let invocation else { return try await writer.refuseUnknownInvocation() }
        await queue.finish(invocation, error)
        try await writer.accept()
    }

    /// `/init/error`: the function could not start.
    private func initializationFailed(
        _ head: RequestHead, _ body: inout RequestBody, _ writer: inout ResponseWriter
    ) async throws {
        let error = InvocationFailure(reported: try await body.collect(atMost: PayloadLimit.buffered), by: head)
        // A runtime that was started elsewhere may be one of several.
        let isReady = environment.isSupervised ? environment.isReady : await queue.hasRuntime(in: environment)
        guard !isReady else {
            return try await writer.refuse(
                .forbidden, "InvalidStateTransition",
                "found an initialization error after the first GET \(Self.root)invocation/next, expected it before")
        }
        EventLog.note("the function could not start: \(error.type): \(error.json)")
        environment.note(initializationError: error)
        try await writer.accept()
        await queue.environmentFailed(environment, duringStart: true) { _ in error }
    }
}

/// The answers of the Runtime API.
extension ResponseWriter {
    /// 202: the request of the runtime was accepted.
    mutating func accept() async throws {
        try await respond(
            .accepted, ["Content-Type": "application/json"], body: ByteBuffer(string: #"{"status":"OK"}"#))
    }

    /// An error in the form of the Runtime API.
    mutating func refuse(_ status: HTTPResponseStatus, _ type: String, _ message: String) async throws {
        let error = InvocationFailure(type, message)
        try await respond(status, ["Content-Type": "application/json"], body: ByteBuffer(string: error.json))
    }

    /// 400: the invocation does not exist or has ended.
    mutating func refuseUnknownInvocation() async throws {
        try await refuse(.badRequest, "InvalidRequestID", "Invalid request ID")
    }
}

/// The maximum numbers of bytes that Lambda passes on (developer guide, "Lambda quotas").
enum PayloadLimit {
    /// An event whose client waits for the response: 6 MiB.
    static let buffered = 6 << 20

    /// An event whose client does not wait: 1 MiB.
    static let asynchronous = 1 << 20

    /// A buffered response: 6 MiB, and 100 bytes that Lambda adds.
    static let bufferedResponse = buffered + 100

    /// A streamed response: 200 MB.
    static let streamed = 200_000_000
}
