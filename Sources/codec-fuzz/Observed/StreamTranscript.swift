import EventStreamCodec
import TestSupport

/// All that a decoder said about an event stream.
struct StreamTranscript: Equatable {
    /// Offset and bytes of each message, one after the other.
    private(set) var messages: [UInt8] = []
    private(set) var count = 0

    /// What decoding or finishing threw.
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

    /// The messages alone.
    var withoutError: StreamTranscript {
        var transcript = self
        transcript.error = nil
        return transcript
    }

    /// Decodes `input`; each piece arrives in memory of its own, so that nothing around it is there to be read.
    static func decoding(
        _ input: [UInt8], _ splitting: Splitting, _ rules: StreamRules
    ) throws(FuzzFailure) -> StreamTranscript {
        let decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
        return try StreamTranscript().resuming(decoder, input, from: 0, splitting)
    }

    /// Goes on with a decoder that has said this about the first `start` bytes of `input`.
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

    /// Decodes `input` with bodies that return early, after a random number of messages, and leave the rest unread.
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

    /// After an error the decoder keeps throwing that error; without one it has read everything.
    private func requireEnd(of decoder: inout EventStreamDecoder, _ input: [UInt8]) throws(FuzzFailure) {
        guard let error else {
            return try require(decoder.offset == UInt64(input.count), "read to \(decoder.offset) of \(input.count)")
        }
        // A message that would be a good one.
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
    /// Whether no message is whole in what has arrived and not been read, the first `count` bytes of `input` from the
    /// decoder's offset.
    fileprivate func hasRead(allOf input: [UInt8], upTo count: Int) -> Bool {
        let rest = count - Int(offset)
        return rest < 16 || input.number(at: Int(offset)) > rest
    }
}
