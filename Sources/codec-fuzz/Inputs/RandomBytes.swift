import TestSupport

extension SeededGenerator {
    /// Returns a number from 0 to `count - 1`.
    mutating func below(_ count: Int) -> Int {
        // The bias towards small numbers is below 2⁻³² for every count in use.
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(count)) >> 32)
    }

    /// Returns true with a probability of 1 / `count`.
    mutating func oneIn(_ count: Int) -> Bool {
        below(count) == 0
    }

    /// Returns one of `elements`, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// Returns a length that is usually small, and sometimes up to `limit`.
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

/// Returns a seed that depends only on the bytes of an input (FNV-1a). Targets split inputs by this seed, so an input alone
/// reproduces a failure.
func seed(of input: [UInt8]) -> UInt64 {
    input.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

/// Changes bytes without knowledge of their format.
enum ByteMutator {
    private static let special: [UInt8] = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x30, 0x3b, 0x7f, 0x80, 0xc0, 0xf8, 0xff]

    /// Changes `bytes` at one position.
    ///
    /// - Parameter tokens: Byte sequences that have a meaning in the format.
    static func mutate(_ bytes: inout [UInt8], tokens: [[UInt8]], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return random.append(1 + random.below(16), to: &bytes) }
        let position = random.below(bytes.count)
        switch random.below(12) {
        case 0, 1: bytes[position] ^= 1 << UInt8(random.below(8))
        case 2: bytes[position] = random.pick(special)
        case 3: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 4: bytes[position] &+= random.oneIn(2) ? 1 : .max
        case 5: bytes.insert(random.pick(special), at: position)
        case 6: bytes.remove(at: position)
        case 7: bytes.removeLast(min(1 + random.length(upTo: bytes.count), bytes.count))
        case 8:
            let end = min(position + 1 + random.length(upTo: 300), bytes.count)
            bytes.insert(contentsOf: bytes[position..<end], at: random.below(bytes.count))
        case 9:
            let end = min(position + 1 + random.length(upTo: 300), bytes.count)
            bytes.removeSubrange(position..<end)
        case 10 where !tokens.isEmpty: bytes.insert(contentsOf: random.pick(tokens), at: position)
        case 11 where !tokens.isEmpty:
            let token = random.pick(tokens)
            bytes.replaceSubrange(position..<min(position + token.count, bytes.count), with: token)
        default:
            // A 4-byte number near a power of two, like a length.
            let number = (1 &<< UInt32(random.below(32))) &+ UInt32(random.below(5)) &- 2
            for index in 0..<4 where position + index < bytes.count {
                bytes[position + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))
            }
        }
    }
}
