#if LambdaRuntime
import NIOCore
import NIOHTTP1

/// Writes a request that is encoded already, piece by piece.
///
/// It writes to the channel and not to an asynchronous writer, because that one accepts writes for as long as the event
/// loop has not come to tell it of the first: the function would run ahead of its reader.
struct RequestWriter {
    private let channel: any Channel

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Announces a request to the decoder of answers, which has to know the method of what is answered.
    func begin(_ method: HTTPMethod) async throws {
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/")
        try await channel.writeAndFlush(HTTPClientRequestPart.head(head)).get()
    }

    /// Writes the buffers in one go, and returns when the socket has taken them.
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
