import EventStreamCodec
import TestSupport
import Testing

@Suite struct CRC32Tests {
    /// The definition: one bit at a time.
    static func bitwise(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = (register >> 1) ^ (register & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~register
    }

    @Test func checkValue() {
        #expect(CRC32.checksum(of: Array("123456789".utf8).span) == 0xcbf4_3926)
        #expect(CRC32().value == 0)
    }

    @Test func everyLengthAtEveryAlignment() {
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(600)
        for length in 0...512 {
            let expected = Self.bitwise(bytes[..<length])
            for shift in 0..<16 {
                let shifted = Array(repeating: 0, count: shift) + bytes[..<length]
                verify(
                    CRC32.checksum(of: shifted.span.extracting(droppingFirst: shift)) == expected,
                    "\(length) bytes at \(shift)")
            }
        }
    }

    @Test func everySplit() {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(300)
        let expected = Self.bitwise(bytes)
        for split in 0...bytes.count {
            var crc = CRC32()
            crc.update(bytes.span.extracting(0..<split))
            var continued = CRC32(continuing: crc.value)
            crc.update(bytes.span.extracting(split..<bytes.count))
            unsafe bytes.withUnsafeBytes { unsafe continued.update(UnsafeRawBufferPointer(rebasing: $0[split...])) }
            #expect(crc.value == expected)
            #expect(continued == crc)
        }
    }
}
