#if HardwareChecksum
import CHardwareChecksum
#endif

/// The CRC-64/NVME of S3 and NVM Express, computed piece by piece.
///
/// ```swift
/// var crc = CRC64NVME()
/// crc.update(first)
/// crc.update(second)
/// print(crc.value)
/// ```
///
/// Generator polynomial 0xAD93D23594C93659, reflected (0x9A6C9329AC4BC9B5); initial value and final XOR with all bits set; the check
/// value of the nine bytes `123456789` is 0xAE8B14860A799888 (NVM Express NVM Command Set Specification, section 5.2.1.3.4).
public struct CRC64NVME: Sendable, Hashable {
    /// The register: the complement of ``value``.
    private var register: UInt64

    /// Creates the checksum of no bytes.
    public init() {
        register = .max
    }

    /// Creates a checksum that continues another one.
    ///
    /// - Parameter value: The CRC-64/NVME of all bytes before the next update.
    public init(continuing value: UInt64) {
        register = ~value
    }

    /// The CRC-64/NVME of all bytes so far; 0 if there were none.
    public var value: UInt64 { ~register }

    /// Continues the checksum over `bytes`.
    ///
    /// - Parameter bytes: The next bytes.
    /// - Complexity: O(*n*), where *n* is the number of bytes.
    @inlinable
    public mutating func update(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) {
        unsafe bytes.rawSpan.withUnsafeBytes { bytes in unsafe update(buffer: bytes) }
    }

    @usableFromInline
    mutating func update(buffer bytes: UnsafeRawBufferPointer) {
        unsafe register = Self.advance(register, over: bytes)
    }

    /// Returns the CRC-64/NVME of `bytes`.
    ///
    /// - Parameter bytes: The bytes.
    /// - Complexity: O(*n*), where *n* is the number of bytes.
    @inlinable
    public static func checksum(of bytes: borrowing some RawBytes & ~Copyable & ~Escapable) -> UInt64 {
        unsafe bytes.rawSpan.withUnsafeBytes { bytes in unsafe ~advanced(.max, over: bytes) }
    }

    @usableFromInline
    static func advanced(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe advance(register, over: bytes)
    }

    /// Continues the checksum over bytes whose own checksum is known, without reading them.
    ///
    /// - Parameters:
    ///   - value: The CRC-64/NVME of the bytes that follow.
    ///   - length: The number of these bytes. A programming error if it is negative.
    /// - Complexity: O(log *n*), where *n* is `length`.
    public mutating func combine(_ value: UInt64, length: Int) {
        precondition(length >= 0, "a number of bytes is not negative")
        self = CRC64NVME(continuing: Self.combined(self.value, value, length: length))
    }
}

extension CRC64NVME: ReflectedCRC {
    @usableFromInline
    package static var generator: UInt64 { 0x9a6c_9329_ac4b_c9b5 }

    /// Moves the register over `bytes`, with the fastest path of this processor.
    static func advance(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        #if HardwareChecksum
        let level = hardware_crc_level()
        if level != HARDWARE_CRC_NO_INSTRUCTIONS {
            return unsafe hardware_crc64nvme_advance(level, register, bytes.baseAddress, bytes.count)
        }
        #endif
        return unsafe advanceInSoftware(register, over: bytes)
    }

    #if HardwareChecksum
    /// Moves the register over `bytes` with one of the available paths.
    package static func advance(_ register: UInt64, over bytes: UnsafeRawBufferPointer, path: CRCPath) -> UInt64 {
        guard path != .software else { return unsafe advanceInSoftware(register, over: bytes) }
        let level = hardware_crc_level(path.rawValue)
        return unsafe hardware_crc64nvme_advance(level, register, bytes.baseAddress, bytes.count)
    }
    #endif

    /// Moves the register over `bytes`, with the fastest method for their number.
    #if HardwareChecksum
    // Processors without the instructions are rare.
    @inline(never)
    #endif
    private static func advanceInSoftware(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        #if _endian(little)
        if bytes.count >= memoryFoldingThreshold { return unsafe advanceByLargeMemoryFolding(register, over: bytes) }
        #endif
        return bytes.count >= braidingThreshold
            ? unsafe advanceByBraiding(register, over: bytes) : unsafe advanceBySlicing(register, over: bytes)
    }
}

