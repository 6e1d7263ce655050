/// One of the ten checksum algorithms of Amazon S3: its names and lengths.
///
/// An algorithm is a name. ``AWSChecksum`` computes it. Source: Amazon S3 API Reference, `ChecksumAlgorithm` and `Checksum`.
public struct AWSChecksumAlgorithm: Sendable, Hashable {
    private let kind: Kind

    private enum Kind: UInt8, Sendable, Hashable {
        case crc32, crc32c, crc64NVME, sha1, sha256, sha512, md5, xxHash64, xxHash3, xxHash128
    }

    private init(_ kind: Kind) {
        self.kind = kind
    }

    /// CRC-32 (ISO/IEC 13239): ``AWSCRC32Checksum``.
    public static let crc32 = AWSChecksumAlgorithm(.crc32)

    /// CRC-32C (Castagnoli): ``AWSCRC32CChecksum``.
    public static let crc32c = AWSChecksumAlgorithm(.crc32c)

    /// CRC-64/NVME: ``AWSCRC64NVMEChecksum``.
    public static let crc64NVME = AWSChecksumAlgorithm(.crc64NVME)

    /// SHA-1.
    public static let sha1 = AWSChecksumAlgorithm(.sha1)

    /// SHA-256.
    public static let sha256 = AWSChecksumAlgorithm(.sha256)

    /// SHA-512.
    public static let sha512 = AWSChecksumAlgorithm(.sha512)

    /// MD5.
    public static let md5 = AWSChecksumAlgorithm(.md5)

    /// XXH64.
    public static let xxHash64 = AWSChecksumAlgorithm(.xxHash64)

    /// XXH3 with 64 bits.
    public static let xxHash3 = AWSChecksumAlgorithm(.xxHash3)

    /// XXH3 with 128 bits.
    public static let xxHash128 = AWSChecksumAlgorithm(.xxHash128)

    /// All algorithms.
    public static let all: [AWSChecksumAlgorithm] = [
        crc32, crc32c, crc64NVME, sha1, sha256, sha512, md5, xxHash64, xxHash3, xxHash128,
    ]

    /// The name that S3 uses in `x-amz-checksum-algorithm` and `x-amz-sdk-checksum-algorithm`: `CRC64NVME`.
    public var name: String {
        switch kind {
        case .crc32: "CRC32"
        case .crc32c: "CRC32C"
        case .crc64NVME: "CRC64NVME"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        case .md5: "MD5"
        case .xxHash64: "XXHASH64"
        case .xxHash3: "XXHASH3"
        case .xxHash128: "XXHASH128"
        }
    }

    /// The name of the trailer or header with the checksum: `x-amz-checksum-crc64nvme`.
    public var trailerName: String {
        Self.prefix + String(decoding: name.utf8.map(Self.lowercase), as: UTF8.self)
    }

    /// The number of bytes of a checksum: 8 for a CRC-64/NVME.
    public var digestLength: Int {
        switch kind {
        case .crc32, .crc32c: 4
        case .crc64NVME, .xxHash64, .xxHash3: 8
        case .md5, .xxHash128: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The number of characters of a checksum in base64: 12 for a CRC-64/NVME.
    public var valueLength: Int { (digestLength &+ 2) / 3 &* 4 }

    /// The start of the name of every header or trailer with a checksum.
    static let prefix = "x-amz-checksum-"
}

extension AWSChecksumAlgorithm {
    /// Returns the algorithm with a name.
    ///
    /// - Parameter name: The name, in any case: `CRC32C`, `crc32c`.
    public init?(name: String) {
        self.init(lowercaseName: Array(name.utf8.map(Self.lowercase))[...])
    }

    /// Returns the algorithm of a trailer or header.
    ///
    /// - Parameter trailerName: The name of the trailer, in any case: `x-amz-checksum-crc32c`.
    public init?(trailerName: String) {
        let bytes = trailerName.utf8.map(Self.lowercase)
        guard bytes.starts(with: Self.prefix.utf8) else { return nil }
        self.init(lowercaseName: bytes.dropFirst(Self.prefix.utf8.count))
    }

    private init?(lowercaseName bytes: ArraySlice<UInt8>) {
        for algorithm in Self.all where algorithm.name.utf8.map(Self.lowercase).elementsEqual(bytes) {
            self = algorithm
            return
        }
        return nil
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }

    /// Returns whether a trailer's value can be a checksum of this algorithm.
    ///
    /// S3 answers `InvalidRequest` to a value that cannot be one, and `BadDigest` to another checksum than that of the body.
    ///
    /// - Parameter value: The value of the trailer.
    /// - Returns: Whether the value is the base64 of ``digestLength`` bytes, with its padding.
    public func isWellFormed(_ value: String) -> Bool {
        Self.isBase64(value, byteCount: digestLength)
    }
}

/// Base64 (RFC 4648 §4), with padding.
extension AWSChecksumAlgorithm {
    /// Returns the base64 of bytes: the text of a digest.
    ///
    /// - Parameter bytes: The bytes.
    public static func base64(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = bits &<< 8 | UInt32(byte)
            bitCount &+= 8
            while bitCount >= 6 {
                bitCount &-= 6
                text.append(digit(bits &>> bitCount & 0x3f))
            }
        }
        if bitCount > 0 { text.append(digit(bits &<< (6 &- bitCount) & 0x3f)) }
        while text.count & 3 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the base64 of an integer's bytes, most significant first: the text of a CRC.
    ///
    /// - Parameter value: The integer.
    public static func base64(bigEndian value: some FixedWidthInteger & UnsignedInteger) -> String {
        let bits = UInt64(truncatingIfNeeded: value)
        let lengths = stride(from: value.bitWidth &- 8, through: 0, by: -8)
        return base64(lengths.map { UInt8(truncatingIfNeeded: bits &>> UInt64($0)) })
    }

    /// Returns whether a text is the base64 of this number of bytes, with padding and without other characters.
    static func isBase64(_ text: String, byteCount: Int) -> Bool {
        let bytes = Array(text.utf8)
        let padding = (3 &- byteCount % 3) % 3
        guard bytes.count == (byteCount &+ 2) / 3 &* 4 else { return false }
        let digits = bytes.dropLast(padding)
        guard digits.allSatisfy({ value(of: $0) != nil }) else { return false }
        guard bytes.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return false }
        // The bits after the last byte are zeros (RFC 4648 §3.5): another text would be a second name of the same bytes.
        let unused: UInt8 = padding == 2 ? 0b1111 : padding == 1 ? 0b11 : 0
        return (digits.last.flatMap(value(of:)) ?? 0) & unused == 0
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        switch value {
        case 0..<26: return UInt8(ascii: "A") &+ value
        case 26..<52: return UInt8(ascii: "a") &+ (value &- 26)
        case 52..<62: return UInt8(ascii: "0") &+ (value &- 52)
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit &- UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit &- UInt8(ascii: "a") &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0") &+ 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
