import ReferenceDecoders
import TestSupport

/// Sets the lengths of a message to numbers near a bound, where an error of one shows.
enum BoundaryLengths {
    /// Bounds of ``StreamRules``, and of the specification.
    private static let totals = [16, 200, 80 + 16, 25_165_824 + 16, 131_072 + 16, 1 << 31]
    private static let headers = [60, 131_072]

    /// Changes the prelude of one message, the first one mostly, and signs it, so that its lengths are looked at.
    static func set(in bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var position = 0
        while random.oneIn(3), bytes.count - position >= 16 {
            let total = bytes.number(at: position)
            guard total >= 16, bytes.count - position - total >= 12 else { break }
            position += total
        }
        guard bytes.count - position >= 12 else { return }
        switch random.below(4) {
        case 0: bytes.store(near(random.pick(totals), &random), at: position)
        case 1: bytes.store(near(random.pick(headers), &random), at: position + 4)
        case 2:
            let headersLength = random.pick(headers)
            bytes.store(near(headersLength, &random), at: position + 4)
            bytes.store(near(random.pick(totals) + headersLength, &random), at: position)
        default: bytes.store(near(bytes.number(at: position) - 16, &random), at: position + 4)
        }
        bytes.store(ReferenceCRC32.checksum(bytes[position..<(position + 8)]), at: position + 8)
    }

    private static func near(_ bound: Int, _ random: inout SeededGenerator) -> UInt32 {
        UInt32(truncatingIfNeeded: bound + random.below(4) - 2)
    }
}
