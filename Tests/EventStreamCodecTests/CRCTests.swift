import EventStreamCodec
import ReferenceDecoders
import TestSupport
import Testing
import ZlibReference

/// What the tests need of each CRC.
private protocol TestedCRC: Equatable {
    associatedtype Value: FixedWidthInteger & UnsignedInteger

    init()
    init(continuing value: Value)
    var value: Value { get }
    mutating func update(_ bytes: RawSpan)
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    mutating func combine(_ value: Value, length: Int)
    static func checksum(of bytes: RawSpan) -> Value

    static var reference: ReferenceCRC { get }
}

extension CRC32: TestedCRC {
    fileprivate static var reference: ReferenceCRC { ReferenceCRC(bits: 32, generator: 0x04c1_1db7) }
}

extension CRC32C: TestedCRC {
    fileprivate static var reference: ReferenceCRC { .crc32c }
}

extension CRC64NVME: TestedCRC {
    fileprivate static var reference: ReferenceCRC { .crc64NVME }
}

@Suite struct CRCTests {
    private static var all: [any TestedCRC.Type] { [CRC32.self, CRC32C.self, CRC64NVME.self] }

    @Test func checkValues() {
        let bytes = Array("123456789".utf8)
        #expect(CRC32.checksum(of: bytes.span) == 0xcbf4_3926)
        #expect(unsafe bytes.withUnsafeBytes { unsafe CRC32.checksum(of: $0) } == 0xcbf4_3926)
        #expect(CRC32C.checksum(of: bytes) == 0xe306_9283)
        #expect(CRC64NVME.checksum(of: bytes) == 0xae8b_1486_0a79_9888)
        #expect(CRC32().value == 0 && CRC32C().value == 0 && CRC64NVME().value == 0)
    }

