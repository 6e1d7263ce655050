/// Computes a checksum of the decoded body that is sent as a trailer.
///
/// The library provides the CRCs: ``AWSCRC32Checksum``, ``AWSCRC32CChecksum`` and ``AWSCRC64NVMEChecksum``, and
/// ``AWSCRCChecksum`` to choose one of them at run time. The product `EventStreamCrypto` provides SHA-1, SHA-256, SHA-512 and
/// MD5. You provide others, such as xxHash:
///
/// ```swift
/// struct XXHash3Checksum: AWSChecksum {
///     var hash = XXHash3()
///     var trailerName: String { AWSChecksumAlgorithm.xxHash3.trailerName }
///     var valueLength: Int { AWSChecksumAlgorithm.xxHash3.valueLength }
///     mutating func update(_ data: RawSpan) { hash.update([UInt8](data)) }
///     var value: String { AWSChecksumAlgorithm.base64(hash.bigEndianBytes) }
/// }
/// ```
public protocol AWSChecksum {
    /// The name of the trailer, in lower case.
    var trailerName: String { get }

    /// The number of characters of every ``value``: 8 for a CRC-32, 44 for a SHA-256.
    var valueLength: Int { get }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    mutating func update(_ data: RawSpan)

    /// The base64 of the checksum of all bytes so far. For a CRC, the base64 of its big-endian bytes.
    var value: String { get }
}

/// A checksum whose algorithm is chosen at run time.
///
/// ``AWSCRCChecksum`` is one of the CRCs, and `EventStreamCrypto`'s `AnyAWSChecksum` is a CRC or a cryptographic hash. A type
/// of your own adds the algorithms that you provide, for example as an enumeration with a case for one of these types.
public protocol AWSChecksumChoice: AWSChecksum {
    /// Creates the checksum of no bytes.
    ///
    /// - Parameter algorithm: The algorithm.
    /// - Returns: The checksum, or nil if the type does not provide the algorithm.
    init?(algorithm: AWSChecksumAlgorithm)
}

extension AWSChecksumChoice {
    /// Creates the checksum of no bytes for a trailer.
    ///
    /// - Parameter name: The name of the trailer, in any case: `x-amz-checksum-crc32`.
    /// - Returns: The checksum, or nil if the name is not that of a checksum, or the type does not provide the algorithm.
    public init?(trailerName name: String) {
        guard let algorithm = AWSChecksumAlgorithm(trailerName: name) else { return nil }
        self.init(algorithm: algorithm)
    }
}

/// No checksum: the body has no trailer.
public enum AWSNoChecksum: AWSChecksum, Sendable {
    /// Cannot be called: this type has no values.
    public var trailerName: String { switch self {} }

    /// Cannot be called: this type has no values.
    public var valueLength: Int { switch self {} }

    /// Cannot be called: this type has no values.
    public mutating func update(_ data: RawSpan) { switch self {} }

    /// Cannot be called: this type has no values.
    public var value: String { switch self {} }
}

/// Computes the trailer `x-amz-checksum-crc32`.
public struct AWSCRC32Checksum: AWSChecksum, Sendable {
    /// The CRC-32 of the bytes so far.
    public private(set) var crc = CRC32()

    /// Creates the checksum of no bytes.
    public init() {}

    /// `x-amz-checksum-crc32`.
    public var trailerName: String { AWSChecksumAlgorithm.crc32.trailerName }

    /// 8: four bytes in base64.
    public var valueLength: Int { AWSChecksumAlgorithm.crc32.valueLength }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) { crc.update(data) }

    /// The base64 of the four bytes of the CRC-32, most significant first.
    public var value: String { AWSChecksumAlgorithm.base64(bigEndian: crc.value) }
}

/// Computes the trailer `x-amz-checksum-crc32c`.
public struct AWSCRC32CChecksum: AWSChecksum, Sendable {
    /// The CRC-32C of the bytes so far.
    public private(set) var crc = CRC32C()

    /// Creates the checksum of no bytes.
    public init() {}

    /// `x-amz-checksum-crc32c`.
    public var trailerName: String { AWSChecksumAlgorithm.crc32c.trailerName }

    /// 8: four bytes in base64.
    public var valueLength: Int { AWSChecksumAlgorithm.crc32c.valueLength }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) { crc.update(data) }

    /// The base64 of the four bytes of the CRC-32C, most significant first.
    public var value: String { AWSChecksumAlgorithm.base64(bigEndian: crc.value) }
}

/// Computes the trailer `x-amz-checksum-crc64nvme`.
public struct AWSCRC64NVMEChecksum: AWSChecksum, Sendable {
    /// The CRC-64/NVME of the bytes so far.
    public private(set) var crc = CRC64NVME()

    /// Creates the checksum of no bytes.
    public init() {}

    /// `x-amz-checksum-crc64nvme`.
    public var trailerName: String { AWSChecksumAlgorithm.crc64NVME.trailerName }

    /// 12: eight bytes in base64.
    public var valueLength: Int { AWSChecksumAlgorithm.crc64NVME.valueLength }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) { crc.update(data) }

    /// The base64 of the eight bytes of the CRC-64/NVME, most significant first.
    public var value: String { AWSChecksumAlgorithm.base64(bigEndian: crc.value) }
}

/// Computes one of the CRCs among S3's checksums, chosen at run time.
///
/// ```swift
/// guard let checksum = AWSCRCChecksum(trailerName: "x-amz-checksum-crc64nvme") else { throw unknownChecksum }
/// var decoder = AWSChunkedDecoder(checksum: checksum)
/// ```
public enum AWSCRCChecksum: AWSChecksumChoice, Sendable {
    /// `x-amz-checksum-crc32`.
    case crc32(AWSCRC32Checksum)

    /// `x-amz-checksum-crc32c`.
    case crc32c(AWSCRC32CChecksum)

    /// `x-amz-checksum-crc64nvme`.
    case crc64NVME(AWSCRC64NVMEChecksum)

    /// Creates the checksum of no bytes.
    ///
    /// - Parameter algorithm: The algorithm.
    /// - Returns: The checksum, or nil if the algorithm is not a CRC.
    public init?(algorithm: AWSChecksumAlgorithm) {
        switch algorithm {
        case .crc32: self = .crc32(AWSCRC32Checksum())
        case .crc32c: self = .crc32c(AWSCRC32CChecksum())
        case .crc64NVME: self = .crc64NVME(AWSCRC64NVMEChecksum())
        default: return nil
        }
    }

    /// The algorithm.
    public var algorithm: AWSChecksumAlgorithm {
        switch self {
        case .crc32: .crc32
        case .crc32c: .crc32c
        case .crc64NVME: .crc64NVME
        }
    }

    /// The name of the algorithm's trailer.
    public var trailerName: String { algorithm.trailerName }

    /// The number of characters of the algorithm's values.
    public var valueLength: Int { algorithm.valueLength }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) {
        switch self {
        case .crc32(var checksum):
            checksum.update(data)
            self = .crc32(checksum)
        case .crc32c(var checksum):
            checksum.update(data)
            self = .crc32c(checksum)
        case .crc64NVME(var checksum):
            checksum.update(data)
            self = .crc64NVME(checksum)
        }
    }

    /// The base64 of the CRC, most significant byte first.
    public var value: String {
        switch self {
        case .crc32(let checksum): checksum.value
        case .crc32c(let checksum): checksum.value
        case .crc64NVME(let checksum): checksum.value
        }
    }
}
