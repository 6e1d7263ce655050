#if HardwareChecksum
import EventStreamCodec
import TestSupport
import Testing

/// The processor's instructions compute what the Swift code computes.
@Suite(.enabled(if: CRCPath.available.count > 1, "the processor has no instructions for CRCs"))
struct CRCPathTests {
    private static let longest = 3000
    private static let alignments = 64

    @Test func everyLengthAtEveryAlignmentOfCRC32() {
        unsafe compare("CRC-32") { register, bytes, path in
            UInt64(unsafe CRC32.advance(UInt32(truncatingIfNeeded: register), over: bytes, path: path))
        }
    }

    @Test func everyLengthAtEveryAlignmentOfCRC32C() {
        unsafe compare("CRC-32C") { register, bytes, path in
            UInt64(unsafe CRC32C.advance(UInt32(truncatingIfNeeded: register), over: bytes, path: path))
        }
    }

    @Test func everyLengthAtEveryAlignmentOfCRC64NVME() {
        unsafe compare("CRC-64/NVME") { register, bytes, path in
            unsafe CRC64NVME.advance(register, over: bytes, path: path)
        }
    }

    @Test func longInputs() {
        var generator = SeededGenerator(seed: 3)
        let bytes = generator.bytes(1_000_003)
        for path in CRCPath.available {
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe verify(
                    CRC32.advance(1, over: bytes, path: path) == CRC32.advance(1, over: bytes, path: .software)
                        && CRC32C.advance(1, over: bytes, path: path) == CRC32C.advance(1, over: bytes, path: .software)
                        && CRC64NVME.advance(1, over: bytes, path: path)
                            == CRC64NVME.advance(1, over: bytes, path: .software),
                    "\(path)")
            }
        }
    }

    private func compare(_ name: String, _ advance: (UInt64, UnsafeRawBufferPointer, CRCPath) -> UInt64) {
        var generator = SeededGenerator(seed: 4)
        let paths = CRCPath.available.filter { $0 != .software }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.longest + Self.alignments, alignment: Self.alignments)
        defer { unsafe memory.deallocate() }
        for length in 0...Self.longest {
            let message = generator.bytes(length)
            let register = generator.next()
            let expected = unsafe message.withUnsafeBytes { unsafe advance(register, $0, .software) }
            for alignment in 0..<Self.alignments {
                let place = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[alignment..<(alignment + length)])
                unsafe place.copyBytes(from: message)
                for path in paths {
                    let found = unsafe advance(register, UnsafeRawBufferPointer(place), path)
                    verify(
                        found == expected,
                        "\(name), \(path): \(length) bytes at \(alignment) after \(register): \(found), not \(expected)"
                    )
                }
            }
        }
    }
}
#endif
