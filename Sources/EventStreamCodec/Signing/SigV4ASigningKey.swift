/// An ECDSA private key on the curve P-256, with which SigV4A signs. You provide the cryptography.
///
/// The product `EventStreamCrypto` provides `SwiftCryptoSigV4AKey`. A key that is held elsewhere, such as in a hardware
/// module, can conform too: its functions may throw.
public protocol SigV4AKey {
    /// SHA-256 and HMAC-SHA256.
    associatedtype Hash: SigV4Hash

    /// Derives the key from credentials. By default, from ``SigV4AKeyDerivation`` and ``init(privateScalar:)``.
    ///
    /// - Parameter credentials: The credentials.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if there is no such key.
    init(_ credentials: AWSCredentials) throws(SigV4Error)

    /// Creates the key with this private scalar.
    ///
    /// - Parameter scalar: The scalar.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if there is no such key.
    init(privateScalar scalar: SigV4PrivateScalar) throws(SigV4Error)

    /// Signs a message.
    ///
    /// - Parameter message: The message, of which the SHA-256 is signed.
    /// - Returns: The signature in its DER encoding (RFC 3279 §2.2.3), at most 72 bytes.
    /// - Throws: ``SigV4Error/Code/signingFailed``.
    mutating func sign(_ message: RawSpan) throws(SigV4Error) -> SigV4Signature

    /// Returns whether a signature is one of this key's for a message.
    ///
    /// - Parameters:
    ///   - signature: The signature in its DER encoding.
    ///   - message: The message.
    /// - Returns: Whether the signature is valid.
    /// - Throws: ``SigV4Error/Code/signingFailed``.
    mutating func isValid(_ signature: SigV4Signature, for message: RawSpan) throws(SigV4Error) -> Bool
}

extension SigV4AKey {
    /// Derives the key from credentials.
    ///
    /// - Parameter credentials: The credentials.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if there is no such key.
    public init(_ credentials: AWSCredentials) throws(SigV4Error) {
        try self.init(privateScalar: SigV4AKeyDerivation<Hash>.privateScalar(of: credentials))
    }
}

/// The private scalar of an ECDSA key on the curve P-256. No description or reflection shows it.
public struct SigV4PrivateScalar: Sendable {
    private let secret: SigningSecret

    /// Copies the bytes of a scalar.
    ///
    /// - Parameter bytes: The bytes, with the most significant first. Keys have scalars of 32 bytes.
    public init(_ bytes: [UInt8]) {
        secret = SigningSecret(bytes)
    }

    /// The bytes, with the most significant first.
    public var bytes: [UInt8] { secret.bytes }
}

extension SigV4PrivateScalar: CustomStringConvertible {
    /// No part of the scalar.
    public var description: String { "SigV4PrivateScalar(secret)" }
}

/// Derives SigV4A's private key from credentials: NIST SP 800-108, in counter mode, with HMAC-SHA256.
///
/// The key does not depend on a day, a region or a service.
public enum SigV4AKeyDerivation<Hash: SigV4Hash> {
    /// Returns the private scalar of credentials.
    ///
    /// - Parameter credentials: The credentials. The scalar does not depend on the session token.
    /// - Returns: A number from 1 to the order of the curve less 1.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if none of 254 candidates is in that range, which does not occur in practice.
    public static func privateScalar(of credentials: AWSCredentials) throws(SigV4Error) -> SigV4PrivateScalar {
        let secret = credentials.key(prefix: "AWS4A")
        for counter in UInt8(1)...254 {
            // The number of the block, the label, a zero, the context, and the length of the key in bits.
            var input: [UInt8] = [0, 0, 0, 1]
            input.append(contentsOf: "AWS4-ECDSA-P256-SHA256".utf8)
            input.append(0)
            input.append(contentsOf: credentials.accessKeyID.utf8)
            input.append(counter)
            input.append(contentsOf: [0, 0, 1, 0])
            let candidate = Hash.authenticationCode(for: input.rawSpan, key: secret.bytes.rawSpan)
            if let scalar = candidate.plusOne(ifAtMost: orderLessTwo) { return SigV4PrivateScalar(scalar.bytes) }
        }
        throw SigV4Error(.keyInvalid)
    }

