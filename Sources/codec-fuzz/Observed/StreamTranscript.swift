import EventStreamCodec
import TestSupport

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
