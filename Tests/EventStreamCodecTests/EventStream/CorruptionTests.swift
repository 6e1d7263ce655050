import EventStreamCodec
import TestSupport
import Testing

/// Damage to a stream is noticed, and costs nothing that came before it.
@Suite struct CorruptionTests {
    @Test func everyBitOfEveryByteMatters() throws {
        for vector in try VectorTests.vectors.get() where vector.expected.error == nil {
            let frames = DecodedStream(vector.expected).frames
            for (number, frame) in frames.enumerated() where frame.count <= 700 && number < 40 {
                // The message, and the one after it, which must not come when the first is damaged.
                let next = number + 1 < frames.count ? frames[number + 1] : frame.upperBound..<frame.upperBound
                var bytes = Array(vector.bytes[frame.lowerBound..<next.upperBound])
                for position in 0..<frame.count {
                    for bit in 0..<8 {
                        bytes[position] ^= 1 << bit
                        let decoded = DecodedStream.decoding(bytes, pieces: [0..<bytes.count])
                        bytes[position] ^= 1 << bit
                        verify(decoded.frames.isEmpty && decoded.error != nil, "\(vector), byte \(position) bit \(bit)")
                    }
                }
            }
        }
    }

    @Test func whatCameBeforeIsDelivered() throws {
        let messages = try (1...5).map { try EventStreamMessage(payload: "message \($0)").encoded() }
        let stream = Array(messages.joined())
        for position in stream.indices {
            var damaged = stream
            damaged[position] ^= 0x5a
            let whole = position / messages[0].count
            for size in [1, 10, stream.count] {
                let decoded = DecodedStream.decoding(damaged, pieces: pieces(of: stream.count, size: size))
                #expect(decoded.frames.count == whole, "byte \(position), reads of \(size)")
                #expect(decoded.error != nil)
            }
        }
    }
}