    /// RFC 9260 has no vectors; RFC 7143 A.4 has these: 32 bytes of zeros, of ones, incrementing and decrementing.
    @Test func publishedVectorsOfCRC32C() {
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(of: Array(UInt8(0)..<32)) == 0x46dd_794e)
        #expect(CRC32C.checksum(of: Array((UInt8(0)..<32).reversed())) == 0x113f_db5c)
    }

    /// Lengths on either side of where the method changes, and past where the scratch memory is filled and moved.
    private static let lengths = Set(0...2100).union(3900...4500).union([8191, 8192, 8193, 12_345, 40_007])

    @Test func everyLengthAtEveryAlignment() {
        for crc in Self.all { everyLength(crc) }
    }

    private func everyLength<CRC: TestedCRC>(_ type: CRC.Type) {
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(Self.lengths.max() ?? 0)
        var reference = CRC.reference
        for length in 0...bytes.count {
            defer { reference.update(bytes[length...].prefix(1)) }
            guard Self.lengths.contains(length) else { continue }
            // Every alignment where the length is short; elsewhere one, another for each length.
            for shift in length <= 512 ? Array(0..<16) : [length % 16] {
                let shifted = Array(repeating: 0, count: shift) + bytes[..<length]
                verify(
                    CRC.checksum(of: shifted.rawSpan.extracting(droppingFirst: shift)) == reference.value,
                    "\(CRC.self): \(length) bytes at \(shift)")
            }
        }
    }

    @Test(arguments: [300, 1500, 5000]) func everySplit(count: Int) {
        for crc in Self.all { everySplit(crc, count) }
    }

    private func everySplit<CRC: TestedCRC>(_ type: CRC.Type, _ count: Int) {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(count)
        var reference = CRC.reference
        reference.update(bytes[...])
        for split in 0...bytes.count {
            var crc = CRC()
            crc.update(bytes.rawSpan.extracting(0..<split))
            var continued = CRC(continuing: crc.value)
            var joined = crc
            let second = bytes.rawSpan.extracting(split..<bytes.count)
            crc.update(second)
            unsafe bytes.withUnsafeBytes { unsafe continued.update(UnsafeRawBufferPointer(rebasing: $0[split...])) }
            joined.combine(CRC.checksum(of: second), length: second.byteCount)
            verify(
                crc.value == reference.value && continued == crc && joined == crc,
                "\(CRC.self): \(count) bytes split at \(split)")
        }
    }

    /// Bytes that a fold must treat alike and a table might not: none set, all set, a single one anywhere.
    @Test func regularBytes() {
        for crc in Self.all { regularBytes(crc) }
    }

    private func regularBytes<CRC: TestedCRC>(_ type: CRC.Type) {
        for length in [480, 481, 1000, 4096, 5000] {
            for byte: UInt8 in [0, 0xff] {
                verifyReference(type, [UInt8](repeating: byte, count: length), "\(length) times \(byte)")
            }
        }
        for count in [1000, 4200] {
            for position in stride(from: 0, to: count, by: count / 1000) {
                var bytes = [UInt8](repeating: 0, count: count)
                bytes[position] = 1
                verifyReference(type, bytes, "byte \(position) of \(count)")
            }
        }
    }

    private func verifyReference<CRC: TestedCRC>(_ type: CRC.Type, _ bytes: [UInt8], _ what: String) {
        var reference = CRC.reference
        reference.update(bytes[...])
        verify(CRC.checksum(of: bytes.rawSpan) == reference.value, "\(CRC.self): \(what)")
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

    /// A long input equals its parts, which are too short to be folded.
    @Test func largeInputsAgreeWithTheirParts() {
        for crc in Self.all { largeInputs(crc) }
    }

    private func largeInputs<CRC: TestedCRC>(_ type: CRC.Type) {
        var generator = SeededGenerator(seed: 4)
        let bytes = generator.bytes(300_000)
        for _ in 0..<20 {
            let start = Int.random(in: 0..<bytes.count, using: &generator)
            let end = Int.random(in: start...bytes.count, using: &generator)
            var parts = CRC()
            for part in stride(from: start, to: end, by: 100) {
                parts.update(bytes.rawSpan.extracting(part..<min(part + 100, end)))
            }
            let whole = CRC.checksum(of: bytes.rawSpan.extracting(start..<end))
            verify(whole == parts.value, "\(CRC.self): \(start)..<\(end)")
        }
    }

    @Test func combiningWithNothing() {
        var crc = CRC32(continuing: 0x1234_5678)
        crc.combine(0, length: 0)
        #expect(crc.value == 0x1234_5678)
        var nothing = CRC64NVME()
        nothing.combine(0x1234_5678, length: Int.max / 2)
        #expect(nothing.value == 0x1234_5678)
    }

    /// Counts beyond any memory: parts may be joined in either order.
    @Test func combiningFarApart() {
        for crc in Self.all { combiningFarApart(crc) }
    }

    private func combiningFarApart<CRC: TestedCRC>(_ type: CRC.Type) {
        let values: [UInt64] = [0x0123_4567_89ab_cdef, 0x89ab_cdef_0123_4567, 0xfedc_ba98_7654_3210]
        let (a, b, c) = (values[0], values[1], values[2])
        let (countOfB, countOfC) = (1 << 40 + 12_345, 1 << 62 + 1)
        var fromTheLeft = CRC(continuing: CRC.Value(truncatingIfNeeded: a))
        fromTheLeft.combine(CRC.Value(truncatingIfNeeded: b), length: countOfB)
        fromTheLeft.combine(CRC.Value(truncatingIfNeeded: c), length: countOfC)
        var right = CRC(continuing: CRC.Value(truncatingIfNeeded: b))
        right.combine(CRC.Value(truncatingIfNeeded: c), length: countOfC)
        var fromTheRight = CRC(continuing: CRC.Value(truncatingIfNeeded: a))
        fromTheRight.combine(right.value, length: countOfB + countOfC)
        #expect(fromTheLeft == fromTheRight)
    }
}
