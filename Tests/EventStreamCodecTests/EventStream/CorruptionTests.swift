import EventStreamCodec
import TestSupport
import Testing

/// Damage to a stream is noticed, and costs nothing that came before it.
@Suite struct CorruptionTests {
    @Test func everyBitOfEveryByteMatters() throws {
        for vector in try VectorTests.vectors.get() where vector.expected.error == nil {
            let frames = DecodedStream(vector.expected).frames
            for (number, frame) in frames.enumerated() where number < 40 {
                // Of a long message every byte, but one bit of each; of a very long one a sample.
                let bits = frame.count <= 700 ? 0..<8 : 3..<4
                let step = frame.count <= (isOptimized ? 40_000 : 5_000) ? 1 : 101
                // The message, and the one after it, which must not come when the first is damaged.
                let next = number + 1 < frames.count ? frames[number + 1] : frame.upperBound..<frame.upperBound
                var bytes = Array(vector.bytes[frame.lowerBound..<next.upperBound])
                for position in stride(from: 0, to: frame.count, by: step) {
                    for bit in bits {
                        bytes[position] ^= 1 << bit
                        let decoded = DecodedStream.decoding(bytes, pieces: [0..<bytes.count])
                        bytes[position] ^= 1 << bit
                        verify(
                            decoded.frames.isEmpty && decoded.error != nil, "\(vector), byte \(position) bit \(bit)")
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
