/// A reflected CRC of up to 64 bits, bit by bit, as its definition describes it. All bits are set before and inverted after.
package struct ReferenceCRC {
    private let generator: UInt64
    private let mask: UInt64
    private var register: UInt64

    /// Creates the checksum of no bytes.
    ///
    /// - Parameters:
    ///   - bits: The number of bits.
    ///   - generator: The generator in its usual notation, with the highest power in the highest bit and without x^bits.
    package init(bits: Int, generator: UInt64) {
        mask = UInt64.max >> UInt64(64 - bits)
        self.generator = (0..<bits).reduce(0) { $0 | (generator >> UInt64($1) & 1) << UInt64(bits - 1 - $1) }
        register = mask
    }

    /// CRC-32C.
    package static var crc32c: ReferenceCRC { ReferenceCRC(bits: 32, generator: 0x1edc_6f41) }

    /// CRC-64/NVME.
    package static var crc64NVME: ReferenceCRC { ReferenceCRC(bits: 64, generator: 0xad93_d235_94c9_3659) }

    /// The checksum of the bytes so far.
    package var value: UInt64 { register ^ mask }

    /// Takes the next bytes.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            register ^= UInt64(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ generator : register >> 1 }
        }
    }
}
