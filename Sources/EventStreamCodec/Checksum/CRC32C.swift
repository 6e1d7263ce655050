#if HardwareChecksum
import CHardwareChecksum
#endif

/// The CRC-32C (Castagnoli) of S3, iSCSI and many file formats, computed piece by piece.
///
/// ```swift
/// var crc = CRC32C()
/// crc.update(first)
/// crc.update(second)
/// print(crc.value)
/// ```
///
/// Generator polynomial 0x1EDC6F41, reflected (0x82F63B78); initial value and final XOR 0xFFFFFFFF; the check value of the nine
/// bytes `123456789` is 0xE3069283 (RFC 9260 appendix A).
public struct CRC32C: Sendable, Hashable {
    /// The register: the complement of ``value``.
    private var register: UInt32

    /// Creates the checksum of no bytes.
    public init() {
        register = .max
    }

    /// Creates a checksum that continues another one.
    ///
    /// - Parameter value: The CRC-32C of all bytes before the next update.
    public init(continuing value: UInt32) {
        register = ~value
    }

    /// The CRC-32C of all bytes so far; 0 if there were none.
    public var value: UInt32 { ~register }

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

    /// Returns the CRC-32C of `bytes`.
    ///
    /// - Parameter bytes: The bytes.
    /// - Complexity: O(*n*), where *n* is the number of bytes.
    @inlinable
    public static func checksum(of bytes: borrowing some RawBytes & ~Copyable & ~Escapable) -> UInt32 {
        unsafe bytes.rawSpan.withUnsafeBytes { bytes in unsafe ~advanced(.max, over: bytes) }
    }

    @usableFromInline
    static func advanced(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe advance(register, over: bytes)
    }

    /// Continues the checksum over bytes whose own checksum is known, without reading them.
    ///
    /// - Parameters:
    ///   - value: The CRC-32C of the bytes that follow.
    ///   - length: The number of these bytes. A programming error if it is negative.
    /// - Complexity: O(log *n*), where *n* is `length`.
    public mutating func combine(_ value: UInt32, length: Int) {
        precondition(length >= 0, "a number of bytes is not negative")
        self = CRC32C(continuing: Self.combined(self.value, value, length: length))
    }
}

extension CRC32C: ReflectedCRC {
    @usableFromInline
    package static var generator: UInt32 { 0x82f6_3b78 }

    /// Moves the register over `bytes`, with the fastest path of this processor.
    static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if HardwareChecksum
        let level = hardware_crc_level()
        if level != HARDWARE_CRC_NO_INSTRUCTIONS {
            return unsafe hardware_crc32c_advance(level, register, bytes.baseAddress, bytes.count)
        }
        #endif
        return unsafe advanceInSoftware(register, over: bytes)
    }

    #if HardwareChecksum
    /// Moves the register over `bytes` with one of the available paths.
    package static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer, path: CRCPath) -> UInt32 {
        guard path != .software else { return unsafe advanceInSoftware(register, over: bytes) }
        let level = hardware_crc_level(path.rawValue)
        return unsafe hardware_crc32c_advance(level, register, bytes.baseAddress, bytes.count)
    }
    #endif

    /// Moves the register over `bytes`, with the fastest method for their number.
    #if HardwareChecksum
    // Processors without the instructions are rare.
    @inline(never)
    #endif
    private static func advanceInSoftware(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if _endian(little)
        if bytes.count >= registerFoldingThreshold {
            if bytes.count < memoryFoldingThreshold { return unsafe advanceByRegisterFolding(register, over: bytes) }
            return bytes.count < 4096
                ? unsafe advanceByMemoryFolding(register, over: bytes)
                : unsafe advanceByLargeMemoryFolding(register, over: bytes)
        }
        #endif
        return unsafe advanceBySlicing(register, over: bytes)
    }
}

/// x²⁹⁰ + x¹³⁶ + x¹¹³ + x¹⁰⁷ + x³² + 1 and x⁶¹³ + x²⁵⁶ + x¹⁹⁰ + x¹⁴⁷ + x¹¹ + 1 are multiples of the generator, found by a search.
/// The generator is a multiple of x + 1, so each of its multiples has an even number of terms.
extension CRC32C: RegisterFoldedCRC {
    /// The length in bytes from which folding in memory is faster than in registers.
    static var memoryFoldingThreshold: Int { 640 }

    @usableFromInline
    package static var span: Int { 290 }

    @usableFromInline
    @inline(__always)
    package static func earlier(_ bytes: FoldedBytes) -> WordPair {
        unsafe bytes[290] ^ bytes[258] ^ bytes[183] ^ bytes[177] ^ bytes[154]
    }

    @usableFromInline
    @inline(__always)
    package static func advance(_ register: UInt32, overFolded bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe advanceByRegisterFolding(register, over: bytes)
    }

    @usableFromInline
    @inline(__always)
    package static func earlier(_ fold: RegisterFold) -> WordPair {
        // 357 = 5 · 64 + 37, 423 = 6 · 64 + 39, 466 = 7 · 64 + 18, 602 = 9 · 64 + 26, 613 = 9 · 64 + 37.
        let (v, w) = (fold.v, fold.w)
        let shifted = ((w.0 ^ w.2) << 37) ^ (v.2 << 39) ^ (w.1 << 18) ^ (w.2 << 26)
        // The overflow: v.2 and v.4 down by 64 − 37 = 27 bits, w.1 by 25, v.3 by 46, v.4 by 38. The last 16 bits of each
        // shift are done together.
        let overflow = ((v.2 ^ v.4).down16 << 5) ^ (w.1.down16 << 7) ^ (v.3.down32 << 2) ^ (v.4.down32 << 10)
        return shifted ^ overflow.down16
    }
}
