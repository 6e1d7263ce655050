#if LambdaRuntime
import NIOCore
import NIOPosix
import Testing

@Suite struct FakeRuntimeAPITests {
    @Test(.timeLimit(.minutes(10))) func itStopsWhileClientsConnect() async throws {
        for _ in 0..<300 {
            let connected = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                _ = try await FakeRuntimeAPI.run(events: []) { api in
                    let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(api.authority.dropFirst(10)) ?? 0)
                    for _ in 0..<8 {
                        group.addTask {
                            // Until it is refused or reset.
                            while let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                                .connect(to: address).get()
                            {
                                connected.continuation.yield()
                                try? await channel.close().get()
                            }
                        }
                    }
                    for await _ in connected.stream { return }
                }
                try await group.waitForAll()
            }
        }
    }
}
#endif