    /// The order of the curve less 2 (FIPS 186-4, D.1.2.3).
    private static var orderLessTwo: SIMD4<UInt64> {
        SIMD4(0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_254f)
    }
}

extension SigV4Digest {
    /// Returns the number plus one, or nil if it exceeds `limit`. The comparison takes constant time.
    fileprivate func plusOne(ifAtMost limit: SIMD4<UInt64>) -> SigV4Digest? {
        var (isAbove, carry): (UInt64, UInt64) = (0, 1)
        var sum = SIMD4<UInt64>()
        for index in [3, 2, 1, 0] {
            // A borrow from the most significant word means that the number exceeds the limit.
            let (difference, first) = limit[index].subtractingReportingOverflow(words[index])
            let second = difference < isAbove
            isAbove = (first ? 1 : 0) | (second ? 1 : 0)
            let (partial, overflow) = words[index].addingReportingOverflow(carry)
            sum[index] = partial
            carry = overflow ? 1 : 0
        }
        return isAbove == 0 ? SigV4Digest(words: sum) : nil
    }
}

/// The key of SigV4A: one ECDSA key for all days and for a set of regions.
///
/// A request that is signed with SigV4A has the regions in the header `X-Amz-Region-Set`; the scope has none. ECDSA signatures
/// are random, so a signature is verified with the key and not by signing again.
public struct SigV4ASigningKey<PrivateKey: SigV4AKey>: AWSSigningKey {
    private var privateKey: PrivateKey

    /// Hashes what is signed.
    public typealias Hash = PrivateKey.Hash

    /// The credential scope after its day: `/SERVICE/aws4_request`.
    public let scopeSuffix: String

    /// `AWS4-ECDSA-P256-SHA256`.
    public static var algorithm: String { "AWS4-ECDSA-P256-SHA256" }

    /// 72: the longest DER encoding of two numbers of 256 bits.
    public static var maximumSignatureLength: Int { 72 }

    /// Creates the key of a service.
    ///
    /// - Parameters:
    ///   - privateKey: The private key.
    ///   - service: The service's signing name, such as `s3`.
    public init(privateKey: PrivateKey, service: String) {
        self.privateKey = privateKey
        scopeSuffix = "/\(service)/aws4_request"
    }

    /// Derives the key of a service.
    ///
    /// - Parameters:
    ///   - credentials: The credentials.
    ///   - service: The service's signing name, such as `s3`.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if there is no such key.
    public init(_ credentials: AWSCredentials, service: String) throws(SigV4Error) {
        self.init(privateKey: try PrivateKey(credentials), service: service)
    }

    /// Returns the ECDSA signature of a string to sign.
    ///
    /// - Parameters:
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string.
    /// - Returns: The signature in its DER encoding.
    /// - Throws: ``SigV4Error/Code/signingFailed``.
    public mutating func sign(_ stringToSign: RawSpan, at date: SigV4Date) throws(SigV4Error) -> SigV4Signature {
        try privateKey.sign(stringToSign)
    }

    /// Returns whether a signature is one of the private key's for a string to sign.
    ///
    /// - Parameters:
    ///   - signature: The signature in its DER encoding.
    ///   - stringToSign: The string, in UTF-8.
    ///   - date: The date in the string.
    /// - Returns: Whether the signature is valid.
    /// - Throws: ``SigV4Error/Code/signingFailed``.
    public mutating func isValid(
        _ signature: SigV4Signature, for stringToSign: RawSpan, at date: SigV4Date
    ) throws(SigV4Error) -> Bool {
        try privateKey.isValid(signature, for: stringToSign)
    }
}

extension SigV4ASigningKey: Sendable where PrivateKey: Sendable {}
