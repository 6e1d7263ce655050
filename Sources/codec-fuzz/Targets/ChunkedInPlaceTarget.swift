import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Decoding in place gives the data that slices give, and leaves alone what it does not consume.
    static let chunkedInPlace = FuzzTarget(
        name: "chunked-in-place", about: "in place against slices, however split", shape: .chunked
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = BodyRules.all[random.below(3)]
        let slices = try BodyTranscript.decoding(input, .whole, rules)
        for splitting in [.whole, .random(seed: random.next()), .every(1)] as [Splitting] {
            var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
            var body: [UInt8] = []
            var error: ChunkedError?
            for range in splitting.ranges(of: input.count) {
                var buffer = Array(input[range])
                var count = 0
                var consumed = 0
                error = thrown { () throws(ChunkedError) in
                    consumed = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
                        try unsafe decoder.decodeInPlace(UnsafeMutableRawBufferPointer(bytes), bodyLength: &count)
                    }
                }
                body += buffer[..<count]
                guard error == nil else { break }
                try require(
                    buffer[consumed...] == input[(range.lowerBound + consumed)..<range.upperBound],
                    "\(rules), \(splitting): moved what it did not consume")
                if decoder.isComplete { break }
                try require(consumed == range.count, "\(rules), \(splitting): stopped before the end of the body")
            }
            try require(body == slices.body, "\(rules), \(splitting): other data")
            try require(error == slices.error, "\(rules), \(splitting): \(text(error)); slices: \(text(slices.error))")
            try require(
                decoder.offset == slices.consumed && decoder.isComplete == slices.isComplete
                    && decoder.chunkCount == slices.chunks, "\(rules), \(splitting): another end")
        }
    }
}
