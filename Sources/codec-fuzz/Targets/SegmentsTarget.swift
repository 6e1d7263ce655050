import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// For any split of a stream, the segment decoder verifies the messages that the gathering decoder delivers.
    static let segments = FuzzTarget(
        name: "segments", about: "segments against gathered messages, however split", shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = StreamRules.all[random.below(3)]
        let gathered = try StreamTranscript.decoding(input, .whole, rules)
        let whole = try SegmentTranscript.decoding(input, .whole, rules)
        try require(whole.verified == gathered.withoutError, "\(rules): other messages")
        // A segment decoder finds an invalid header before the message CRC, or the end of the stream, has arrived.
        let isEarlier =
            (gathered.error?.code == .messageCRCMismatch || gathered.error?.code == .unexpectedEnd)
            && whole.error?.code.description.hasPrefix("header") == true
        try require(
            isEarlier || whole.error?.code == gathered.error?.code && whole.error?.offset == gathered.error?.offset,
            "\(rules): \(text(whole.error)); gathered: \(text(gathered.error))")

        for splitting in [.random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try SegmentTranscript.decoding(input, splitting, rules)
            try require(split == whole, "\(rules), \(splitting): \(text(split.error)); whole: \(text(whole.error))")
        }
    }
}
