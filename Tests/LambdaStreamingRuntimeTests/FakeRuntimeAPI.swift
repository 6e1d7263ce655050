#if LambdaRuntime
import LambdaStreaming
import LambdaStreamingRuntime
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A Runtime API for one function. It hands out events in order and records the function's requests.
///
/// It uses plain channels. A child `NIOAsyncChannel` that is accepted while the server stops is dropped with its writer
/// unfinished, which traps.
final class FakeRuntimeAPI: Sendable {
    /// A request of the runtime.
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body = ""
        /// The sizes of the pieces in which the body arrived.
        var pieces: [Int] = []
        var trailers: HTTPHeaders?
        /// Whether the body is complete.
        var isComplete = false
        /// The number of its connection, from 1.
        var connection: Int

        /// Whether it is a response or an error, and not the request for the next event.
        var isReport: Bool { head.method == .POST }
    }

    /// How the API treats a response.
    struct Behaviour: Sendable {
        /// Ends the connection after this many bytes of a body.
        var hangsUpAfter: Int?
        /// Ends the connection after each answer to a response.
        var closesAfterResponse = false
        /// The status of the answer to a response.
        var status = HTTPResponseStatus.accepted
        /// The number of bytes of a body after which the API stops reading, once, until ``goOn()``.
        var stallsAfter: Int?
    }

    let authority: String
    private let server: any Channel
    private let record: Record

    private init(_ server: any Channel, _ record: Record) {
        self.server = server
        self.record = record
        authority = "127.0.0.1:\(server.localAddress?.port ?? 0)"
    }

    /// Runs `body` beside an API that hands out `events`.
    ///
    /// - Returns: The requests that the API has received, those for `next` not counted: whether the last of them arrives before
    ///   the function ends is a matter of time.
    static func run(
        events: [String], _ behaviour: Behaviour = Behaviour(), _ body: (FakeRuntimeAPI) async throws -> Void
    ) async throws -> [Request] {
        let record = Record(events: events)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Small enough that the runtime soon notices that nothing is read.
            .childChannelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = try record.accept(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Connection(number, record, behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let api = FakeRuntimeAPI(server, record)
        do {
            try await body(api)
        } catch {
            await api.stop()
            throw error
        }
        await api.stop()
        return record.requests.filter(\.isReport)
    }

    /// Runs a function with `handler` until `body` returns.
    ///
    /// - Parameters:
    ///   - host: The host in the function's endpoint.
    ///   - handler: The function's handler.
    ///   - body: What the test does meanwhile.
    /// - Throws: The error of `body`, or the error that ends the function before.
    func serve(
        at host: String = "127.0.0.1",
        _ handler: @escaping @Sendable (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void,
        until body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let endpoint = try RuntimeAPIEndpoint(authority: authority.replacing("127.0.0.1", with: host))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await streamifyResponse(endpoint: endpoint, handler) }
            group.addTask { try await body() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Waits until a function has connected.
    ///
    /// - Throws: `CancellationError`.
    func waitForConnection() async throws {
        try await record.wait { $0.connectionCount > 0 }
    }

    /// Waits for `count` requests, those for `next` not counted.
    ///
    /// - Throws: `CancellationError`.
    func waitForReports(_ count: Int = 1) async throws {
        try await record.wait { $0.requests.count(where: \.isReport) >= count }
    }

    /// Waits until it has stopped reading.
    ///
    /// - Throws: `CancellationError`.
    func waitForStall() async throws {
        try await record.wait { $0.stalled != nil }
    }

    /// Lets it go on reading.
    func goOn() {
        record.goOn()
    }

    /// Returns when a function that nothing holds back has written `count` bytes. A function that has written much less
    /// meanwhile is held back.
    static func writeWithoutHindrance(_ count: Int) async throws {
        let data = ByteBuffer(repeating: 0x61, count: 100_000)
        let requests = try await run(events: ["a"]) { api in
            try await api.serve { _, responseStream, _ in
                for _ in 0..<(count / data.readableBytes) { try await responseStream.write(data) }
            } until: {
                try await api.waitForReports()
            }
        }
        guard requests.last?.body.utf8.count == count else { throw CancellationError() }
    }

    /// Closes the port and all connections, including those that are being accepted.
    private func stop() async {
        try? await server.close().get()
        for connection in record.close() {
            connection.close(promise: nil)
            try? await connection.closeFuture.get()
        }
    }
}

/// The events that an API hands out, and the requests that it has received.
private final class Record: Sendable {
    struct State {
        var events: ArraySlice<String>
        var requests: [FakeRuntimeAPI.Request] = []
        var connectionCount = 0
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false

        /// The connection that reading was stopped on.
        var stalled: (any Channel)?
    }

    private let state: Mutex<State>

    /// Yields an element after each change. One task at a time waits for it.
    private let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(events: [String]) {
        state = Mutex(State(events: events[...]))
    }

    var requests: [FakeRuntimeAPI.Request] { state.withLock { $0.requests } }

    func wait(until condition: (State) -> Bool) async throws {
        if state.withLock({ condition($0) }) { return }
        for await _ in changes where state.withLock({ condition($0) }) { return }
        throw CancellationError()
    }

    private func change<Result: Sendable>(_ body: (inout State) throws -> Result) rethrows -> Result {
        defer { continuation.yield() }
        return try state.withLock { try body(&$0) }
    }

    /// - Returns: The number of the connection, from 1.
    func accept(_ channel: any Channel) throws -> Int {
        channel.closeFuture.whenComplete { _ in
            self.change { $0.connections[ObjectIdentifier(channel)] = nil }
        }
        return try change { state in
            guard !state.isClosed else { throw ChannelError.alreadyClosed }
            state.connections[ObjectIdentifier(channel)] = channel
            state.connectionCount += 1
            return state.connectionCount
        }
    }

    func close() -> [any Channel] {
        change { state in
            state.isClosed = true
            return Array(state.connections.values)
        }
    }

    func nextEvent() -> String? {
        change { $0.events.popFirst() }
    }

    func add(_ request: FakeRuntimeAPI.Request) {
        change { $0.requests.append(request) }
    }

    /// Stops reading from a connection, unless one has been stopped before.
    func stall(_ channel: any Channel) {
        let isFirst = change { state in
            defer { state.stalled = state.stalled ?? channel }
            return state.stalled == nil
        }
        if isFirst { channel.setOption(.autoRead, value: false).whenFailure { _ in } }
    }

    func goOn() {
        state.withLock { $0.stalled }?.setOption(.autoRead, value: true).whenFailure { _ in }
    }
}

/// Answers the requests of one connection.
private final class Connection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let number: Int
    private let record: Record
    private let behaviour: FakeRuntimeAPI.Behaviour

    /// The request that has begun and has not ended.
    private var request: FakeRuntimeAPI.Request?

    init(_ number: Int, _ record: Record, _ behaviour: FakeRuntimeAPI.Behaviour) {
        self.number = number
        self.record = record
        self.behaviour = behaviour
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = FakeRuntimeAPI.Request(head: head, connection: number)
        case .body(let bytes):
            request?.body += String(buffer: bytes)
            request?.pieces.append(bytes.readableBytes)
            guard let count = request?.body.utf8.count else { return }
            if let limit = behaviour.hangsUpAfter, count >= limit {
                recordCutRequest()
                context.close(promise: nil)
            } else if let limit = behaviour.stallsAfter, count >= limit {
                record.stall(context.channel)
            }
        case .end(let trailers):
            guard var whole = request else { return }
            whole.trailers = trailers
            whole.isComplete = true
            request = nil
            record.add(whole)
            answer(whole, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        recordCutRequest()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func recordCutRequest() {
        if let request { record.add(request) }
        request = nil
    }

    private func answer(_ request: FakeRuntimeAPI.Request, _ context: ChannelHandlerContext) {
        guard request.head.uri.hasSuffix("/next") else {
            let body = ByteBuffer(string: #"{"status":"OK"}"#)
            let fields: HTTPHeaders = ["Content-Length": "\(body.readableBytes)"]
            write(behaviour.status, fields, body, context)
            if behaviour.closesAfterResponse { context.close(promise: nil) }
            return
        }
        // As in Lambda, there is no answer before there is an invocation.
        guard let event = record.nextEvent() else { return }
        let fields: HTTPHeaders = [
            "Lambda-Runtime-Aws-Request-Id": "id-\(event)", "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:f", "Lambda-Runtime-Trace-Id": "Root=1",
            "Transfer-Encoding": "chunked",
        ]
        write(.ok, fields, ByteBuffer(string: "\"\(event)\""), context)
    }

    private func write(
        _ status: HTTPResponseStatus, _ fields: HTTPHeaders, _ body: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

/// A counter for handlers, which tests read.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ number: Int = 1) {
        count.add(number, ordering: .relaxed)
    }
}
#endif
