import NIOCore
import NIOHTTP1

/// A connection that a peer made, read only as far as someone asks: so a slow reader behind it holds the peer back.
///
/// One task at a time uses it.
final class HTTPConnection {
    /// Says when the peer goes.
    let watch: PeerWatch

    /// The peer's address without its port.
    let peerAddress: String

    /// What has arrived and has not been asked for.
    var unread = ByteBuffer()

    private let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

    /// The longest head that is read, in bytes; twice what Lambda's function URLs allow for fields and target.
    static let maximumHeadByteCount = 65_536

    init(
        _ channel: any Channel, inbound: NIOAsyncChannelInboundStream<ByteBuffer>, watch: PeerWatch,
        peerAddress: String
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.channel = channel
        self.watch = watch
        self.peerAddress = peerAddress
    }

    /// Waits for bytes and puts them behind those that are unread.
    ///
    /// - Returns: False when the peer sends no more, in whatever way it left.
    func read() async -> Bool {
        guard var bytes = try? await inbound.next(isolation: #isolation) else { return false }
        if unread.readableBytes == 0 { unread = bytes } else { unread.writeBuffer(&bytes) }
        return true
    }

    /// Writes buffers, in one vectored write where the system takes them, and waits until it has.
    ///
    /// NIO's own asynchronous writer returns while the bytes are still on their way to the event loop, so that a fast
    /// function would pile them up in front of a slow client.
    func write(_ buffers: [ByteBuffer]) async throws {
        let channel = channel
        let written = channel.eventLoop.flatSubmit {
            for buffer in buffers.dropLast() { channel.write(buffer, promise: nil) }
            return channel.writeAndFlush(buffers.last ?? ByteBuffer())
        }
        try await withTaskCancellationHandler {
            try await written.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// The head of the next request, or nil when the peer sends none.
    func nextHead() async throws -> RequestHead? {
        var searched = 0
        while true {
            // An empty line before a request is skipped (RFC 9112 §2.2).
            while searched == 0, unread.readableBytesView.starts(with: [0x0d, 0x0a]) {
                unread.moveReaderIndex(forwardBy: 2)
            }
            if let length = headLength(searched: searched) {
                guard let bytes = unread.readSlice(length: length) else { return nil }
                return try RequestHead(bytes.readableBytesView.dropLast(2))
            }
            try RequestHead.check(unread.readableBytesView.dropFirst(searched), at: searched)
            searched = unread.readableBytes
            guard searched <= Self.maximumHeadByteCount else {
                throw RequestError(
                    .requestHeaderFieldsTooLarge, "found a head of more than \(Self.maximumHeadByteCount) bytes")
            }
            guard await read() else {
                guard searched == 0 else {
                    throw RequestError.truncated(
                        "byte \(searched): found the end of the stream, expected the rest of a head")
                }
                return nil
            }
        }
    }

    /// Ends what is sent, and drops what the peer still sends, until it closes too or for a moment.
    ///
    /// A connection closed with bytes unread is reset, and the reset may take the answer along before the peer has read
    /// it (RFC 9112 §9.6).
    func linger() async {
        let channel = channel
        let timer = channel.eventLoop.scheduleTask(in: Self.lingeringTime) { channel.close(promise: nil) }
        defer { timer.cancel() }
        guard (try? await channel.close(mode: .output)) != nil else { return }
        var count = 0
        while count <= RequestBody.maximumDiscardedByteCount {
            unread.clear()
            guard await read() else { return }
            count += unread.readableBytes
        }
    }

    /// A peer that reads its answer closes within that; another may not hold the connection.
    private static let lingeringTime = TimeAmount.seconds(1)

    /// The length of the head with its empty line, when that line has arrived.
    private func headLength(searched: Int) -> Int? {
        let bytes = unread.readableBytesView
        let start = bytes.index(bytes.startIndex, offsetBy: max(0, searched - 3))
        guard let end = bytes[start...].firstRange(of: [0x0d, 0x0a, 0x0d, 0x0a]) else { return nil }
        return end.upperBound - bytes.startIndex
    }

    /// The body of the request whose head was read last.
    func body(of head: RequestHead) -> RequestBody {
        RequestBody(head, on: self)
    }
}
