#if LambdaRuntime
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import LambdaStreamingRuntime

/// Answers of a Runtime API that is not what it should be.
@Suite struct RuntimeAPIAnswerTests {
    @Test(arguments: [(2, nil), (3, "found an answer of more than 67108864 bytes")])
    func anAnswerHasALimit(pieces: Int, error: String?) async throws {
        let channel = NIOAsyncTestingChannel()
        let wrapped = try await channel.testingEventLoop.executeInContext {
            try RuntimeAPIConnection.Connection(wrappingChannelSynchronously: channel)
        }
        try await channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).get()
        try await wrapped.executeThenClose { inbound, _ in
            var api = RuntimeAPIConnection(inbound, on: channel)
            // One piece of memory, however often it is sent.
            let piece = ByteBuffer(repeating: 0x20, count: RuntimeAPIConnection.maximumAnswerByteCount / 2)
            let head = HTTPResponseHead(version: .http1_1, status: .ok)
            try await channel.writeInbound(HTTPClientResponsePart.head(head))
            for _ in 0..<pieces { try await channel.writeInbound(HTTPClientResponsePart.body(piece)) }
            try await channel.writeInbound(HTTPClientResponsePart.end(nil))
            do {
                let answer = try await api.readAnswer()
                #expect(error == nil && answer.body.readableBytes == pieces * piece.readableBytes)
            } catch let failure as LambdaRuntimeError {
                #expect(error.map { "\(failure)".hasPrefix($0) } == true, "\(failure)")
            }
        }
    }
}
#endif
