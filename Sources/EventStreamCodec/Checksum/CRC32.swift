#if HardwareChecksum
import CHardwareChecksum
#endif

/// The CRC-32 of event streams, zlib, gzip and Ethernet, computed piece by piece.
///
/// ```swift
/// var crc = CRC32()
/// crc.update(prelude)
/// crc.update(rest)
/// print(crc.value)
/// ```
///
/// Generator polynomial 0x04C11DB7, reflected (0xEDB88320); initial value and final XOR 0xFFFFFFFF; the check value of
/// the nine bytes `123456789` is 0xCBF43926 (ISO/IEC 13239, RFC 1952 §8).
public struct CRC32: Sendable, Hashable {
    /// The register: the complement of ``value``.
    private var register: UInt32

    /// Creates the checksum of no bytes.
    public init() {
        register = .max
    }

    /// Creates a checksum that continues another one.
    ///
    /// - Parameter value: The CRC-32 of all bytes before the next update.
    public init(continuing value: UInt32) {
        register = ~value
    }

    /// The CRC-32 of all bytes so far; 0 if there were none.
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

    /// Returns the CRC-32 of `bytes`.
    ///
    /// - Parameter bytes: The bytes.
    /// - Complexity: O(*n*), where *n* is the number of bytes.
    @inlinable
    public static func checksum(of bytes: borrowing some RawBytes & ~Copyable & ~Escapable) -> UInt32 {
        unsafe bytes.rawSpan.withUnsafeBytes { bytes in unsafe ~advanced(.max, over: bytes) }
    }

    /// Moves the register over a caller's bytes. The function ends with a tail call, and ``advance(_:over:)`` stays internal,
    /// so that it is inlined into the decoders: both save instructions for short inputs.
    @usableFromInline
    static func advanced(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe advance(register, over: bytes)
    }
}

/// Combining the checksums of parts.
extension CRC32 {
    /// Continues the checksum over bytes whose own checksum is known, without reading them.
    ///
    /// So the parts of a long input can be checksummed at the same time, or in any order.
    ///
    /// ```swift
    /// var crc = CRC32(continuing: CRC32.checksum(of: first))
    /// crc.combine(CRC32.checksum(of: second), length: second.count)
    /// // the checksum of `first` followed by `second`
    /// ```
    ///
    /// - Parameters:
    ///   - value: The CRC-32 of the bytes that follow.
    ///   - length: The number of these bytes. A programming error if it is negative.
    /// - Complexity: O(log *n*), where *n* is `length`.
    public mutating func combine(_ value: UInt32, length: Int) {
        precondition(length >= 0, "a number of bytes is not negative")
        self = CRC32(continuing: Self.combined(self.value, value, length: length))
    }
}

extension CRC32: ReflectedCRC {
    @usableFromInline
    package static var generator: UInt32 { 0xedb8_8320 }

    /// Moves the register over `bytes`, with the fastest path of this processor.
    static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if HardwareChecksum
        let level = hardware_crc_level()
        if level != HARDWARE_CRC_NO_INSTRUCTIONS {
            return unsafe hardware_crc32_advance(level, register, bytes.baseAddress, bytes.count)
        }
        #endif
        return unsafe advanceInSoftware(register, over: bytes)
    }

    #if HardwareChecksum
    /// Moves the register over `bytes` with one of the available paths.
    package static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer, path: CRCPath) -> UInt32 {
        guard path != .software else { return unsafe advanceInSoftware(register, over: bytes) }
        let level = hardware_crc_level(path.rawValue)
        return unsafe hardware_crc32_advance(level, register, bytes.baseAddress, bytes.count)
    }
    #endif

    /// Moves the register over `bytes`, with the fastest method for their number.
    #if HardwareChecksum
    // Processors without the instructions are rare.
    @inline(never)
    #endif
    private static func advanceInSoftware(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if _endian(little)
        // Short inputs take the fewest branches, because a branch is a larger part of their time.
        if bytes.count >= registerFoldingThreshold {
            if bytes.count < memoryFoldingThreshold { return unsafe advanceByRegisterFolding(register, over: bytes) }
            return bytes.count < 4096
                ? unsafe advanceByMemoryFolding(register, over: bytes)
                : unsafe advanceByLargeMemoryFolding(register, over: bytes)
        }
        #endif
        return unsafe advanceBySlicing(register, over: bytes)
    }

    /// Continues the checksum over `bytes` and appends them to `output`, where there is room for them.
    mutating func update(copying bytes: RawSpan, to output: inout OutputRawSpan) {
        #if HardwareChecksum
        let level = hardware_crc_level()
        if level != HARDWARE_CRC_NO_INSTRUCTIONS {
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe output.withUnsafeMutableBytes { memory, initializedCount in
                    precondition(memory.count &- initializedCount >= bytes.count, "the output span is too short")
                    guard let start = memory.baseAddress else { return }
                    unsafe register = hardware_crc32_copy(
                        level, register, start + initializedCount, bytes.baseAddress, bytes.count)
                    initializedCount &+= bytes.count
                }
            }
            return
        }
        #endif
        // The copy is faster after the checksum, which has brought the bytes into the nearest cache.
        update(bytes)
        output.append(contentsOf: bytes)
    }

    /// Returns the CRC-32 of the eight bytes of `word`, most significant first.
    @inline(__always)
    static func checksum(ofBigEndian word: UInt64) -> UInt32 {
        unsafe tables.withUnsafeBufferPointer { tables in
            // The register before the first byte has all bits set.
            unsafe ~slice(word.byteSwapped ^ UInt64(UInt32.max), tables)
        }
    }

    /// Continues the checksum over the four bytes of `word`, most significant first.
    package mutating func update(bigEndian word: UInt32) {
        unsafe Self.tables.withUnsafeBufferPointer { tables in
            unsafe self = CRC32(continuing: ~Self.slice(word.byteSwapped ^ ~value, firstTable: 3, tables))
        }
    }
}

