/// Film grain: a xorshift generator with a fixed seed, so that every machine renders the same photo.
struct Grain {
    private var state: UInt64 = 0x2545_f491_4f6c_dd1d

    /// The next deviation from a pixel's brightness, -11 to 11.
    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 40) / Double(1 << 24) * 22 - 11
    }
}
