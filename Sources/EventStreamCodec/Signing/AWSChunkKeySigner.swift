/// Signs and verifies the chunks of an aws-chunked body with SigV4: ``AWSChunkKeySigner`` with the key of a service in a region.
///
/// ```swift
/// let signer = try SigV4ChunkSigner<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "s3", date: date, seedSignature: seed)
/// var encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum())
/// ```
public typealias SigV4ChunkSigner<Hash: SigV4Hash> = AWSChunkKeySigner<SigV4SigningKey<Hash>>

/// Signs and verifies the chunks of an aws-chunked body with SigV4A: ``AWSChunkKeySigner`` with an ECDSA key.
public typealias SigV4AChunkSigner<PrivateKey: SigV4AKey> = AWSChunkKeySigner<SigV4ASigningKey<PrivateKey>>

/// Signs the chunks of an aws-chunked body, or verifies them.
///
/// All signatures of a body have the date of its request. Each continues the signature before it; the first continues that of
/// the request. SigV4A's signatures are padded with `*` to 144 characters, so that the length of the body is known in advance.
/// Source: Amazon S3 API Reference, "Signature calculations: transferring a payload in multiple chunks".
public struct AWSChunkKeySigner<Key: AWSSigningKey>: AWSChunkSigner, AWSChunkVerifier {
    private var chain: SigV4Chain<Key>
    private let date: SigV4Date
    private var hash = Key.Hash()

    /// The digest of no bytes, in the place where the string to sign of an event has the digest of its headers.
    private let emptyDigest: SigV4Digest

    /// Creates a signer.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - date: The date of the request.
    ///   - seedSignature: The signature of the request.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``.
    public init(key: Key, date: SigV4Date, seedSignature: SigV4Signature) throws(SigV4Error) {
        _ = try date.encodedTimestamp()
        chain = SigV4Chain(key, seed: seedSignature)
        self.date = date
        emptyDigest = hash.finalize()
    }

    /// Creates a signer with SigV4.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the request was signed.
    ///   - region: The region, such as `us-east-1`.
    ///   - service: The service's signing name, usually `s3`.
    ///   - date: The date of the request.
    ///   - seedSignature: The signature of the request.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``.
    public init<Hash>(
        _ credentials: AWSCredentials, region: String, service: String = "s3", date: SigV4Date,
        seedSignature: SigV4Signature
    ) throws(SigV4Error) where Key == SigV4SigningKey<Hash> {
        try self.init(
            key: SigV4SigningKey(credentials, region: region, service: service), date: date,
            seedSignature: seedSignature)
    }

    /// Creates a signer with SigV4A.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the request was signed.
    ///   - service: The service's signing name, usually `s3`.
    ///   - date: The date of the request.
    ///   - seedSignature: The signature of the request.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``, ``SigV4Error/Code/keyInvalid``.
    public init<PrivateKey>(
        _ credentials: AWSCredentials, service: String = "s3", date: SigV4Date, seedSignature: SigV4Signature
    ) throws(SigV4Error) where Key == SigV4ASigningKey<PrivateKey> {
        try self.init(
            key: try SigV4ASigningKey(credentials, service: service), date: date, seedSignature: seedSignature)
    }

    /// 64 with SigV4, 144 with SigV4A.
    public static var signatureLength: Int { 2 * Key.maximumSignatureLength }

    /// Adds the next bytes of the current chunk.
    ///
    /// - Parameter data: The bytes.
    public mutating func update(_ data: RawSpan) {
        hash.update(data)
    }

    /// Returns the signature of the current chunk, and begins the next chunk.
    ///
    /// - Returns: The signature in hexadecimal, padded with `*`.
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if the key fails. The call can be repeated.
    public mutating func signChunk() throws(AWSChunkedError) -> String {
        let signature = try sign(.payload, emptyDigest, hash.finalize())
        hash = Key.Hash()
        return signature
    }

    /// Returns the signature of the trailers.
    ///
    /// - Parameter canonical: `name:value` and a line feed for each field, with names in lower case.
    /// - Returns: The signature in hexadecimal, padded with `*`.
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if the key fails. The call can be repeated.
    public mutating func signTrailers(_ canonical: RawSpan) throws(AWSChunkedError) -> String {
        try sign(.trailer, Key.Hash.digest(of: canonical))
    }

    private mutating func sign(
        _ subject: SigV4Chain<Key>.Subject, _ first: SigV4Digest, _ second: SigV4Digest? = nil
    ) throws(AWSChunkedError) -> String {
        do throws(SigV4Error) {
            let text = try chain.sign(subject, at: date, first, second).hexadecimal
            return text + String(repeating: "*", count: Self.signatureLength - text.utf8.count)
        } catch {
            throw AWSChunkedError(.signingFailed)
        }
    }

    /// Returns whether a signature is that of the current chunk, and begins the next chunk.
    ///
    /// - Parameter signature: The value of `chunk-signature`, including its padding.
    /// - Returns: Whether the signature is valid.
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if the key fails. The call can be repeated.
    public mutating func verifyChunk(signature: String) throws(AWSChunkedError) -> Bool {
        let isValid = try verify(signature, .payload, emptyDigest, hash.finalize())
        hash = Key.Hash()
        return isValid
    }

    /// Returns whether a signature is that of the trailers.
    ///
    /// - Parameters:
    ///   - canonical: `name:value` and a line feed for each field, with names in lower case.
    ///   - signature: The value of `x-amz-trailer-signature`, including its padding.
    /// - Returns: Whether the signature is valid.
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if the key fails. The call can be repeated.
    public mutating func verifyTrailers(_ canonical: RawSpan, signature: String) throws(AWSChunkedError) -> Bool {
        try verify(signature, .trailer, Key.Hash.digest(of: canonical))
    }

    private mutating func verify(
        _ text: String, _ subject: SigV4Chain<Key>.Subject, _ first: SigV4Digest, _ second: SigV4Digest? = nil
    ) throws(AWSChunkedError) -> Bool {
        guard text.utf8.count == Self.signatureLength, let signature = SigV4Signature(hexadecimal: text) else {
            return false
        }
        do throws(SigV4Error) {
            return try chain.verify(signature, subject, at: date, first, second)
        } catch {
            throw AWSChunkedError(.signingFailed)
        }
    }
}

extension AWSChunkKeySigner: Sendable where Key: Sendable, Key.Hash: Sendable {}
