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
    static var generator: UInt64 { 0x9a6c_9329_ac4b_c9b5 }

    static func advance(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe advanceBySlicing(register, over: bytes)
    }
}
