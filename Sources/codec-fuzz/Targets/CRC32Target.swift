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
        var random = SeededGenerator(seed: seed(of: input))
        let expected = ReferenceCRC32.checksum(input[...])
        try require(CRC32.checksum(of: input.span) == expected, "other than the reference's for \(input.count) bytes")
        if let zlib = Zlib.installed {
            let theirs = unsafe input.withUnsafeBytes { unsafe zlib.crc32(0, $0) }
            try require(theirs == expected, "the reference is not zlib's \(zlib.version)")
        }
        // The same bytes at another alignment.
        let shift = random.below(64)
        let shifted = Array(repeating: 0xa5, count: shift) + input
        try require(
            CRC32.checksum(of: shifted.span.extracting(shift..<shifted.count)) == expected, "shifted by \(shift)")

        var running = CRC32()
        for range in Splitting.random(seed: random.next()).ranges(of: input.count) {
            running = random.oneIn(2) ? running : CRC32(continuing: running.value)
            running.update(input.span.extracting(range))
        }
        try require(running.value == expected, "split at random")

        let cut = random.below(input.count + 1)
        var joined = CRC32(continuing: CRC32.checksum(of: input.span.extracting(0..<cut)))
        joined.combine(CRC32.checksum(of: input.span.extracting(cut..<input.count)), length: input.count - cut)
        try require(joined.value == expected, "joined from \(cut) and \(input.count - cut) bytes")
    }
}
