/// The definition of the CRC-32: one bit at a time, and nothing of the library.
struct BitwiseCRC32 {
    private var register = UInt32.max

    var value: UInt32 { ~register }

    mutating func update(_ byte: UInt8) {
        register ^= UInt32(byte)
        for _ in 0..<8 { register = (register >> 1) ^ (register & 1 == 1 ? 0xedb8_8320 : 0) }
    }

    static func checksum(of bytes: [UInt8]) -> UInt32 {
        var crc = BitwiseCRC32()
        for byte in bytes { crc.update(byte) }
        return crc.value
    }
}
