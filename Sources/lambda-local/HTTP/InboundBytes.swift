import NIOCore
import Synchronization

/// The unread bytes of a peer.
///
/// Reading pauses while there are many of them, so a slow function slows the peer down.
final class InboundBytes: Sendable {
    private let state = Mutex(State())

    /// The number of waiting bytes at which reading pauses.
    private static let limit = 65_536

    private struct State {
        var buffers = CircularBuffer<ByteBuffer>()
        var byteCount = 0

        /// Whether a read was withheld.
        var isPaused = false

        /// Whether nothing follows.
        var hasEnded = false
        var waiting: CheckedContinuation<ByteBuffer?, Never>?
    }

    /// Waits for bytes.
    ///
    /// One task at a time may wait.
    ///
    /// - Parameter channel: The channel that has the ``Handler``.
    /// - Returns: Nil if the peer sends no more, for any reason, or if the task is cancelled.
    func next(on channel: any Channel) async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (result, resumesReading) = state.withLock { state -> (ByteBuffer??, Bool) in
                    if let bytes = state.buffers.popFirst() {
                        state.byteCount -= bytes.readableBytes
                        let resumesReading = state.isPaused && state.byteCount < Self.limit
                        if resumesReading { state.isPaused = false }
                        return (bytes, resumesReading)
                    }
                    if state.hasEnded { return (.some(nil), false) }
                    state.waiting = continuation
                    return (nil, false)
                }
                if resumesReading { channel.read() }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            end()
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        let waiting = state.withLock { state in
            guard let waiting = state.waiting else {
                if !state.hasEnded {
                    state.buffers.append(bytes)
                    state.byteCount += bytes.readableBytes
                }
                return CheckedContinuation<ByteBuffer?, Never>?.none
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: bytes)
    }

    private func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }

    /// Whether there is space for more bytes. If not, reading is resumed later.
    private func hasSpace() -> Bool {
        state.withLock { state in
            state.isPaused = state.byteCount >= Self.limit
            return !state.isPaused
        }
    }

    /// The handler that reads from the socket.
    final class Handler: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = Never

        private let bytes: InboundBytes

        init(_ bytes: InboundBytes) {
            self.bytes = bytes
        }

        func read(context: ChannelHandlerContext) {
            if bytes.hasSpace() { context.read() }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.receive(unwrapInboundIn(data))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { bytes.end() }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            bytes.end()
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

/// Reports when the peer of a connection disconnects.
final class PeerWatch: Sendable {
    private let state = Mutex<State>(State())

    private struct State {
        var hasGone = false
        var onDeparture: (@Sendable () -> Void)?
    }

    /// Whether the peer has closed the connection, or its half of it.
    var hasGone: Bool { state.withLock { $0.hasGone } }

    /// Runs `body`, and calls `onDeparture` if the peer disconnects meanwhile or has disconnected before.
    func watching<R>(
        onDeparture: @escaping @Sendable () -> Void, _ body: () async throws -> R
    ) async rethrows -> R {
        let hasGone = state.withLock { state in
            state.onDeparture = onDeparture
            return state.hasGone
        }
        defer { state.withLock { $0.onDeparture = nil } }
        if hasGone { onDeparture() }
        return try await body()
    }

    fileprivate func note() {
        let handler = state.withLock { state in
            defer { state.hasGone = true }
            return state.hasGone ? nil : state.onDeparture
        }
        handler?()
    }

    /// The handler that observes the end of the connection.
    final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        private let watch: PeerWatch

        init(_ watch: PeerWatch) {
            self.watch = watch
        }

        func channelInactive(context: ChannelHandlerContext) {
            watch.note()
            context.fireChannelInactive()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { watch.note() }
            context.fireUserInboundEventTriggered(event)
        }
    }
}
