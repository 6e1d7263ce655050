import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Any two splits of a stream give the same messages, errors and offsets, also if bodies return early.
    static let eventStreamSplits = FuzzTarget(
        name: "eventstream-splits", about: "any two splits: the same messages, errors and offsets", shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = StreamRules.all[random.below(3)]
        let whole = try StreamTranscript.decoding(input, .whole, rules)
        for splitting in [.random(seed: random.next()), .random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try StreamTranscript.decoding(input, splitting, rules)
            try require(split == whole, "\(rules), \(splitting): \(difference(split, whole))")
        }
        let splitting = Splitting.random(seed: random.next())
        let pulled = try StreamTranscript.pulling(input, splitting, rules, &random)
        try require(pulled == whole, "\(rules), pulled, \(splitting): \(difference(pulled, whole))")
    }

    private static func difference(_ left: StreamTranscript, _ right: StreamTranscript) -> String {
        "\(left.count) messages, \(text(left.error)); whole \(right.count) messages, \(text(right.error))"
    }
}
