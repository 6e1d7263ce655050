#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import NIOEmbedded
import Testing

private enum ChunkEvent: EventStreamEvent, Equatable {
    case chunk([UInt8])

    struct Failure: Error, Equatable {}

    static let model = EventStreamModel<ChunkEvent>()
        .event("chunk") { .chunk([UInt8]($0.payload)) }
        .exception("failure") { _ in Failure() }
}

/// Typed events from buffers.
@Suite struct EventStreamBufferEventDecoderTests {
    private let payloads: [[UInt8]] = [[1], [], [UInt8](repeating: 3, count: 100)]

    /// Between the events are others, which the model skips.
    private func bytes() throws -> [UInt8] {
        let skipped = try EventStreamMessage(.event(type: "other"), payload: [UInt8](repeating: 9, count: 40)).encoded()
        return try payloads.flatMap { try skipped + skipped + stream([$0]) } + skipped
    }

    @Test func eventsComeHoweverTheSourceCutsThem() async throws {
        let bytes = try bytes()
        for size in 1...bytes.count {
            let found = await Decoded(Buffers(bytes, size: size).events(ChunkEvent.self))
            verify(found.elements == payloads.map { .chunk($0) } && found.error == nil, "buffers of \(size)")
        }
    }

    @Test func aCutStreamAndAnExceptionAreErrorsAfterTheEvents() async throws {
        let exception = try EventStreamMessage(.exception(type: "failure")).encoded()
        for size in [1, 50, 1_000] {
            var found = await Decoded(Buffers(try bytes().dropLast() + [], size: size).events(ChunkEvent.self))
            #expect(found.elements.count == 3 && (found.error as? EventStreamError)?.code == .unexpectedEnd)
            found = await Decoded(Buffers(try bytes() + exception + bytes(), size: size).events(ChunkEvent.self))
            #expect(found.elements.count == 3 && found.error as? ChunkEvent.Failure == ChunkEvent.Failure())
        }
    }

    @Test func aPipelineDecodesEvents() throws {
        let channel = EmbeddedChannel(handler: StreamDecodingHandler(EventStreamBufferEventDecoder(ChunkEvent.model)))
        try channel.writeInbound(ByteBuffer(bytes: bytes()))
        var found: [ChunkEvent] = []
        while let event = try channel.readInbound(as: ChunkEvent.self) { found.append(event) }
        #expect(found == payloads.map { .chunk($0) })
        #expect(try channel.finish().isClean)
    }
}
#endif