/// x³⁰⁰ + x¹⁵⁵ + x¹¹⁷ + x⁸⁹ + 1 is a multiple of the generator, and so is its square.
extension CRC32: RegisterFoldedCRC {
    /// The length in bytes from which folding in memory is faster than in registers.
    static var memoryFoldingThreshold: Int { 768 }

    @usableFromInline
    package static var span: Int { 300 }

    @usableFromInline
    @inline(__always)
    package static func earlier(_ bytes: FoldedBytes) -> WordPair {
        unsafe bytes[300] ^ bytes[211] ^ bytes[183] ^ bytes[145]
    }

    @usableFromInline
    package static func advance(_ register: UInt32, overFolded bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe advanceByRegisterFolding(register, over: bytes)
    }

    @usableFromInline
    @inline(__always)
    package static func earlier(_ fold: RegisterFold) -> WordPair {
        // 290 = 4 · 64 + 34, 366 = 5 · 64 + 46, 422 = 6 · 64 + 38, 600 = 9 · 64 + 24.
        let (v, w) = (fold.v, fold.w)
        let shifted = (v.1 << 34) ^ (w.0 << 46) ^ (v.2 << 38) ^ (w.2 << 24)
        // The overflow: w.0 down by 64 − 34 = 30 bits, v.2 by 18, w.1 by 26, v.4 by 40. The last 16 bits of each shift are
        // done together.
        let overflow = (w.0.down16 << 2) ^ (v.2.down16 << 14) ^ (w.1.down16 << 6) ^ (v.4.down32 << 8)
        return shifted ^ overflow.down16
    }
}

/// The CRC of a suffix that is appended to many messages.
///
/// ``CRC32/combine(_:length:)`` computes a product for any length. For one fixed suffix, a table replaces it: eight lookups.
struct CRC32Suffix: Sendable {
    /// The checksum of the suffix alone.
    private let value: UInt32

    /// For each of the eight groups of four bits in a checksum, its value after the bits of the suffix: entry `16 * k + b`
    /// is that of `b << 4k`.
    private let moved: [UInt32]

    init(_ bytes: RawSpan) {
        value = CRC32.checksum(of: bytes)
        var moved = [UInt32](repeating: 0, count: 128)
        // Bit 31 is x^0, and each lower bit is the one above it times x.
        var multiple = CRC32.power(length: bytes.byteCount)
        for bit in stride(from: 31, through: 0, by: -1) {
            moved[16 * (bit / 4) + (1 << (bit % 4))] = multiple
            multiple = CRC32.timesX(multiple)
        }
        for index in moved.indices {
            let (digit, lowestBit) = (index & 15, index & -index & 15)
            if digit != lowestBit { moved[index] = moved[index - lowestBit] ^ moved[index - digit + lowestBit] }
        }
        self.moved = moved
    }

    /// Returns the checksum of bytes with the checksum `first`, followed by the suffix.
    func checksum(following first: UInt32) -> UInt32 {
        unsafe moved.withUnsafeBufferPointer { moved in
            var sum = value
            for digit in 0..<8 {
                // INVARIANT: 16 * 7 + 15 is below 128, the number of entries.
                unsafe sum ^= moved[16 &* digit &+ Int(first &>> UInt32(4 &* digit) & 15)]
            }
            return sum
        }
    }
}
