import TestSupport

/// Damages bytes without knowing what they mean.
enum ByteMutator {
    private static let telling: [UInt8] = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x30, 0x3b, 0x7f, 0x80, 0xc0, 0xf8, 0xff]

    /// Changes `bytes` at one place; `tokens` are pieces that mean something in their format.
    static func mutate(_ bytes: inout [UInt8], tokens: [[UInt8]], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return random.append(1 + random.below(16), to: &bytes) }
        let position = random.below(bytes.count)
        switch random.below(12) {
        case 0, 1: bytes[position] ^= 1 << UInt8(random.below(8))
        case 2: bytes[position] = random.pick(telling)
        case 3: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 4: bytes[position] &+= random.oneIn(2) ? 1 : .max
        case 5: bytes.insert(random.pick(telling), at: position)
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
            // A number of four bytes near a power of two, as lengths are.
            let number = (1 &<< UInt32(random.below(32))) &+ UInt32(random.below(5)) &- 2
            for index in 0..<4 where position + index < bytes.count {
                bytes[position + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))
            }
        }
    }
}
