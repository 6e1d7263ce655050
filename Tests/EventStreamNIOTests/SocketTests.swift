#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// The adapters over real sockets on the loopback address.
@Suite(.timeLimit(.minutes(5))) struct SocketTests {
    typealias Inbound = NIOAsyncChannel<EventStreamMessageBuffer, ByteBuffer>

    /// Runs `server` and `client` at the two ends of a connection. The client decodes messages.
    private func connect<Result: Sendable>(
        server: @escaping @Sendable (any Channel) async throws -> Void,
        client: @escaping @Sendable (Inbound) async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup.singleton
        let (accepted, continuation) = AsyncStream.makeStream(of: (any Channel).self)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                continuation.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamDecodingHandler(EventStreamBufferDecoder()))
                    return try Inbound(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            backPressureStrategy: .init(lowWatermark: 2, highWatermark: 4),
                            isOutboundHalfClosureEnabled: true))
                }
            }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await channel in accepted {
                    try? await server(channel)
                    return
                }
            }
            let result = try await client(channel)
            try? await listener.close()
            tasks.cancelAll()
            return result
        }
    }

    /// A message with a payload of 100,000 bytes.
    private static func message() throws -> ByteBuffer {
        var buffer = ByteBuffer()
        let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
        try buffer.writeEventStreamMessage(headers: headers, payload: [UInt8](repeating: 1, count: 100_000))
        return buffer
    }

    /// The server can write only as fast as the client takes messages: what is on the way is bounded.
    @Test func aSlowReaderHoldsBackItsServer() async throws {
        let message = try Self.message()
        let written = LockedCounter()
        let count = 400
        let found = try await connect { channel in
            for _ in 0..<count {
                try await channel.writeAndFlush(message)
                written.add(1)
            }
            try await channel.close(mode: .output)
        } client: { channel in
            try await channel.executeThenClose { inbound, _ in
                var most = 0
                var taken = 0
                for try await message in inbound {
                    taken += 1
                    most = max(most, written.value - taken)
                    #expect(message.payload.readableBytes == 100_000)
                    if taken % 50 == 0 { await Task.yield() }
                }
                return (taken: taken, most: most)
            }
        }
        #expect(found.taken == count)
        // Socket buffers hold some megabytes; 40 MB would be everything.
        #expect(found.most < 200, "\(found.most) messages were on the way")
    }

    @Test func aReaderThatStopsClosesItsConnection() async throws {
        let message = try Self.message()
        let ended = LockedCounter()
        try await connect { channel in
            defer { ended.add(1) }
            while true { try await channel.writeAndFlush(message) }
        } client: { channel in
            try await channel.executeThenClose { inbound, _ in
                var taken = 0
                for try await _ in inbound {
                    taken += 1
                    if taken == 3 { break }
                }
            }
            // The server's writes fail, because the connection is closed.
            while ended.value == 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(ended.value == 1)
    }

    @Test func aReaderThatIsCancelledClosesItsConnection() async throws {
        let message = try Self.message()
        let ended = LockedCounter()
        let taken = LockedCounter()
        try await connect { channel in
            defer { ended.add(1) }
            while true { try await channel.writeAndFlush(message) }
        } client: { channel in
            let reader = Task {
                try await channel.executeThenClose { inbound, _ in
                    for try await _ in inbound { taken.add(1) }
                }
            }
            while taken.value < 3 { try await Task.sleep(for: .milliseconds(10)) }
            reader.cancel()
            while ended.value == 0 { try await Task.sleep(for: .milliseconds(10)) }
            _ = await reader.result
        }
        #expect(ended.value == 1)
    }

    /// The client closes its output and still receives all messages.
    @Test func aHalfClosedConnectionDeliversTheRest() async throws {
        let message = try Self.message()
        let taken = try await connect { channel in
            try await channel.setOption(.autoRead, value: true).get()
            try await channel.writeAndFlush(message)
            try await channel.writeAndFlush(message)
            try await channel.close(mode: .output)
        } client: { channel in
            try await channel.executeThenClose { inbound, outbound in
                outbound.finish()
                var taken = 0
                for try await _ in inbound { taken += 1 }
                return taken
            }
        }
        #expect(taken == 2)
    }

    @Test(arguments: [5, 50_000])
    func aConnectionCutInsideAMessageIsAnError(length: Int) async throws {
        let message = try Self.message()
        let start = try #require(message.getSlice(at: 0, length: length))
        let taken = LockedCounter()
        let code: EventStreamError.Code? = try await connect { channel in
            try await channel.writeAndFlush(message)
            try await channel.writeAndFlush(start)
            try await channel.close()
        } client: { channel in
            do {
                try await channel.executeThenClose { inbound, _ in
                    for try await _ in inbound { taken.add(1) }
                }
            } catch let error as EventStreamError {
                return error.code
            }
            return nil
        }
        #expect(taken.value == 1)
        #expect(code == .unexpectedEnd)
    }
}

/// A number that several tasks change.
final class LockedCounter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ count: Int) { number.withLock { $0 += count } }
}
#endif
