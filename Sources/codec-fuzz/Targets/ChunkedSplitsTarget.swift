import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Any two ways of splitting a body give the same elements, errors and offsets.
    static let chunkedSplits = FuzzTarget(
        name: "chunked-splits", about: "any two splits: the same data, extensions, trailers, errors and offsets",
        shape: .chunked
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = BodyRules.all[random.below(3)]
        let whole = try BodyTranscript.decoding(input, .whole, rules)
        for splitting in [.random(seed: random.next()), .random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try BodyTranscript.decoding(input, splitting, rules)
            try require(
                split == whole,
                "\(rules), \(splitting): \(split.consumed) consumed, \(text(split.error)); whole: \(whole.consumed) "
                    + "consumed, \(text(whole.error))")
        }
    }
}
