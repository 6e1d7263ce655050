import EventStreamCodec
import TestSupport
import Testing

/// Random messages come back as they went.
@Suite struct RoundTripTests {
    @Test func randomMessages() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("RoundTripTests.randomMessages: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let messages = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                EventStreamMessage.random(using: &generator)
            }
            let stream = try messages.flatMap { try $0.encoded() }
            var decoder = EventStreamDecoder()
            var decoded: [EventStreamMessage] = []
            var start = 0
            while start < stream.count {
                let end = min(start + Int.random(in: 1...200, using: &generator), stream.count)
                try decoder.decode(Array(stream[start..<end])) { decoded.append(EventStreamMessage($0)) }
                start = end
            }
            try decoder.finish()
            #expect(decoded == messages, "seed \(seed), round \(round)")
            #expect(try decoded.flatMap { try $0.encoded() } == stream, "seed \(seed), round \(round)")
        }
    }
}
