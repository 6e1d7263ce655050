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
    static var generator: UInt32 { 0x82f6_3b78 }

    static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe advanceBySlicing(register, over: bytes)
    }
}
