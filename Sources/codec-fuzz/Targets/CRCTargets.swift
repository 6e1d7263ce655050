import EventStreamCodec
import ReferenceDecoders
import TestSupport
import ZlibReference

extension FuzzTarget {
    /// The checksum equals zlib's and the reference's, for whole inputs, for any split, and at any alignment.
    static let crc32 = FuzzTarget(
        name: "crc32", about: "CRC-32 against zlib and a plain reference, split anywhere, at any alignment",
        shape: .longBytes
    ) { input throws(FuzzFailure) in
        let expected = ReferenceCRC32.checksum(input[...])
        if let zlib = Zlib.installed {
            let theirs = unsafe input.withUnsafeBytes { unsafe zlib.crc32(0, $0) }
            try require(theirs == expected, "the reference is not zlib's \(zlib.version)")
        }
        try requireChecksum(CRC32.self, expected, of: input)
    }

    /// CRC-32C equals the reference's.
    static let crc32c = FuzzTarget(
        name: "crc32c", about: "CRC-32C against a plain reference, split anywhere, at any alignment", shape: .longBytes
    ) { input throws(FuzzFailure) in
        var reference = ReferenceCRC.crc32c
        reference.update(input[...])
        try requireChecksum(CRC32C.self, UInt32(truncatingIfNeeded: reference.value), of: input)
    }

    /// CRC-64/NVME equals the reference's.
    static let crc64NVME = FuzzTarget(
        name: "crc64nvme", about: "CRC-64/NVME against a plain reference, split anywhere, at any alignment",
        shape: .longBytes
    ) { input throws(FuzzFailure) in
        var reference = ReferenceCRC.crc64NVME
        reference.update(input[...])
        try requireChecksum(CRC64NVME.self, reference.value, of: input)
    }

    private static func requireChecksum<CRC: FuzzedCRC>(
        _ type: CRC.Type, _ expected: CRC.Value, of input: [UInt8]
    ) throws(FuzzFailure) {
        var random = SeededGenerator(seed: seed(of: input))
        try require(CRC.checksum(of: input.rawSpan) == expected, "other than the reference's for \(input.count) bytes")
        // The same bytes at another alignment.
        let shift = random.below(64)
        let shifted = Array(repeating: 0xa5, count: shift) + input
        try require(
            CRC.checksum(of: shifted.rawSpan.extracting(shift..<shifted.count)) == expected, "shifted by \(shift)")

        var running = CRC()
        for range in Splitting.random(seed: random.next()).ranges(of: input.count) {
            running = random.oneIn(2) ? running : CRC(continuing: running.value)
            running.update(input.rawSpan.extracting(range))
        }
        try require(running.value == expected, "split at random")

        let cut = random.below(input.count + 1)
        var joined = CRC(continuing: CRC.checksum(of: input.rawSpan.extracting(0..<cut)))
        joined.combine(CRC.checksum(of: input.rawSpan.extracting(cut..<input.count)), length: input.count - cut)
        try require(joined.value == expected, "joined from \(cut) and \(input.count - cut) bytes")
    }
}

/// What the targets need of each CRC.
private protocol FuzzedCRC {
    associatedtype Value: FixedWidthInteger

    init()
    init(continuing value: Value)
    var value: Value { get }
    mutating func update(_ bytes: RawSpan)
    mutating func combine(_ value: Value, length: Int)
    static func checksum(of bytes: RawSpan) -> Value
}

extension CRC32: FuzzedCRC {}
extension CRC32C: FuzzedCRC {}
extension CRC64NVME: FuzzedCRC {}
