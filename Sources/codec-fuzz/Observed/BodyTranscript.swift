import EventStreamCodec

/// All that a decoder said about a chunked body, its data joined.
struct BodyTranscript: Equatable {
    private(set) var body: [UInt8] = []

    /// Each element but data: how much data came before it, its kind and its bytes.
    private(set) var elements: [UInt8] = []

    private(set) var isComplete = false
    private(set) var chunks: UInt64 = 0
    private(set) var consumed: UInt64 = 0

    /// The overhead delivered: bytes of extensions; fields, and their bytes without whitespace around values.
    private var extensionBytes = 0
    private var fields = 0
    private var fieldBytes = 0

    /// What decoding threw.
    private(set) var error: ChunkedError?

    /// Decodes `input`; each piece arrives in memory of its own, so that nothing around it is there to be read.
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
            // The colon, and the line's CR and LF.
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

    /// After an error the decoder keeps throwing it; after the end it takes nothing; otherwise the body is not complete.
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
