import NIOCore
import NIOPosix
import TextCoding

/// A TCP port and the connections to it.
struct Listener {
    private typealias Connection = (channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, watch: PeerWatch)

    private let server: NIOAsyncChannel<Connection, Never>

    /// The port; the one that was chosen when 0 was asked for.
    let port: Int

    /// Listens.
    ///
    /// A peer that has sent all it has to send may close its half, and still receives; but it looks like one that has gone,
    /// and is not kept waiting for a runtime.
    ///
    /// - Parameters:
    ///   - host: An address or name of this machine.
    ///   - port: The port, or 0 for any that is free.
    init(host: String, port: Int) async throws {
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let watch = PeerWatch()
                    try channel.pipeline.syncOperations.addHandler(PeerWatch.Handler(watch))
                    return (channel: try NIOAsyncChannel(wrappingChannelSynchronously: channel), watch: watch)
                }
            }
        self.port = server.channel.localAddress?.port ?? port
    }

    /// Serves every connection in a task of its own, until the task is cancelled.
    ///
    /// - Parameter serve: Answers one request, and says whether the connection takes another.
    func run(_ serve: @escaping @Sendable (RequestHead, HTTPConnection) async throws -> Bool) async throws {
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    // A connection that fails concerns nobody else.
                    group.addTask { try? await Self.run(connection, serve) }
                }
                group.cancelAll()
            }
        }
    }

    private static func run(
        _ connection: Connection, _ serve: @Sendable (RequestHead, HTTPConnection) async throws -> Bool
    ) async throws {
        let address = connection.channel.channel.remoteAddress?.ipAddress ?? "127.0.0.1"
        try await connection.channel.executeThenClose { inbound, _ in
            let connection = HTTPConnection(
                connection.channel.channel, inbound: inbound, watch: connection.watch, peerAddress: address)
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
}

/// The host that this program listens on, as users and functions write it.
struct ListeningAddress {
    /// An address or a name, without brackets.
    let host: String

    /// - Parameter host: An address or a name. An IPv6 address may have brackets.
    init(host: String) {
        self.host = HostAndPort(host)?.host ?? host
    }

    /// Whether it means all addresses of this machine.
    var isAny: Bool { ["0.0.0.0", "::"].contains(host) }

    /// What a user should know who listens on all addresses; nil for a single address.
    var warning: String? {
        guard isAny else { return nil }
        return
            "warning: --host \(host) listens on all networks of this machine; anyone who reaches the ports can call the "
            + "function and read its events"
    }

    /// Host and port, an IPv6 address in brackets.
    func text(port: Int) -> String {
        HostAndPort(host: host, port: UInt16(clamping: port)).description
    }

    /// Host and port for a client on this machine.
    func local(port: Int) -> String {
        // `::` accepts IPv4 too, which all runtimes know how to parse.
        (isAny ? ListeningAddress(host: "127.0.0.1") : self).text(port: port)
    }
}
