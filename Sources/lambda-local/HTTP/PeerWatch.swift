import NIOCore
import Synchronization

/// Tells whoever waits on behalf of a peer that it has gone.
final class PeerWatch: Sendable {
    private let state = Mutex<State>(State())

    private struct State {
        var hasGone = false
        var onDeparture: (@Sendable () -> Void)?
    }

    /// Whether the peer has closed the connection, or its half of it.
    var hasGone: Bool { state.withLock { $0.hasGone } }

    /// Runs `body`, and `onDeparture` at once if the peer goes, or has gone, in the meantime.
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

    /// The handler that sees the connection's end in its pipeline.
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
