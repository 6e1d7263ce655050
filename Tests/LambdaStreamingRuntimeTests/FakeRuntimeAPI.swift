#if LambdaRuntime
import NIOCore
import NIOHTTP1
import NIOPosix

/// A Runtime API for one function: hands out events in turn, and keeps what the function sends.
final class FakeRuntimeAPI: Sendable {
    /// A request of the runtime.
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body = ""
        /// The sizes of the pieces in which the body came.
        var pieces: [Int] = []
        var trailers: HTTPHeaders?
        /// Whether the body came to its end.
        var isComplete = false
        /// The number of the connection it came by.
        var connection: Int
    }

    /// How the API treats a response.
    struct Behaviour: Sendable {
        /// Ends the connection after this many bytes of a body.
        var hangsUpAfter: Int?
        /// Ends the connection after each answer to a response.
        var closesAfterResponse = false
        /// What responses are answered.
        var status = HTTPResponseStatus.accepted
        /// Bytes of a body after which the API stops reading, until it is told to go on.
        var stallsAfter: Int?
    }

    let authority: String
    private let server: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
    private let record = Record()
    private let behaviour: Behaviour

    private actor Record {
        var events: [String] = []
        var requests: [Request] = []
        var connections = 0
        var isStalled = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func connect() -> Int {
            connections += 1
            return connections
        }

        func load(_ events: [String]) { self.events = events }
        func nextEvent() -> String? { events.isEmpty ? nil : events.removeFirst() }
        func add(_ request: Request) { requests.append(request) }
        func stall() async {
            isStalled = true
            await withCheckedContinuation { waiting.append($0) }
        }
        func goOn() {
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }

    private init(
        _ server: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>,
        _ behaviour: Behaviour
    ) {
        self.server = server
        self.behaviour = behaviour
        authority = "127.0.0.1:\(server.channel.localAddress?.port ?? 0)"
    }

    /// Runs `body` beside an API that hands out `events`, and returns the requests that it got.
    static func run(
        events: [String], _ behaviour: Behaviour = Behaviour(), _ body: (FakeRuntimeAPI) async throws -> Void
    ) async throws -> [Request] {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Small enough that a reader who stops is noticed soon.
                    _ = channel.setOption(.socketOption(.so_rcvbuf), value: 65_536)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let api = FakeRuntimeAPI(server, behaviour)
        await api.record.load(events)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await api.serve() }
            do {
                try await body(api)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            return await api.record.requests
        }
    }

    /// The requests so far, those for `next` left out.
    var reports: [Request] {
        get async { await record.requests.filter { $0.head.method == .POST } }
    }

    /// Whether it has stopped reading.
    var isStalled: Bool { get async { await record.isStalled } }

    /// Lets it go on reading.
    func goOn() async { await record.goOn() }

    private func serve() async throws {
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    // A connection that its peer, or a test, breaks is none of the server's errors.
                    group.addTask { try? await self.serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>) async throws {
        let number = await record.connect()
        try await connection.executeThenClose { inbound, outbound in
            var request: Request?
            do {
                for try await part in inbound {
                    switch part {
                    case .head(let head): request = Request(head: head, connection: number)
                    case .body(let bytes):
                        request?.body += String(buffer: bytes)
                        request?.pieces.append(bytes.readableBytes)
                        if let limit = behaviour.hangsUpAfter, let cut = request, cut.body.utf8.count >= limit {
                            return await record.add(cut)
                        }
                        if let limit = behaviour.stallsAfter, (request?.body.utf8.count ?? 0) >= limit,
                            await !record.isStalled
                        {
                            await record.stall()
                        }
                    case .end(let trailers):
                        guard var whole = request else { return }
                        whole.trailers = trailers
                        whole.isComplete = true
                        request = nil
                        await record.add(whole)
                        guard try await answer(whole, outbound) else { return }
                    }
                }
            } catch {
                if let request { await record.add(request) }
                throw error
            }
            if let request { await record.add(request) }
        }
    }

    /// Answers a request; false when the connection is to end.
    private func answer(
        _ request: Request, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        guard request.head.uri.hasSuffix("/next") else {
            let body = ByteBuffer(string: #"{"status":"OK"}"#)
            let head = HTTPResponseHead(
                version: .http1_1, status: behaviour.status, headers: ["Content-Length": "\(body.readableBytes)"])
            try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
            return !behaviour.closesAfterResponse
        }
        guard let event = await record.nextEvent() else {
            // As in Lambda: there is an answer when there is an invocation.
            try await Task.sleep(for: .seconds(3_600))
            return false
        }
        let fields: HTTPHeaders = [
            "Lambda-Runtime-Aws-Request-Id": "id-\(event)", "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:f", "Lambda-Runtime-Trace-Id": "Root=1",
            "Transfer-Encoding": "chunked",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
        try await outbound.write(
            contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(string: "\"\(event)\""))), .end(nil)])
        return true
    }
}
#endif
