/// A key that turns a string to sign into a signature.
///
/// ``SigV4SigningKey`` is the one of SigV4, ``SigV4ASigningKey`` that of SigV4A. Your own type can conform if the key is held
/// elsewhere, for example in a hardware module; its functions may then throw.
public protocol AWSSigningKey {
    /// Hashes what is signed.
    associatedtype Hash: SigV4Hash

    /// The name of the algorithm for requests, such as `AWS4-HMAC-SHA256`. Strings to sign for events and chunks begin with
    /// this name and a suffix.
    static var algorithm: String { get }

    /// The number of bytes in the longest signature: 32 with SigV4, 72 with SigV4A.
    static var maximumSignatureLength: Int { get }

    /// The credential scope after its day, such as `/us-east-1/transcribe/aws4_request`.
    var scopeSuffix: String { get }

    /// Returns the signature of a string to sign.
    ///
    /// - Parameters:
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string. Keys of SigV4 are valid for one day.
    /// - Returns: The signature, at most ``maximumSignatureLength`` bytes.
    /// - Throws: ``SigV4Error/Code/signingFailed`` if there is no signature. The call can then be repeated.
    mutating func sign(_ stringToSign: RawSpan, at date: SigV4Date) throws(SigV4Error) -> SigV4Signature

    /// Returns whether a signature is that of a string to sign. By default, the string is signed again, and the signatures
    /// are compared in constant time.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string.
    /// - Returns: Whether the signature is valid.
    /// - Throws: The errors of ``sign(_:at:)``.
    mutating func isValid(
        _ signature: SigV4Signature, for stringToSign: RawSpan, at date: SigV4Date
    ) throws(SigV4Error) -> Bool
}

extension AWSSigningKey {
    /// Returns whether ``sign(_:at:)`` returns this signature. The comparison takes constant time.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string.
    /// - Returns: Whether the signature is valid.
    /// - Throws: The errors of ``sign(_:at:)``.
    public mutating func isValid(
        _ signature: SigV4Signature, for stringToSign: RawSpan, at date: SigV4Date
    ) throws(SigV4Error) -> Bool {
        try sign(stringToSign, at: date) == signature
    }
}

/// A signature: 32 bytes with SigV4, the DER encoding of an ECDSA signature with SigV4A.
public struct SigV4Signature: Sendable {
    /// The bytes, as in the header `:chunk-signature`.
    public let bytes: [UInt8]

    /// Copies the bytes of a signature.
    ///
    /// - Parameter bytes: The bytes, any number of them.
    public init(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) {
        self.bytes = [UInt8](bytes.rawSpan)
    }

    /// Creates the signature of SigV4.
    ///
    /// - Parameter digest: An HMAC-SHA256.
    public init(_ digest: SigV4Digest) {
        bytes = digest.bytes
    }

    /// Parses a signature in hexadecimal, as in a request's `Authorization` header.
    ///
    /// - Parameter hexadecimal: An even number of digits in either case. Padding with `*`, as in aws-chunked with SigV4A, may
    ///   follow.
    /// - Returns: The signature, or nil if the text has another format.
    public init?(hexadecimal: String) {
        let digits = hexadecimal.utf8.prefix { $0 != UInt8(ascii: "*") }
        guard digits.count % 2 == 0, hexadecimal.utf8.dropFirst(digits.count).allSatisfy({ $0 == UInt8(ascii: "*") })
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            let value = Hexadecimal.value(of: digit)
            guard value < 16 else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self.bytes = bytes
    }

    /// The bytes in lower-case hexadecimal, as in a request's `Authorization` header.
    public var hexadecimal: String { Hexadecimal.text(bytes) }
}

extension SigV4Signature: Hashable {
    /// Returns whether the signatures have the same bytes, in a time that does not depend on where they differ.
    ///
    /// - Parameters:
    ///   - left: A signature.
    ///   - right: Another signature.
    /// - Returns: Whether they are equal.
    public static func == (left: SigV4Signature, right: SigV4Signature) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        return zip(left.bytes, right.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension SigV4Signature: CustomStringConvertible {
    /// The bytes in lower-case hexadecimal.
    public var description: String { hexadecimal }
}

// MARK: SigV4

/// The key of SigV4: four HMACs over the day, the region, the service and `aws4_request`.
///
/// The key for a day is derived once. A date on another day derives another key, so a stream that crosses midnight UTC stays
/// valid. Source: AWS IAM User Guide, "Create a signed AWS API request".
public struct SigV4SigningKey<Hash: SigV4Hash>: AWSSigningKey, Sendable {
    private let secret: SigningSecret
    private let region: [UInt8]
    private let service: [UInt8]

    /// The key of one day.
    private var derived: Derived?

    private struct Derived: Sendable {
        var dayNumber: Int64
        var key: SigningSecret
    }

    /// The credential scope after its day: `/REGION/SERVICE/aws4_request`.
    public let scopeSuffix: String

    /// `AWS4-HMAC-SHA256`.
    public static var algorithm: String { "AWS4-HMAC-SHA256" }

    /// 32: the bytes of an HMAC-SHA256.
    public static var maximumSignatureLength: Int { SigV4Digest.length }

    /// Creates the key of a service in a region.
    ///
    /// - Parameters:
    ///   - credentials: The credentials. The key does not depend on the session token.
    ///   - region: The region, such as `us-east-1`.
    ///   - service: The service's signing name, such as `s3`, `transcribe` or `bedrock`.
    public init(_ credentials: AWSCredentials, region: String, service: String) {
        secret = credentials.key(prefix: "AWS4")
        self.region = Array(region.utf8)
        self.service = Array(service.utf8)
        scopeSuffix = "/\(region)/\(service)/aws4_request"
    }

    /// Returns the HMAC-SHA256 of a string to sign, with the key of the date's day.
    ///
    /// - Parameters:
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string.
    /// - Returns: The signature.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``.
    public mutating func sign(_ stringToSign: RawSpan, at date: SigV4Date) throws(SigV4Error) -> SigV4Signature {
        let key = try key(at: date)
        return SigV4Signature(Hash.authenticationCode(for: stringToSign, key: key.bytes.rawSpan))
    }

    private mutating func key(at date: SigV4Date) throws(SigV4Error) -> SigningSecret {
        if let derived, derived.dayNumber == date.dayNumber { return derived.key }
        let day = Array(try date.encodedTimestamp().prefix(8))
        var key = secret
        for text in [day, region, service, Array("aws4_request".utf8)] { key = Hash.key(deriving: text, from: key) }
        derived = Derived(dayNumber: date.dayNumber, key: key)
        return key
    }
}
