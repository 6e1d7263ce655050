import EventStreamCodec
import ReferenceDecoders
import TestSupport
import Testing
import ZlibReference

@Suite struct CRC32Tests {
    @Test func checkValue() {
        #expect(CRC32.checksum(of: Array("123456789".utf8).span) == 0xcbf4_3926)
        #expect(unsafe Array("123456789".utf8).withUnsafeBytes { unsafe CRC32.checksum(of: $0) } == 0xcbf4_3926)
        #expect(CRC32().value == 0)
    }

    /// Lengths on either side of where the method changes, and past where the larger scratch memory is used, filled and
    /// moved.
    static let lengths = Set(0...2100).union(3900...4500).union([8191, 8192, 8193, 12_345, 40_007])

    @Test func everyLengthAtEveryAlignment() {
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(Self.lengths.max() ?? 0)
        var crc = ReferenceCRC32()
        for length in 0...bytes.count {
            defer { crc.update(bytes[length...].prefix(1)) }
            guard Self.lengths.contains(length) else { continue }
            // Every alignment where the length is short; elsewhere one, another for each length.
            for shift in length <= 512 ? Array(0..<16) : [length % 16] {
                let shifted = Array(repeating: 0, count: shift) + bytes[..<length]
                verify(
                    CRC32.checksum(of: shifted.span.extracting(droppingFirst: shift)) == crc.value,
                    "\(length) bytes at \(shift)")
            }
        }
    }

    @Test(arguments: [300, 1500, 5000]) func everySplit(count: Int) {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(count)
        let expected = ReferenceCRC32.checksum(bytes[...])
        for split in 0...bytes.count {
            var crc = CRC32()
            crc.update(bytes.span.extracting(0..<split))
            var continued = CRC32(continuing: crc.value)
            var joined = crc
            let second = bytes.span.extracting(split..<bytes.count)
            crc.update(second)
            unsafe bytes.withUnsafeBytes { unsafe continued.update(UnsafeRawBufferPointer(rebasing: $0[split...])) }
            joined.combine(CRC32.checksum(of: second), length: second.count)
            verify(crc.value == expected && continued == crc && joined == crc, "\(count) bytes split at \(split)")
        }
    }

    /// Bytes that a fold must treat alike and a table might not: none set, all set, a single one anywhere.
    @Test func regularBytes() {
        for length in [480, 481, 1000, 4096, 5000] {
            for byte: UInt8 in [0, 0xff] {
                let bytes = [UInt8](repeating: byte, count: length)
                #expect(CRC32.checksum(of: bytes.span) == ReferenceCRC32.checksum(bytes[...]))
            }
        }
        for position in 0..<1000 {
            var bytes = [UInt8](repeating: 0, count: 1000)
            bytes[position] = 1
            verify(CRC32.checksum(of: bytes.span) == ReferenceCRC32.checksum(bytes[...]), "byte \(position)")
        }
    }

    @Test(.enabled(if: Zlib.installed != nil, "zlib's shared library is not installed"))
    func largeInputsAgreeWithZlib() throws {
        let zlib = try #require(Zlib.installed)
        var generator = SeededGenerator(seed: 3)
        let bytes = generator.bytes(3_000_000)
        for _ in 0..<200 {
            let start = Int.random(in: 0..<bytes.count, using: &generator)
            let end = Int.random(in: start...bytes.count, using: &generator)
            let crc = CRC32.checksum(of: bytes.span.extracting(start..<end))
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe verify(
                    crc == zlib.crc32(0, UnsafeRawBufferPointer(rebasing: bytes[start..<end])), "\(start)..<\(end)")
            }
        }
    }

    @Test func combiningWithNothing() {
        var crc = CRC32(continuing: 0x1234_5678)
        crc.combine(0, length: 0)
        #expect(crc.value == 0x1234_5678)
        var nothing = CRC32()
        nothing.combine(0x1234_5678, length: 1 << 40)
        #expect(nothing.value == 0x1234_5678)
    }

    /// Counts beyond any memory: parts may be joined in either order.
    @Test func combiningFarApart() {
        let (a, b, c) = (CRC32(continuing: 0x0123_4567), CRC32(continuing: 0x89ab_cdef), CRC32(continuing: 0xfedc_ba98))
        let (countOfB, countOfC) = (1 << 40 + 12_345, 1 << 62 + 1)
        var fromTheLeft = a
        fromTheLeft.combine(b.value, length: countOfB)
        fromTheLeft.combine(c.value, length: countOfC)
        var right = b
        right.combine(c.value, length: countOfC)
        var fromTheRight = a
        fromTheRight.combine(right.value, length: countOfB + countOfC)
        #expect(fromTheLeft == fromTheRight)
    }
}
