import EventStreamCodec

/// All results of decoding an event stream as segments, with the pieces of payloads joined.
struct SegmentTranscript: Equatable {
    /// The offset and the bytes of each complete message, as in ``StreamTranscript``.
    private(set) var verified = StreamTranscript()

    /// The bytes of an incomplete message.
    private(set) var unverified: [UInt8] = []

    /// The error of decoding or finishing.
    private(set) var error: EventStreamError?

    /// Whether the segments were in order, and the payloads had the announced length.
    private(set) var isOrderly = true

    private var start: UInt64 = 0
    private var announced: Int?

    /// Decodes `input` as segments.
    static func decoding(
        _ input: [UInt8], _ splitting: Splitting, _ rules: StreamRules
    ) throws(FuzzFailure) -> SegmentTranscript {
        var decoder = EventStreamSegmentDecoder(limits: rules.limits, policy: rules.policy)
        var transcript = SegmentTranscript()
        do throws(EventStreamError) {
            for range in splitting.ranges(of: input.count) {
                try decoder.decode(Array(input[range])) { transcript.note($0) }
            }
            try decoder.finish()
        } catch {
            transcript.error = error
        }
        try require(transcript.isOrderly, "segments came out of their order")
        if let error = transcript.error {
            var delivered = 0
            let repeated = thrown { () throws(EventStreamError) in
                try decoder.decode([0, 0, 0, 16]) { _ in delivered += 1 }
            }
            try require(repeated == error && delivered == 0, "after \(error) came \(text(repeated))")
            let last = thrown { () throws(EventStreamError) in try decoder.finish() }
            try require(last == error, "finish() threw \(text(last)) after \(error)")
        } else {
            try require(decoder.offset == UInt64(input.count), "read to \(decoder.offset) of \(input.count)")
        }
        return transcript
    }

    private mutating func note(_ segment: EventStreamSegmentDecoder.Segment) {
        switch segment {
        case .begin(let headers, let prelude):
            isOrderly = isOrderly && announced == nil && headers.encoded.byteCount == prelude.headersLength
            announced = prelude.payloadLength
            start = headers.offset &- UInt64(EventStreamPrelude.length)
            unverified.removeAll()
            for number in [UInt32(prelude.totalLength), UInt32(prelude.headersLength), prelude.crc] {
                append(number)
            }
            unverified.append(contentsOf: headers.encoded)
        case .payload(let bytes):
            isOrderly = isOrderly && !bytes.isEmpty && bytes.byteCount <= announced ?? 0
            announced = announced.map { $0 - bytes.byteCount }
            unverified.append(contentsOf: bytes)
        case .end(let crc):
            isOrderly = isOrderly && announced == 0
            announced = nil
            append(crc)
            unverified.withBytes { verified.note($0, at: start) }
            unverified.removeAll()
        }
    }

    private mutating func append(_ number: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            unverified.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
        }
    }
}
