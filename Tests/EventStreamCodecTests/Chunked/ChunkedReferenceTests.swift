import EventStreamCodec
import Foundation
import ReferenceDecoders
import TestSupport
import Testing

/// Compares the decoder with the reference decoder on generated inputs.
@Suite struct ChunkedReferenceTests {
    private func agrees(_ input: [UInt8], size: Int? = nil) -> Bool {
        var decoded = DecodedBody.decoding(input, pieces: pieces(of: input.count, size: size ?? max(input.count, 1)))
        decoded.error = nil
        return decoded == ChunkedVector.Outcome(ReferenceChunkedDecoder.decode(input))
    }

    @Test func everyVectorWithinLimits() throws {
        // The reference decoder has no limits.
        let limits: Set = ["extensionsTooLong", "trailersTooLong", "tooManyTrailers", "tooManyChunks"]
        for vector in try ChunkedVectorTests.vectors.get() where !vector.name.hasPrefix("budget-") {
            if let error = vector.outcome.error, limits.contains(error.code) { continue }
            var expected = vector.outcome
            expected.error = nil
            #expect(ChunkedVector.Outcome(ReferenceChunkedDecoder.decode(vector.bytes)) == expected, "\(vector)")
        }
    }

    @Test(arguments: [
        "5\r\nhello\r\n0\r\n\r\n", "1\r\nx\r\n1\r\ny\r\n1\r\nz\r\n0\r\n\r\n",
        "b\r\nhello world\r\nb\r\nhello again\r\nB\r\nhello three\r\n0\r\n\r\n", "1;a=b\r\nx\r\n0\r\nA: b\r\n\r\n",
        "A ; x = \"q\\\"\" ;y\r\n0123456789\r\n00\r\n\r\nrest",
        "0;e\r\nTransfer-Codin:g\r\nContent-Lengt: h\r\n\r\n",
    ])
    func everyByteAtEveryPosition(body: String) {
        let bytes = Array(body.utf8)
        for position in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[position] = value
                verify(agrees(changed) && agrees(changed, size: 1), "\(value) at \(position) of \(body)")
                // The same byte inserted.
                var inserted = bytes
                inserted.insert(value, at: position)
                verify(agrees(inserted), "\(value) before \(position) of \(body)")
            }
            var removed = bytes
            removed.remove(at: position)
            verify(agrees(removed) && agrees(removed, size: 1), "without \(position) of \(body)")
        }
    }

    @Test func randomSequencesOfTokens() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ChunkedReferenceTests.randomSequencesOfTokens: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "0", "1", "2", "a", "F", "\r\n", "\r\n", "\r", "\n", " ", "\t", ";", "=", "\"", "\\", "x", ":", "data",
            "0\r\n\r\n", "A: b\r\n", "1\r\nx\r\n", "\u{e9}",
        ].map { Array($0.utf8) }
        for round in 0..<20_000 {
            var input = Bool.random(using: &generator) ? Array("1\r\nx\r\n".utf8) : []
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                input += parts.randomElement(using: &generator) ?? []
            }
            verify(agrees(input), "seed \(seed), round \(round): \(latin1(input))")
            verify(agrees(input, size: Int.random(in: 1...4, using: &generator)), "seed \(seed), round \(round), split")
        }
    }
}

extension ChunkedVector.Outcome {
    /// Creates the result of the reference decoder. Of an error, it only has the offset.
    fileprivate init(_ reference: ReferenceChunkedBody) {
        self.init()
        status = reference.status.rawValue
        body = Data(reference.body)
        chunks = reference.chunks
        extensions = reference.extensions.map {
            ChunkedVector.Extension(chunk: $0.chunk, name: latin1($0.name), value: $0.value.map { latin1($0) })
        }
        trailers = reference.trailers.map { [latin1($0.name), latin1($0.value)] }
        consumed = UInt64(reference.consumed)
    }
}
