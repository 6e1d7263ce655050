import EventStreamCodec

/// SHA-256 and HMAC-SHA256 as FIPS 180-4 and RFC 2104 describe them, written for clarity.
package struct ReferenceSHA256: SigV4Hash, Sendable {
    private var message: [UInt8] = []

    package init() {}

    package mutating func update(_ bytes: RawSpan) {
        message.append(contentsOf: bytes)
    }

    package func finalize() -> SigV4Digest {
        // The message, one bit, zeros up to a multiple of 64 bytes, and its length in bits.
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: (UInt64(message.count) * 8) >> UInt64(shift)))
        }
        var state = Self.initialState
        for block in stride(from: 0, to: padded.count, by: 64) {
            Self.compress(padded[block..<block + 64], into: &state)
        }
        return SigV4Digest(state.flatMap(Self.bytes))
    }

    package static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest {
        var key = key.byteCount > 64 ? digest(of: key).bytes : [UInt8](key)
        key.append(contentsOf: repeatElement(0, count: 64 - key.count))
        let inner = digest(of: key.map { $0 ^ 0x36 } + [UInt8](message))
        return digest(of: key.map { $0 ^ 0x5c } + inner.bytes)
    }

    private static func compress(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
            block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (second, fifteenth) = (words[index - 2], words[index - 15])
            let small0 = rotated(fifteenth, 7) ^ rotated(fifteenth, 18) ^ fifteenth >> 3
            let small1 = rotated(second, 17) ^ rotated(second, 19) ^ second >> 10
            words.append(words[index - 16] &+ small0 &+ words[index - 7] &+ small1)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let first = h &+ big1 &+ (e & f ^ ~e & g) &+ constants[index] &+ words[index]
            let big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let second = big0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        state = zip(state, [a, b, c, d, e, f, g, h]).map { $0 &+ $1 }
    }

    private static func rotated(_ word: UInt32, _ distance: UInt32) -> UInt32 {
        word >> distance | word << (32 - distance)
    }

    private static func bytes(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }

    /// The first 64 primes.
    private static let primes = (2...311).filter { number in
        !(2..<number).contains { number % $0 == 0 }
    }

    /// The fractional parts of the primes' square roots, the first 32 bits.
    private static let initialState = primes.prefix(8).map { prime in
        fraction { $0.multipliedFullWidth(by: $0) <= (UInt64(prime), 0) }
    }

    /// The fractional parts of the primes' cube roots, the first 32 bits.
    private static let constants: [UInt32] = primes.map { prime in
        // Roots below 2^36 with 32 bits after the point: their cubes need 128 bits.
        fraction { root in
            let square = root.multipliedFullWidth(by: root)
            // root^3 <= prime * 2^96, compared without the lowest 64 bits of the product.
            let low = square.low.multipliedFullWidth(by: root)
            let high = square.high * root + low.high
            return high < UInt64(prime) << 32 || high == UInt64(prime) << 32 && low.low == 0
        }
    }

    /// Returns the lowest 32 bits of the largest number below 2^38 for which `isSmall` is true.
    private static func fraction(_ isSmall: (UInt64) -> Bool) -> UInt32 {
        var root: UInt64 = 0
        for bit in (0..<38).reversed() where isSmall(root | 1 << UInt64(bit)) { root |= 1 << UInt64(bit) }
        return UInt32(truncatingIfNeeded: root)
    }
}
