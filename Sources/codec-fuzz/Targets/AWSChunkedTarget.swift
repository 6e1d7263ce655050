import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// An aws-chunked body, signed and summed or not: the same for any split, and nothing after an error.
    static let awsChunked = FuzzTarget(
        name: "aws-chunked", about: "any two splits of an aws-chunked body: the same data, chunks, errors and offsets",
        shape: .awsChunked
    ) { input throws(FuzzFailure) in
        guard let first = input.first else { return }
        let mode = AWSChunkedMode(first)
        let body = Array(input.dropFirst())
        let minimum = AWSChunkedMode.minimumChunkSize
        switch (mode.isSigned, mode.hasChecksum) {
        case (false, false): try requireSplits(body, AWSChunkedDecoder(minimumChunkSize: minimum))
        case (false, true):
            try requireSplits(body, AWSChunkedDecoder(checksum: AWSCRC32Checksum(), minimumChunkSize: minimum))
        case (true, false): try requireSplits(body, AWSChunkedDecoder(verifier: ToySigner(), minimumChunkSize: minimum))
        case (true, true):
            try requireSplits(
                body,
                AWSChunkedDecoder(verifier: ToySigner(), checksum: AWSCRC32Checksum(), minimumChunkSize: minimum))
        }
    }

    private static func requireSplits<V: AWSChunkVerifier, C: AWSChecksum>(
        _ body: [UInt8], _ decoder: AWSChunkedDecoder<V, C>
    ) throws(FuzzFailure) {
        var random = SeededGenerator(seed: seed(of: body))
        let whole = try AWSBodyTranscript.decoding(body, .whole, decoder)
        for splitting in [.random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try AWSBodyTranscript.decoding(body, splitting, decoder)
            try require(
                split == whole,
                "\(splitting): \(split.data.count) bytes, \(text(split.error)); whole: \(whole.data.count) bytes, "
                    + text(whole.error))
        }
        // The data is that of the framing below.
        let framing = try BodyTranscript.decoding(body, .whole, .unlimited)
        try require(framing.body.starts(with: whole.data), "other data than the framing's")
    }
}
