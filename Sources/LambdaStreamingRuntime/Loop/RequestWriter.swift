#if LambdaRuntime
import NIOCore
import NIOHTTP1

/// Writes a request that is encoded already, piece by piece.
struct RequestWriter {
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>

    init(_ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) {
        self.outbound = outbound
    }

    /// Announces a request to the decoder of answers, which has to know the method of what is answered.
    func begin(_ method: HTTPMethod) async throws {
        try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: method, uri: "/")))
    }

    /// Writes both buffers in one go, and returns when the connection has room for more.
    func write(_ framing: ByteBuffer, _ data: ByteBuffer = ByteBuffer()) async throws {
        let buffers = [framing, data].filter { $0.readableBytes > 0 }
        try await outbound.write(contentsOf: buffers.map { .body(.byteBuffer($0)) })
    }
}

/// Takes requests the last step to the socket: their bytes as they are, because ``StreamingResponseEncoder`` and its
/// neighbours have encoded head and chunks; announcements to the decoder end here.
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
