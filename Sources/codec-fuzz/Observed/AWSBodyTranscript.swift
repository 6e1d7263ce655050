import EventStreamCodec

/// All that a decoder said about an aws-chunked body, its data joined.
struct AWSBodyTranscript: Equatable {
    private(set) var data: [UInt8] = []

    /// How much data had come at the end of each chunk, and at the end of the body.
    private(set) var ends: [Int] = []

    private(set) var isComplete = false

    /// What decoding or finishing threw.
    private(set) var error: AWSChunkedError?

    /// Decodes `body` with a copy of `decoder`, which has read nothing.
    static func decoding<V: AWSChunkVerifier, C: AWSChecksum>(
        _ body: [UInt8], _ splitting: Splitting, _ decoder: AWSChunkedDecoder<V, C>
    ) throws(FuzzFailure) -> AWSBodyTranscript {
        var decoder = decoder
        var transcript = AWSBodyTranscript()
        do throws(AWSChunkedError) {
            for range in splitting.ranges(of: body.count) {
                let consumed = try decoder.decode(Array(body[range])) { element in
                    switch element {
                    case .data(let data): transcript.data.append(contentsOf: data)
                    case .chunkEnd: transcript.ends.append(transcript.data.count)
                    case .end: transcript.ends.append(-1)
                    }
                }
                if consumed < range.count { break }
            }
            try decoder.finish()
        } catch {
            transcript.error = error
        }
        transcript.isComplete = decoder.isComplete
        guard let error = transcript.error else { return transcript }
        let again = thrown { () throws(AWSChunkedError) in try decoder.decode([0x30]) { _ in } }
        try require(again == error, "after \(error) came \(text(again))")
        return transcript
    }
}
