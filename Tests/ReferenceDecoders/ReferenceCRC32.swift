/// The CRC-32 of RFC 1952 §8, a byte at a time from the table that the RFC defines.
package struct ReferenceCRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0xedb8_8320 ^ (crc >> 1) : crc >> 1 }
    }

    private var register = UInt32.max

    /// The checksum of no bytes.
    package init() {}

    /// The checksum of the bytes so far.
    package var value: UInt32 { register ^ .max }

    /// Takes the next bytes.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        let table = Self.table
        for byte in bytes { register = table[Int((register ^ UInt32(byte)) & 0xff)] ^ (register >> 8) }
    }

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc = ReferenceCRC32()
        crc.update(bytes)
        return crc.value
    }
}
