import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Any two splits of an aws-chunked body, with and without signatures and checksum, give the same results. After an error,
    /// nothing is delivered.
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
        let splitting = Splitting.random(seed: random.next())
        let pulled = try AWSBodyTranscript.pulling(body, splitting, decoder, &random)
        try require(
            pulled == whole,
            "pulled \(splitting): \(pulled.data.count) bytes, \(text(pulled.error)); whole: \(whole.data.count) bytes, "
                + text(whole.error))
        // The data is also that of the chunked decoder.
        let framing = try BodyTranscript.decoding(body, .whole, .unlimited)
        try require(framing.body.starts(with: whole.data), "other data than the framing's")
    }
}

extension FuzzTarget {
    /// An encoded aws-chunked body has the announced length, and decodes to the same data.
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
