/// A checksum of the decoded body that travels as a trailer.
///
/// ``AWSCRC32Checksum`` is ready-made; others, `x-amz-checksum-sha256` for instance, come from the caller.
public protocol AWSChecksum {
    /// The trailer's name, in lower case.
    static var trailerName: String { get }

    /// The number of characters of every ``value``: 8 for a CRC-32, 44 for a SHA-256.
    static var valueLength: Int { get }

    /// Takes the next bytes of the body.
    mutating func update(_ data: RawSpan)

    /// The base64 of the checksum of all bytes taken; of a CRC, of its big-endian bytes.
    var value: String { get }
}

/// No checksum: the body has no trailer.
public enum AWSNoChecksum: AWSChecksum {
    /// No name.
    public static var trailerName: String { "" }

    /// No characters.
    public static var valueLength: Int { 0 }

    /// Never called: there is no value of this type.
    public mutating func update(_ data: RawSpan) { switch self {} }

    /// Never asked for: there is no value of this type.
    public var value: String { switch self {} }
}

/// The trailer `x-amz-checksum-crc32`.
public struct AWSCRC32Checksum: AWSChecksum, Sendable {
    private var crc = CRC32()

    /// The checksum of no bytes, to be updated.
    public init() {}

    /// `x-amz-checksum-crc32`.
    public static var trailerName: String { "x-amz-checksum-crc32" }

    /// 8: four bytes in base64.
    public static var valueLength: Int { 8 }

    /// Continues the CRC-32 over `data`.
    public mutating func update(_ data: RawSpan) {
        crc.update(data)
    }

    /// The base64 of the CRC-32's four bytes, most significant first (RFC 4648 §4).
    public var value: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        // 32 bits make five digits of six bits and one of two, filled up with zeros.
        let bits = UInt64(crc.value) &<< 4
        let digits = (0..<6).map { alphabet[Int(truncatingIfNeeded: bits &>> UInt64(30 &- 6 &* $0) & 0x3f)] }
        return String(decoding: digits + Array("==".utf8), as: UTF8.self)
    }
}
