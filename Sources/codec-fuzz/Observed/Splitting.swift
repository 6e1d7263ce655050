import TestSupport

/// A way to split an input into the pieces in which a decoder receives it.
enum Splitting: CustomStringConvertible {
    case whole
    /// Pieces of this size.
    case every(Int)
    /// Pieces of random sizes, usually a few bytes, sometimes none.
    case random(seed: UInt64)

    var description: String {
        switch self {
        case .whole: "in one piece"
        case .every(let size): "in pieces of \(size)"
        case .random(let seed): "in random pieces of seed \(seed)"
        }
    }

    /// Returns the ranges of the pieces of an input of `count` bytes.
    func ranges(of count: Int) -> Ranges {
        Ranges(splitting: self, count: count)
    }

    /// The ranges of the pieces, in order.
    struct Ranges: Sequence, IteratorProtocol {
        private let splitting: Splitting
        private let count: Int
        private var position = 0
        private var random: SeededGenerator
        /// The maximum length of random pieces: a few bytes in half of the splits, the whole input in the others.
        private let longest: Int

        init(splitting: Splitting, count: Int) {
            self.splitting = splitting
            self.count = count
            if case .random(let seed) = splitting {
                random = SeededGenerator(seed: seed)
                longest = random.oneIn(2) ? 12 : Swift.max(count, 1)
            } else {
                random = SeededGenerator(seed: 0)
                longest = 0
            }
        }

        mutating func next() -> Range<Int>? {
            guard position < count else { return nil }
            let size =
                switch splitting {
                case .whole: count
                case .every(let size): size
                case .random: random.below(longest + 1)
                }
            let range = position..<Swift.min(position + size, count)
            position = range.upperBound
            return range
        }
    }
}
