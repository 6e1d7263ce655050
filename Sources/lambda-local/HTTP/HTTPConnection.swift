import NIOCore
import NIOHTTP1
import Synchronization

/// A connection of a peer. It is read only on demand, so a slow function slows the peer down.
///
/// One task at a time uses it.
final class HTTPConnection {
    /// Reports when the peer disconnects.
    let watch: PeerWatch

    /// The peer's address without its port.
    let peerAddress: String

    /// The port that the peer has connected to.
    var localPort: Int { channel.localAddress?.port ?? 0 }

    /// The bytes that have arrived and have not been parsed.
    var unread = ByteBuffer()

    private let channel: any Channel
    private let inbound: InboundBytes

    /// The maximum time from the first byte of a head to its last. A peer that sends a byte now and then cannot hold the
    /// connection longer.
    static let headTime = TimeAmount.seconds(30)

    init(_ channel: any Channel, inbound: InboundBytes, watch: PeerWatch, peerAddress: String) {
        self.inbound = inbound
        self.channel = channel
        self.watch = watch
        self.peerAddress = peerAddress
    }

    /// Waits for bytes and appends them to ``unread``.
    ///
    /// - Returns: False if the peer sends no more, for any reason.
    func read() async -> Bool {
        guard var bytes = await inbound.next(on: channel) else { return false }
        if unread.readableBytes == 0 { unread = bytes } else { unread.writeBuffer(&bytes) }
        return true
    }

    /// Writes buffers, in one vectored write if possible, and waits until the system has accepted them.
    ///
    /// NIO's asynchronous writer returns before the event loop has the bytes, so a fast function would queue many of them for
    /// a slow client.
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
    /// - Returns: The head, or nil if the peer sends no further request.
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
            // A connection without a byte of a head may stay open: runtimes and browsers keep such connections.
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

    /// Closes the output, and drops what the peer still sends until it closes its side, but not longer than ``lingeringTime``.
    ///
    /// Closing a connection with unread bytes resets it. The reset may discard the answer before the peer has read it
    /// (RFC 9112 §9.6).
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

    /// The time within which a peer that reads its answer closes the connection.
    private static let lingeringTime = TimeAmount.seconds(1)

    /// Returns the body of the request whose head was read last.
    func body(of head: RequestHead) -> RequestBody {
        RequestBody(head, on: self)
    }
}

/// Ends the input of a connection after a time. ``HTTPConnection/read()`` then returns false.
private final class InputDeadline: Sendable {
    private let passed = Atomic(false)
    private let timer = Mutex<Scheduled<Void>?>(nil)

    var hasPassed: Bool { passed.load(ordering: .acquiring) }

    /// Starts the timer, unless it has been started.
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
