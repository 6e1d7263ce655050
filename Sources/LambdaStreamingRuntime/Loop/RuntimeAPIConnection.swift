#if LambdaRuntime
import LambdaStreaming
import NIOCore
import NIOHTTP1
import NIOPosix
import TextCoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A connection to the Runtime API. Requests and answers alternate.
struct RuntimeAPIConnection {
    /// A complete answer.
    struct Answer {
        var status: HTTPResponseStatus
        var fields: HTTPHeaders
        var body: ByteBuffer
    }

    typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// The longest answer in bytes: many times the largest event that Lambda sends (6 MiB), and far below what a
    /// `ByteBuffer` holds (4 GiB).
    static let maximumAnswerByteCount = 64 << 20

    /// Sends requests.
    let writer: RequestWriter

    /// Whether the other side closes the connection after the answer that was read last.
    private(set) var closesAfterAnswer = false

    private var answers: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator

    init(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, on channel: any Channel
    ) {
        writer = RequestWriter(channel)
        answers = inbound.makeAsyncIterator()
    }

    /// Connects to the Runtime API.
    static func connect(to endpoint: RuntimeAPIEndpoint) async throws -> Connection {
        guard let address = HostAndPort(endpoint.authority) else {
            throw LambdaRuntimeError(
                .unreachable, foundDescription: "'\(endpoint.authority)'",
                expectedDescription: "HOST:PORT of the Runtime API")
        }
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                // The client waits for each write.
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: address.host, port: Int(address.port ?? 80)) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(EncodedRequestHandler())
                        try channel.pipeline.syncOperations.addHandler(
                            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw LambdaRuntimeError(
                .unreachable, foundDescription: "no Runtime API at \(endpoint.authority) (\(error))",
                expectedDescription: "a connection")
        }
    }

    /// Sends a complete request and reads its answer.
    mutating func answer(to request: [UInt8], _ method: HTTPMethod) async throws -> Answer {
        try await writer.begin(method)
        try await writer.write(ByteBuffer(bytes: request))
        return try await readAnswer()
    }

    /// Reads the answer to the request that was sent last.
    ///
    /// - Throws: ``LambdaRuntimeError/Code/connectionClosed`` if the connection ends before the answer does;
    ///   ``LambdaRuntimeError/Code/answerTooLong``.
    mutating func readAnswer() async throws -> Answer {
        var answer: Answer?
        while let part = try await answers.next(isolation: #isolation) {
            switch part {
            case .head(let head):
                // 1xx announces the answer.
                guard head.status.code >= 200 else { continue }
                closesAfterAnswer = !head.isKeepAlive
                answer = Answer(status: head.status, fields: head.headers, body: ByteBuffer())
            case .body(var bytes):
                guard (answer?.body.readableBytes ?? 0) + bytes.readableBytes <= Self.maximumAnswerByteCount else {
                    throw LambdaRuntimeError(
                        .answerTooLong, foundDescription: "an answer of more than \(Self.maximumAnswerByteCount) bytes",
                        expectedDescription: "an answer within that limit from the Runtime API")
                }
                answer?.body.writeBuffer(&bytes)
            case .end: if let answer { return answer }
            }
        }
        throw LambdaRuntimeError.connectionClosed
    }
}

extension RuntimeAPIEndpoint {
    /// Returns the endpoint that the environment variable `AWS_LAMBDA_RUNTIME_API` names.
    static func ofEnvironment() throws -> RuntimeAPIEndpoint {
        guard let authority = unsafe getenv("AWS_LAMBDA_RUNTIME_API"), unsafe authority.pointee != 0 else {
            throw LambdaRuntimeError.noEndpoint
        }
        return try RuntimeAPIEndpoint(authority: unsafe String(cString: authority))
    }
}

/// Writes an encoded request, piece by piece.
///
/// It writes to the channel and not to NIO's asynchronous writer, which accepts writes until the event loop has handled the
/// first one. The function would run ahead of its client.
struct RequestWriter {
    private let channel: any Channel

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Announces a request to the decoder of answers, which has to know the request's method.
    func begin(_ method: HTTPMethod) async throws {
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/")
        try await channel.writeAndFlush(HTTPClientRequestPart.head(head)).get()
    }

    /// Writes the buffers together, and returns when the socket has accepted them.
    func write(_ buffers: ByteBuffer...) async throws {
        let channel = channel
        let parts = buffers.filter { $0.readableBytes > 0 }.map { HTTPClientRequestPart.body(.byteBuffer($0)) }
        guard let last = parts.last else { return }
        try await channel.eventLoop.flatSubmit {
            for part in parts.dropLast() { channel.write(part, promise: nil) }
            return channel.writeAndFlush(last)
        }.get()
    }
}

/// Passes the bytes of requests to the socket unchanged, because ``StreamingResponseEncoder`` has encoded head and chunks.
/// Announcements to the decoder end here.
final class EncodedRequestHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .body(.byteBuffer(let bytes)): context.write(wrapOutboundOut(bytes), promise: promise)
        default: promise?.succeed()
        }
    }
}
#endif
