/// The checksum of bytes that stand behind others again and again, to be joined to theirs without reading them again.
///
/// What ``CRC32/combine(_:byteCount:)`` computes for any number of bytes is looked up here, for one: eight lookups.
struct CRC32Part: Sendable {
    /// The checksum of the part alone.
    private let value: UInt32

    /// What a checksum becomes when the part's bits follow, for each of its eight digits of four bits: entry
    /// `16 * k + b` is that of `b << 4k`.
    private let moved: [UInt32]

    init(_ bytes: RawSpan) {
        value = CRC32.checksum(of: bytes)
        var moved = [UInt32](repeating: 0, count: 128)
        // Bit 31 is x^0, and each bit below it once more times x.
        var multiple = CRC32.power(byteCount: bytes.byteCount)
        for bit in stride(from: 31, through: 0, by: -1) {
            moved[16 * (bit / 4) + (1 << (bit % 4))] = multiple
            multiple = CRC32.timesX(multiple)
        }
        for index in moved.indices {
            let (digit, lowestBit) = (index & 15, index & -index & 15)
            if digit != lowestBit { moved[index] = moved[index - lowestBit] ^ moved[index - digit + lowestBit] }
        }
        self.moved = moved
    }

    /// The checksum of bytes that have the checksum `first`, followed by the part.
    func checksum(following first: UInt32) -> UInt32 {
        unsafe moved.withUnsafeBufferPointer { moved in
            var sum = value
            for digit in 0..<8 {
                // INVARIANT: 16 * 7 + 15 is below 128, the number of entries.
                unsafe sum ^= moved[16 &* digit &+ Int(first &>> UInt32(4 &* digit) & 15)]
            }
            return sum
        }
    }
}
