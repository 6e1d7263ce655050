import Testing

#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore

func answer<Body: AsyncSequence>(in body: Body) async throws -> [ByteBuffer] where Body.Element == ByteBuffer {
    var payloads: [ByteBuffer] = []
    for try await message in body.eventStreamMessages() {
        switch message.kind {
        case .event(type: "chunk"): payloads.append(message.payload)
        case .exception(let type): throw ServiceFailure(name: type)
        case .error(let code, _): throw ServiceFailure(name: code ?? "error")
        default: continue
        }
    }
    return payloads
}

#endif

#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore

func addEventStream(to channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandlers(
        StreamDecodingHandler(EventStreamBufferDecoder(), onError: .keepOpen), EventStreamEncodingHandler())
}
#endif

#if NIO
import NIOEmbedded

/// An exception or an error of a service.
struct ServiceFailure: Error, Equatable {
    var name: String
}

/// The code of the article "Streams in ByteBuffers" does what the article says.
@Suite struct ByteBuffersArticleTests {
    @Test func payloadsAreCollectedUntilAnException() async throws {
        var bytes = try stream([[1], [2, 2]])
        #expect(try await answer(in: Buffers(bytes, size: 50)).map(\.bytes) == [[1], [2, 2]])
        bytes += try EventStreamMessage(.exception(type: "ThrottlingException")).encoded()
        await #expect(throws: ServiceFailure(name: "ThrottlingException")) {
            try await answer(in: Buffers(bytes, size: 50))
        }
    }

    @Test func aPipelineDecodesAndEncodes() throws {
        let channel = EmbeddedChannel()
        try addEventStream(to: channel)
        let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
        try channel.writeOutbound(EventStreamOutboundMessage(headers: headers, payload: ByteBuffer(string: "hi")))
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { try channel.writeInbound(bytes) }
        let message = try #require(try channel.readInbound(as: EventStreamMessageBuffer.self))
        #expect(message.headers == headers && String(buffer: message.payload) == "hi")
    }
}
#endif
