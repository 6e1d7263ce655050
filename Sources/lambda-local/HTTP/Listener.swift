import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TextCoding

/// A TCP port and the connections to it.
struct Listener {
    private let server: any Channel
    private let accepted: AcceptedConnections

    /// The port, also if any free port was requested.
    let port: Int

    /// Listens.
    ///
    /// A peer may close its half of the connection after its request, and still receives the response. But it looks like one
    /// that has disconnected, so its request does not wait for a runtime.
    ///
    /// - Parameters:
    ///   - host: An address or name of this machine.
    ///   - port: The port, or 0 for any free port.
    init(host: String, port: Int) async throws {
        let accepted = AcceptedConnections()
        self.accepted = accepted
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try accepted.prepare(channel) }
            }
            .bind(host: host, port: port).get()
        self.port = server.localAddress?.port ?? port
    }

    /// Serves every connection in a task of its own until the task is cancelled. Then the port and all connections are closed,
    /// including those that were accepted and not yet served.
    ///
    /// - Parameter serve: Answers one request, and returns whether the connection accepts another.
    func run(_ serve: @escaping @Sendable (RequestHead, HTTPConnection) async throws -> Bool) async {
        await withDiscardingTaskGroup { group in
            for await connection in accepted.connections {
                // One failing connection must not end the others.
                group.addTask { try? await connection.run(serve) }
            }
            group.cancelAll()
        }
        try? await server.close().get()
        await accepted.closeAll()
    }
}

/// The open connections of a listener.
private final class AcceptedConnections: Sendable {
    /// The connections that have become active, each once.
    let connections: AsyncStream<AcceptedConnection>

    private let continuation: AsyncStream<AcceptedConnection>.Continuation
    private let state = Mutex(State())

    private struct State {
        var connections: [ObjectIdentifier: AcceptedConnection] = [:]
        var isClosed = false
    }

    init() {
        (connections, continuation) = AsyncStream.makeStream()
    }

    /// Sets up a channel that has been accepted.
    ///
    /// - Throws: `ChannelError` if the listener is closed. The channel is then closed too.
    func prepare(_ channel: any Channel) throws {
        let connection = AcceptedConnection(channel: channel)
        let isOpen = state.withLock { state in
            if !state.isClosed { state.connections[ObjectIdentifier(channel)] = connection }
            return !state.isClosed
        }
        guard isOpen else { throw ChannelError.alreadyClosed }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        }
        try channel.pipeline.syncOperations.addHandlers(
            BeginningHandler { self.continuation.yield(connection) },
            PeerWatch.Handler(connection.watch), InboundBytes.Handler(connection.inbound))
    }

    /// Closes all connections, and accepts no more.
    func closeAll() async {
        let connections = state.withLock { state in
            state.isClosed = true
            return Array(state.connections.values)
        }
        for connection in connections { connection.channel.close(promise: nil) }
        for connection in connections { try? await connection.channel.closeFuture.get() }
    }

    /// Reports when a connection has become active and its addresses are known.
    ///
    /// Until the peer has sent something, closing the connection resets it. No data can be lost then, and the port does not
    /// stay in TIME-WAIT for a minute: programs that only test whether a port is open do not use up the ports of this machine.
    private final class BeginningHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer

        private let onActivation: () -> Void

        init(onActivation: @escaping () -> Void) {
            self.onActivation = onActivation
        }

        func handlerAdded(context: ChannelHandlerContext) {
            setResetsOnClose(true, context)
        }

        func channelActive(context: ChannelHandlerContext) {
            onActivation()
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            setResetsOnClose(false, context)
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }

        private func setResetsOnClose(_ resets: Bool, _ context: ChannelHandlerContext) {
            let options = context.channel as? any SocketOptionProvider
            _ = options?.setSoLinger(linger(l_onoff: resets ? 1 : 0, l_linger: 0))
        }
    }
}

/// A connection that a peer has made.
private struct AcceptedConnection: Sendable {
    let channel: any Channel
    let inbound = InboundBytes()
    let watch = PeerWatch()

    /// Answers the requests of the connection, then closes it.
    func run(_ serve: @Sendable (RequestHead, HTTPConnection) async throws -> Bool) async throws {
        defer { channel.close(promise: nil) }
        let address = channel.remoteAddress?.ipAddress ?? "127.0.0.1"
        let connection = HTTPConnection(channel, inbound: inbound, watch: watch, peerAddress: address)
        do {
            while let head = try await connection.nextHead(), try await serve(head, connection) {}
        } catch let error as RequestError {
            EventLog.note("a request of \(address): \(error.status.code), \(error)")
            var writer = ResponseWriter(to: nil, on: connection)
            try await writer.respond(
                error.status, ["Content-Type": "text/plain; charset=utf-8"],
                body: ByteBuffer(string: "\(error)\n"))
        }
        await connection.linger()
    }
}

/// The host that this program listens on, in the forms that users and functions need.
struct ListeningAddress {
    /// An address or a name, without brackets.
    let host: String

    /// - Parameter host: An address or a name. An IPv6 address may have brackets.
    init(host: String) {
        self.host = HostAndPort(host)?.host ?? host
    }

    /// Whether it means all addresses of this machine.
    var isAny: Bool { ["0.0.0.0", "::"].contains(host) }

    /// The warning for a user who listens on all addresses; nil for a single address.
    var warning: String? {
        guard isAny else { return nil }
        return
            "warning: --host \(host) listens on all networks of this machine; anyone who reaches the ports can call the "
            + "function and read its events"
    }

    /// Returns host and port, with an IPv6 address in brackets.
    func text(port: Int) -> String {
        HostAndPort(host: host, port: UInt16(clamping: port)).description
    }

    /// Returns host and port for a client on this machine.
    func local(port: Int) -> String {
        // `::` accepts IPv4 too, which all runtimes can parse.
        (isAny ? ListeningAddress(host: "127.0.0.1") : self).text(port: port)
    }
}
