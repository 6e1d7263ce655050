import TestSupport

extension SeededGenerator {
    /// A number from 0 to `count - 1`.
    mutating func below(_ count: Int) -> Int {
        // The bias towards small numbers is below 2⁻³² for every count that is asked for.
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(count)) >> 32)
    }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool {
        below(count) == 0
    }

    /// One of `elements`, which are not empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// A length that is mostly small, sometimes up to `limit`.
    mutating func length(upTo limit: Int) -> Int {
        switch below(16) {
        case 0: below(limit + 1)
        case 1...4: below(min(limit, 64) + 1)
        default: below(min(limit, 16) + 1)
        }
    }

    /// Appends `count` random bytes.
    mutating func append(_ count: Int, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + count)
        var word: UInt64 = 0
        for index in 0..<count {
            word = index.isMultiple(of: 8) ? next() : word >> 8
            bytes.append(UInt8(truncatingIfNeeded: word))
        }
    }
}

/// A seed that the bytes of an input determine (FNV-1a): how a target divides an input depends on nothing else, so that an
/// input alone repeats a failure.
func seed(of input: [UInt8]) -> UInt64 {
    input.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
