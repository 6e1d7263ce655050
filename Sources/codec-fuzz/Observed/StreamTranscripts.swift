import EventStreamCodec
import ReferenceDecoders
import TestSupport

/// The limits and the policy of an event stream decoder, for the library and for the reference.
struct StreamRules: CustomStringConvertible {
    let description: String
    let limits: EventStreamLimits
    let policy: EventStreamPolicy

    /// The defaults of a decoder.
    static let standard = StreamRules(description: "standard rules", limits: .decoding, policy: .strict)

    /// Everything that the wire format can express.
    static let lenient = StreamRules(description: "lenient rules", limits: .unlimited, policy: .lenient)

    /// Limits that short inputs reach.
    static let tight = StreamRules(
        description: "tight rules",
        limits: EventStreamLimits(messageLength: 200, headersLength: 60, payloadLength: 80, headerValueLength: 9),
        policy: EventStreamPolicy(duplicateHeaderNames: .reject, emptyHeaderNames: .accept))

    static let all = [standard, lenient, tight]

    /// The same rules in the types of the reference.
    var reference: ReferenceEventStream.Rules {
        ReferenceEventStream.Rules(
            longestMessage: limits.messageLength, longestHeaders: limits.headersLength,
            longestPayload: limits.payloadLength, longestHeaderValue: limits.headerValueLength,
            acceptsRepeatedNames: policy.duplicateHeaderNames == .accept,
            acceptsEmptyNames: policy.emptyHeaderNames == .accept)
    }
}

/// All results of decoding an event stream.
struct StreamTranscript: Equatable {
    /// The offset and the bytes of each message.
    private(set) var messages: [UInt8] = []
    private(set) var count = 0

    /// The error of decoding or finishing.
    private(set) var error: EventStreamError?

    mutating func note(_ frame: RawSpan, at offset: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            messages.append(UInt8(truncatingIfNeeded: offset >> UInt64(shift)))
        }
        messages.append(contentsOf: frame)
        count += 1
    }

    mutating func note(_ error: EventStreamError) {
        self.error = error
    }

    /// The transcript without its error.
    var withoutError: StreamTranscript {
        var transcript = self
        transcript.error = nil
        return transcript
    }

    /// Decodes `input`. Each piece is copied to its own memory, so a read outside of it is detected.
    static func decoding(
        _ input: [UInt8], _ splitting: Splitting, _ rules: StreamRules
    ) throws(FuzzFailure) -> StreamTranscript {
        let decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
        return try StreamTranscript().resuming(decoder, input, from: 0, splitting)
    }

    /// Continues with a decoder that has decoded the first `start` bytes of `input` to this transcript.
    func resuming(
        _ decoder: EventStreamDecoder, _ input: [UInt8], from start: Int, _ splitting: Splitting
    ) throws(FuzzFailure) -> StreamTranscript {
        var decoder = decoder
        var transcript = self
        var isPrompt = true
        do throws(EventStreamError) {
            for range in splitting.ranges(of: input.count - start) {
                let piece = Array(input[(start + range.lowerBound)..<(start + range.upperBound)])
                try decoder.decode(piece) { transcript.note($0.frame, at: $0.offset) }
                isPrompt = isPrompt && decoder.hasRead(allOf: input, upTo: start + range.upperBound)
            }
            try decoder.finish()
        } catch {
            transcript.error = error
        }
        try require(isPrompt, "a whole message was held back")
        try transcript.requireEnd(of: &decoder, input)
        return transcript
    }

    /// Decodes `input` with bodies that return after a random number of messages and leave the rest unread.
    static func pulling(
        _ input: [UInt8], _ splitting: Splitting, _ rules: StreamRules, _ random: inout SeededGenerator
    ) throws(FuzzFailure) -> StreamTranscript {
        var decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
        var transcript = StreamTranscript()
        func pull(_ piece: [UInt8], atMost most: Int) throws(EventStreamError) -> Int {
            try piece.withBytes { bytes throws(EventStreamError) in
                try decoder.withMessages(in: bytes) { messages throws(EventStreamError) in
                    var pulled = 0
                    while pulled < most, let message = try messages.next() {
                        transcript.note(message.frame, at: message.offset)
                        pulled += 1
                    }
                    return pulled
                }
            }
        }
        var isPrompt = true
        do throws(EventStreamError) {
            for range in splitting.ranges(of: input.count) {
                let most = random.below(4)
                if try pull(Array(input[range]), atMost: most) < most {
                    isPrompt = isPrompt && decoder.hasRead(allOf: input, upTo: range.upperBound)
                }
            }
            while try pull([], atMost: 1 + random.below(2)) > 0 {}
            try decoder.finish()
        } catch {
            transcript.error = error
        }
        try require(isPrompt, "a whole message was held back")
        try transcript.requireEnd(of: &decoder, input)
        return transcript
    }

    /// Checks a decoder after the input: after an error, it throws that error again; otherwise it has read everything.
    private func requireEnd(of decoder: inout EventStreamDecoder, _ input: [UInt8]) throws(FuzzFailure) {
        guard let error else {
            return try require(decoder.offset == UInt64(input.count), "read to \(decoder.offset) of \(input.count)")
        }
        // A valid message.
        let emptyMessage: [UInt8] = [
            0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff,
        ]
        for _ in 0..<2 {
            var delivered = 0
            let repeated = thrown { () throws(EventStreamError) in
                try decoder.decode(emptyMessage) { _ in delivered += 1 }
            }
            try require(
                repeated == error && delivered == 0, "after \(error) came \(delivered) messages, then \(text(repeated))"
            )
        }
        let repeated = thrown { () throws(EventStreamError) in try decoder.finish() }
        try require(repeated == error, "finish() threw \(text(repeated)) after \(error)")
    }
}

extension EventStreamDecoder {
    /// Whether there is no complete message between the decoder's offset and byte `count` of `input`.
    fileprivate func hasRead(allOf input: [UInt8], upTo count: Int) -> Bool {
        let rest = count - Int(offset)
        return rest < 16 || input.number(at: Int(offset)) > rest
    }
}

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
