#if Crypto
import Crypto
import EventStreamCodec

/// Computes the trailer `x-amz-checksum-sha1`.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public typealias AWSSHA1Checksum = AWSHashChecksum<Insecure.SHA1>

/// Computes the trailer `x-amz-checksum-sha256`.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public typealias AWSSHA256Checksum = AWSHashChecksum<SHA256>

/// Computes the trailer `x-amz-checksum-sha512`.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public typealias AWSSHA512Checksum = AWSHashChecksum<SHA512>

/// Computes the trailer `x-amz-checksum-md5`.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public typealias AWSMD5Checksum = AWSHashChecksum<Insecure.MD5>

/// Computes the checksum trailer of one of swift-crypto's hash functions.
///
/// ```swift
/// var encoder = AWSChunkedEncoder(checksum: AWSSHA256Checksum())
/// ```
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct AWSHashChecksum<Hash: AWSChecksumHash>: AWSChecksum, Sendable {
    private var hash = Hash()

    /// Creates the checksum of no bytes.
    public init() {}

    /// The name of the algorithm's trailer.
    public var trailerName: String { Hash.checksumAlgorithm.trailerName }

    /// The number of characters of the algorithm's values.
    public var valueLength: Int { Hash.checksumAlgorithm.valueLength }

    /// Adds the next bytes of the body.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) {
        unsafe data.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// The base64 of the digest of all bytes so far.
    public var value: String { AWSChecksumAlgorithm.base64(hash.finalize()) }
}

/// A hash function of swift-crypto that S3 accepts as a checksum.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public protocol AWSChecksumHash: HashFunction, Sendable {
    /// The checksum algorithm.
    static var checksumAlgorithm: AWSChecksumAlgorithm { get }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension Insecure.SHA1: AWSChecksumHash {
    /// `x-amz-checksum-sha1`.
    public static var checksumAlgorithm: AWSChecksumAlgorithm { .sha1 }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension SHA256: AWSChecksumHash {
    /// `x-amz-checksum-sha256`.
    public static var checksumAlgorithm: AWSChecksumAlgorithm { .sha256 }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension SHA512: AWSChecksumHash {
    /// `x-amz-checksum-sha512`.
    public static var checksumAlgorithm: AWSChecksumAlgorithm { .sha512 }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension Insecure.MD5: AWSChecksumHash {
    /// `x-amz-checksum-md5`.
    public static var checksumAlgorithm: AWSChecksumAlgorithm { .md5 }
}

/// Computes one of S3's checksums, chosen at run time: a CRC, SHA-1, SHA-256, SHA-512 or MD5.
///
/// ```swift
/// guard let checksum = AnyAWSChecksum(trailerName: name) else { throw unknownChecksum(name) }
/// var decoder = AWSChunkedDecoder(checksum: checksum)
/// ```
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public enum AnyAWSChecksum: AWSChecksumChoice, Sendable {
    /// `x-amz-checksum-crc32`, `x-amz-checksum-crc32c` or `x-amz-checksum-crc64nvme`.
    case crc(AWSCRCChecksum)

    /// `x-amz-checksum-sha1`.
    case sha1(AWSSHA1Checksum)

    /// `x-amz-checksum-sha256`.
    case sha256(AWSSHA256Checksum)

    /// `x-amz-checksum-sha512`.
    case sha512(AWSSHA512Checksum)

    /// `x-amz-checksum-md5`.
    case md5(AWSMD5Checksum)

    /// Creates the checksum of no bytes.
    ///
    /// - Parameter algorithm: The algorithm.
    /// - Returns: The checksum, or nil if the algorithm is one of the xxHash family, which are not provided.
    public init?(algorithm: AWSChecksumAlgorithm) {
        switch algorithm {
        case .sha1: self = .sha1(AWSSHA1Checksum())
        case .sha256: self = .sha256(AWSSHA256Checksum())
        case .sha512: self = .sha512(AWSSHA512Checksum())
        case .md5: self = .md5(AWSMD5Checksum())
        default:
            guard let crc = AWSCRCChecksum(algorithm: algorithm) else { return nil }
            self = .crc(crc)
        }
    }

    /// The algorithm.
    public var algorithm: AWSChecksumAlgorithm {
        switch self {
        case .crc(let checksum): checksum.algorithm
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        case .md5: .md5
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
        // A hash copies its state before an update if another value refers to it. So the checksum is moved out of `self`.
        let moved = self
        self = .crc(.crc32(AWSCRC32Checksum()))
        self = moved.updated(data)
    }

    private consuming func updated(_ data: RawSpan) -> AnyAWSChecksum {
        switch consume self {
        case .crc(var checksum):
            checksum.update(data)
            return .crc(checksum)
        case .sha1(var checksum):
            checksum.update(data)
            return .sha1(checksum)
        case .sha256(var checksum):
            checksum.update(data)
            return .sha256(checksum)
        case .sha512(var checksum):
            checksum.update(data)
            return .sha512(checksum)
        case .md5(var checksum):
            checksum.update(data)
            return .md5(checksum)
        }
    }

    /// The base64 of the checksum of all bytes so far.
    public var value: String {
        switch self {
        case .crc(let checksum): checksum.value
        case .sha1(let checksum): checksum.value
        case .sha256(let checksum): checksum.value
        case .sha512(let checksum): checksum.value
        case .md5(let checksum): checksum.value
        }
    }
}
#endif