/// Long inputs, as far as the tables process them.
extension CRC64NVME {
    /// The length in bytes from which four words at a time are faster than two.
    static let braidingThreshold = 128

    /// Moves the register over at least ``braidingThreshold`` bytes by table lookups, 32 bytes per step, in four strands.
    ///
    /// A step of slicing waits for the lookups of the step before it. Here each word of eight bytes depends only on the word
    /// 32 bytes before it: its remainder is moved over the three words between them, by other tables, and added. So four
    /// words are processed at the same time (M. Adler, "crc32_braid", zlib 1.2.12).
    static func advanceByBraiding(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = bytes.baseAddress else { return register }
        let count = bytes.count
        return unsafe tables.withUnsafeBufferPointer { tables in
            var position = count & 15
            var register = unsafe advance(register, overFirst: position, of: base, tables)
            if count & 16 != 0 {
                register = unsafe slice(
                    load64(base, position), load64(base, position &+ 8), register, tables)
                position &+= 16
            }
            // INVARIANT: the rest is a multiple of 32, and at least 32 because count >= braidingThreshold > 32.
            let end = count &- 32
            var (a, b, c, d) = (register, UInt64(0), UInt64(0), UInt64(0))
            while position < end {
                a = unsafe braid(load64(base, position) ^ a, tables)
                b = unsafe braid(load64(base, position &+ 8) ^ b, tables)
                c = unsafe braid(load64(base, position &+ 16) ^ c, tables)
                d = unsafe braid(load64(base, position &+ 24) ^ d, tables)
                position &+= 32
            }
            register = unsafe slice(load64(base, end) ^ a, load64(base, end &+ 8) ^ b, 0, tables)
            return unsafe slice(load64(base, end &+ 16) ^ c, load64(base, end &+ 24) ^ d, register, tables)
        }
    }

    /// Returns the remainder of eight bytes followed by 24 others.
    @inline(__always)
    private static func braid(_ word: UInt64, _ tables: UnsafeBufferPointer<UInt64>) -> UInt64 {
        // The tables 24 to 31 are at the positions 16 to 23.
        unsafe slice(UInt32(truncatingIfNeeded: word), firstTable: 23, tables)
            ^ slice(UInt32(truncatingIfNeeded: word &>> 32), firstTable: 19, tables)
    }

    /// Moves the register over sixteen bytes, given as two little-endian words.
    @inline(__always)
    private static func slice(
        _ first: UInt64, _ second: UInt64, _ register: UInt64, _ tables: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        let quarters = SIMD4(
            UInt32(truncatingIfNeeded: first), UInt32(truncatingIfNeeded: first &>> 32),
            UInt32(truncatingIfNeeded: second), UInt32(truncatingIfNeeded: second &>> 32))
        return unsafe slice(quarters, register, tables)
    }
}

/// The polynomial with the terms x⁵⁷⁰⁻ᵈ for d = 0 and each distance d is a multiple of the generator, found by a search.
///
/// There are 2⁶⁴ remainders, so fewer terms have a far larger span: about 1,000 bytes with eight distances, 18,000 with five.
extension CRC64NVME: FoldedCRC {
    /// The length in bytes from which folding in memory is faster than the tables.
    static var memoryFoldingThreshold: Int { 1300 }

    @usableFromInline
    package static var span: Int { 570 }

    @usableFromInline
    @inline(__always)
    package static func earlier(_ bytes: FoldedBytes) -> WordPair {
        unsafe bytes[570] ^ bytes[552] ^ bytes[515] ^ bytes[506] ^ bytes[478]
            ^ bytes[471] ^ bytes[430] ^ bytes[359] ^ bytes[293] ^ bytes[277]
    }

    @usableFromInline
    @inline(__always)
    package static func advance(_ register: UInt64, overFolded bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe advanceByBraiding(register, over: bytes)
    }
}
