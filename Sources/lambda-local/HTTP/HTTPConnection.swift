import NIOCore
import NIOHTTP1
import Synchronization

/// A connection that a peer made, read only as far as someone asks: so a slow reader behind it holds the peer back.
///
/// One task at a time uses it.
final class HTTPConnection {
    /// Says when the peer goes.
    let watch: PeerWatch

    /// The peer's address without its port.
    let peerAddress: String

    /// The port that the peer has connected to.
    var localPort: Int { channel.localAddress?.port ?? 0 }

    /// What has arrived and has not been asked for.
    var unread = ByteBuffer()

    private let channel: any Channel
    private let inbound: InboundBytes

    /// The time from the first byte of a head to its last. A peer that sends a byte now and then cannot hold the
    /// connection for longer.
    static let headTime = TimeAmount.seconds(30)

    init(_ channel: any Channel, inbound: InboundBytes, watch: PeerWatch, peerAddress: String) {
        self.inbound = inbound
        self.channel = channel
        self.watch = watch
        self.peerAddress = peerAddress
    }

    /// Waits for bytes and puts them behind those that are unread.
    ///
    /// - Returns: False when the peer sends no more, in whatever way it left.
    func read() async -> Bool {
        guard var bytes = await inbound.next(on: channel) else { return false }
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

    /// Reads the head of the next request.
    ///
    /// - Returns: The head, or nil when the peer sends no further request.
    /// - Throws: ``RequestError`` for an invalid head, for one that stops before its end, and, with status 408, for one
    ///   that takes longer than ``headTime``.
    func nextHead() async throws -> RequestHead? {
        var scanner = RequestHeadScanner()
        let deadline = InputDeadline()
        defer { deadline.cancel() }
        while true {
            if try scanner.scan(unread.readableBytesView.dropFirst(scanner.byteCount)) {
                unread.moveReaderIndex(forwardBy: scanner.skippedByteCount)
                guard let bytes = unread.readSlice(length: scanner.byteCount - scanner.skippedByteCount) else {
                    return nil
                }
                return try RequestHead(bytes.readableBytesView)
            }
            // A connection without a single byte of a head may stay: runtimes and browsers keep such connections.
            if scanner.byteCount > 0 { deadline.start(on: channel, in: Self.headTime) }
            guard await read() else {
                guard !deadline.hasPassed else {
                    throw RequestError(
                        .requestTimeout,
                        "found \(scanner.byteCount) bytes of a head, "
                            + "expected its end within \(Self.headTime.nanoseconds / 1_000_000_000) seconds")
                }
                guard scanner.byteCount == scanner.skippedByteCount else {
                    throw RequestError.truncated(
                        "byte \(scanner.byteCount): found the end of the stream, expected the rest of a head")
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

    /// The body of the request whose head was read last.
    func body(of head: RequestHead) -> RequestBody {
        RequestBody(head, on: self)
    }
}

/// Ends the input of a connection after a time: ``HTTPConnection/read()`` then returns false.
private final class InputDeadline: Sendable {
    private let passed = Atomic(false)
    private let timer = Mutex<Scheduled<Void>?>(nil)

    var hasPassed: Bool { passed.load(ordering: .acquiring) }

    /// Starts the time, unless it has been started.
    func start(on channel: any Channel, in time: TimeAmount) {
        timer.withLock { timer in
            guard timer == nil else { return }
            timer = channel.eventLoop.scheduleTask(in: time) {
                self.passed.store(true, ordering: .releasing)
                channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
        }
    }

    func cancel() {
        timer.withLock { $0?.cancel() }
    }
}
