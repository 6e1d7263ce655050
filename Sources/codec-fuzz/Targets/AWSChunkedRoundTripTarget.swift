import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// What is encoded as aws-chunked has the length announced, and decodes to the same data.
    static let awsChunkedRoundTrip = FuzzTarget(
        name: "aws-chunked-roundtrip", about: "encoded as aws-chunked: the length announced, and the same data",
        shape: .bytes
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        var data: [UInt8] = []
        random.append(random.oneIn(8) ? random.below(20_000) : random.length(upTo: 400), to: &data)
        if random.oneIn(2) {
            try requireRoundTrip(
                data, AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: 8_192),
                AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: UInt64(data.count)), &random)
        } else {
            try requireRoundTrip(
                data, AWSChunkedEncoder(signer: ToySigner(), checksum: AWSCRC32Checksum(), chunkSize: 8_192),
                AWSChunkedDecoder(
                    verifier: ToySigner(), checksum: AWSCRC32Checksum(), decodedLength: UInt64(data.count)), &random)
        }
    }

    private static func requireRoundTrip<S: AWSChunkSigner, V: AWSChunkVerifier, C: AWSChecksum>(
        _ data: [UInt8], _ encoder: AWSChunkedEncoder<S, C>, _ decoder: AWSChunkedDecoder<V, C>,
        _ random: inout SeededGenerator
    ) throws(FuzzFailure) {
        var encoder = encoder
        var wire: [UInt8] = []
        let announced = encoder.encodedLength(decodedLength: UInt64(data.count))
        let error = thrown { () throws(AWSChunkedError) in
            for range in Splitting.random(seed: random.next()).ranges(of: data.count) {
                try encoder.append(Array(data[range]), to: &wire)
            }
            try encoder.finish(to: &wire)
        }
        try require(error == nil, "encoding threw \(text(error))")
        try require(UInt64(wire.count) == announced, "\(wire.count) bytes, \(announced) announced")
        let decoded = try AWSBodyTranscript.decoding(wire, .random(seed: random.next()), decoder)
        try require(decoded.error == nil && decoded.isComplete, "decoding threw \(text(decoded.error))")
        try require(decoded.data == data, "other data")
    }
}
