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

    /// The checksum of no bytes, to be updated.
    public init() {
        register = .max
    }

    /// Takes up a checksum where another left it.
    ///
    /// - Parameter value: The CRC-32 of all bytes before the next ``update(_:)-(RawSpan)``.
    public init(continuing value: UInt32) {
        register = ~value
    }

    /// The CRC-32 of all bytes so far; 0 when there were none.
    public var value: UInt32 { ~register }

    /// Continues the checksum over `bytes`.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe register = Self.advance(register, over: bytes)
        }
    }

    /// Continues the checksum over `bytes`.
    public mutating func update(_ bytes: Span<UInt8>) {
        unsafe update(bytes.bytes)
    }

    /// Continues the checksum over `bytes`.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe register = Self.advance(register, over: bytes)
    }

    /// The CRC-32 of `bytes`.
    public static func checksum(of bytes: RawSpan) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// The CRC-32 of `bytes`.
    public static func checksum(of bytes: Span<UInt8>) -> UInt32 {
        unsafe checksum(of: bytes.bytes)
    }

    /// The CRC-32 of `bytes`.
    public static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe ~advance(.max, over: bytes)
    }
}

extension CRC32 {
    /// Moves the register over `bytes`, by the method that is the fastest for as many as there are.
    static func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if _endian(little)
        // The shortest first: they notice every comparison.
        if bytes.count >= registerFoldingThreshold {
            return bytes.count >= memoryFoldingThreshold
                ? unsafe advanceByMemoryFolding(register, over: bytes)
                : unsafe advanceByRegisterFolding(register, over: bytes)
        }
        #endif
        return unsafe advanceBySlicing(register, over: bytes)
    }
}
