import EventStreamCodec

/// The limits and the policy of a chunked decoder.
struct BodyRules: CustomStringConvertible {
    let description: String
    let limits: ChunkedLimits
    let policy: ChunkedPolicy

    /// The defaults of a decoder.
    static let standard = BodyRules(description: "standard rules", limits: .standard, policy: .strict)

    /// The grammar, without limits.
    static let unlimited = BodyRules(description: "no limits", limits: .unlimited, policy: .strict)

    /// Limits that short inputs reach, and whitespace after sizes.
    static let tight = BodyRules(
        description: "tight rules",
        limits: ChunkedLimits(extensionsLength: 20, trailersLength: 24, trailerCount: 2, chunkCount: 3),
        policy: ChunkedPolicy(allowsWhitespaceAfterSize: true))

    static let all = [standard, unlimited, tight]
}

/// All results of decoding a chunked body, with its data joined.
struct BodyTranscript: Equatable {
    private(set) var body: [UInt8] = []

    /// For each element except data: the length of the data before it, its kind and its bytes.
    private(set) var elements: [UInt8] = []

    private(set) var isComplete = false
    private(set) var chunks: UInt64 = 0
    private(set) var consumed: UInt64 = 0

    /// The overhead that was delivered: bytes of extensions, trailer fields, and the bytes of these fields without the
    /// whitespace around values.
    private var extensionBytes = 0
    private var fields = 0
    private var fieldBytes = 0

    /// The error of decoding.
    private(set) var error: ChunkedError?

    /// Decodes `input`. Each piece is copied to its own memory, so a read outside of it is detected.
    static func decoding(
        _ input: [UInt8], _ splitting: Splitting, _ rules: BodyRules
    ) throws(FuzzFailure) -> BodyTranscript {
        var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
        var transcript = BodyTranscript()
        do throws(ChunkedError) {
            for range in splitting.ranges(of: input.count) {
                let consumed = try decoder.decode(Array(input[range])) { transcript.note($0) }
                if consumed < range.count { break }
            }
        } catch {
            transcript.error = error
        }
        transcript.isComplete = decoder.isComplete
        transcript.chunks = decoder.chunkCount
        transcript.consumed = decoder.offset
        try transcript.requireEnd(of: &decoder, input)
        try require(
            transcript.chunks <= rules.limits.chunkCount
                && transcript.extensionBytes <= rules.limits.extensionsLength
                && transcript.fields <= rules.limits.trailerCount
                && transcript.fieldBytes <= rules.limits.trailersLength,
            "\(rules): \(transcript.chunks) chunks, \(transcript.extensionBytes) bytes of extensions, "
                + "\(transcript.fields) fields of \(transcript.fieldBytes) bytes")
        return transcript
    }

    private mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .extensions(let extensions):
            begin("e")
            elements.append(UInt8(truncatingIfNeeded: extensions.chunk))
            elements.append(contentsOf: extensions.encoded)
            extensionBytes += extensions.encoded.byteCount
        case .trailer(let field):
            begin("t")
            elements.append(contentsOf: field.name)
            elements.append(0x3a)
            elements.append(contentsOf: field.value)
            fields += 1
            // The colon, and the CR and LF of the line.
            fieldBytes += field.name.byteCount + field.value.byteCount + 3
        case .end: begin(".")
        }
    }

    private mutating func begin(_ kind: Unicode.Scalar) {
        for shift in stride(from: 24, through: 0, by: -8) {
            elements.append(UInt8(truncatingIfNeeded: body.count >> shift))
        }
        elements.append(UInt8(ascii: kind))
    }

    /// Checks a decoder after the input: after an error, it throws that error again; after the end of the body, it consumes
    /// nothing; otherwise, the body is not complete.
    private func requireEnd(of decoder: inout ChunkedDecoder, _ input: [UInt8]) throws(FuzzFailure) {
        var delivered = 0
        var consumed = 0
        let later = thrown { () throws(ChunkedError) in
            consumed = isComplete ? try decoder.decode([0x30]) { _ in delivered += 1 } : 0
            if error != nil { try decoder.decode([0x30]) { _ in delivered += 1 } }
        }
        try require(later == error && delivered == 0 && consumed == 0, "after \(text(error)) came \(text(later))")
        let last = thrown { () throws(ChunkedError) in try decoder.finish() }
        if let error {
            try require(last == error, "finish() threw \(text(last)) after \(error)")
        } else if isComplete {
            try require(last == nil, "finish() threw \(text(last)) after a complete body")
        } else {
            try require(
                last?.code == .unexpectedEnd && last?.offset == UInt64(input.count) && self.consumed == last?.offset,
                "finish() threw \(text(last)) after \(self.consumed) of \(input.count) bytes")
        }
    }
}

/// All results of decoding an aws-chunked body, with its data joined.
struct AWSBodyTranscript: Equatable {
    private(set) var data: [UInt8] = []

    /// The length of the data at the end of each chunk, and -1 for the end of the body.
    private(set) var ends: [Int] = []

    private(set) var isComplete = false

    /// The error of decoding or finishing.
    private(set) var error: AWSChunkedError?

    /// Decodes `body` with a copy of `decoder`, which has not read anything.
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
