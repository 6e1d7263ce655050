/// Signs the chunks of an aws-chunked body in order. You provide the cryptography.
///
/// A signer stores the signature of the request, and then of each chunk, because the next string to sign contains it. With
/// SigV4 the lines of that string are: `AWS4-HMAC-SHA256-PAYLOAD`, the time, the scope, the previous signature, the SHA-256
/// of no bytes, the SHA-256 of the chunk's data. For trailers: `AWS4-HMAC-SHA256-TRAILER`, the time, the scope, the previous
/// signature, the SHA-256 of the canonical trailers.
public protocol AWSChunkSigner {
    /// The number of characters of every signature: 64 with SigV4, 144 with SigV4A.
    static var signatureLength: Int { get }

    /// Adds the next bytes of the current chunk.
    ///
    /// - Parameter data: The bytes.
    mutating func update(_ data: RawSpan)

    /// Returns the signature of the current chunk, and begins the next chunk. The last chunk, which has no bytes, is signed
    /// too.
    ///
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if there is no signature. The signer must not change then, so that
    ///   the call can be repeated.
    mutating func signChunk() throws(AWSChunkedError) -> String

    /// Returns the signature of the trailers.
    ///
    /// - Parameter canonical: `name:value` and a line feed for each field, with names in lower case.
    /// - Throws: As ``signChunk()``.
    mutating func signTrailers(_ canonical: RawSpan) throws(AWSChunkedError) -> String
}

/// Verifies the chunks of a signed aws-chunked body in order. You provide the cryptography.
///
/// An ``AWSChunkSigner`` only has to declare this conformance: the default implementations sign and compare in constant
/// time.
public protocol AWSChunkVerifier {
    /// Adds the next bytes of the current chunk.
    ///
    /// - Parameter data: The bytes.
    mutating func update(_ data: RawSpan)

    /// Returns whether a signature is that of the current chunk, and begins the next chunk. The last chunk, which has no
    /// bytes, is signed too.
    ///
    /// - Parameter signature: The value of `chunk-signature`.
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` if the signature cannot be verified. The decoder throws the same code,
    ///   so that a failure of the verifier is not one of the sender.
    mutating func verifyChunk(signature: String) throws(AWSChunkedError) -> Bool

    /// Returns whether a signature is that of the trailers.
    ///
    /// - Parameters:
    ///   - canonical: `name:value` and a line feed for each field, with names in lower case.
    ///   - signature: The value of `x-amz-trailer-signature`.
    /// - Throws: As ``verifyChunk(signature:)``.
    mutating func verifyTrailers(_ canonical: RawSpan, signature: String) throws(AWSChunkedError) -> Bool
}

extension AWSChunkVerifier where Self: AWSChunkSigner {
    /// Returns whether ``AWSChunkSigner/signChunk()`` returns this signature.
    ///
    /// - Parameter signature: The value of `chunk-signature`.
    /// - Throws: The errors of ``AWSChunkSigner/signChunk()``.
    public mutating func verifyChunk(signature: String) throws(AWSChunkedError) -> Bool {
        try signChunk().hasSameBytes(as: signature)
    }

    /// Returns whether ``AWSChunkSigner/signTrailers(_:)`` returns this signature.
    ///
    /// - Parameters:
    ///   - canonical: `name:value` and a line feed for each field, with names in lower case.
    ///   - signature: The value of `x-amz-trailer-signature`.
    /// - Throws: The errors of ``AWSChunkSigner/signTrailers(_:)``.
    public mutating func verifyTrailers(_ canonical: RawSpan, signature: String) throws(AWSChunkedError) -> Bool {
        try signTrailers(canonical).hasSameBytes(as: signature)
    }
}

extension String {
    /// Whether the strings have the same bytes, in a time that does not depend on where they differ.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// No signer: the chunks have no signatures.
public enum AWSNoSigner: AWSChunkSigner, AWSChunkVerifier {
    /// Zero characters.
    public static var signatureLength: Int { 0 }

    /// Cannot be called: this type has no values.
    public mutating func update(_ data: RawSpan) { switch self {} }

    /// Cannot be called: this type has no values.
    public mutating func signChunk() -> String { switch self {} }

    /// Cannot be called: this type has no values.
    public mutating func signTrailers(_ canonical: RawSpan) -> String { switch self {} }
}

extension ChunkExtensionsView {
    /// The signature of the chunk in aws-chunked, as it was sent; nil if there is none.
    public var chunkSignature: RawSpan? {
        @_lifetime(copy self)
        get {
            guard let signature = first(named: AWSChunked.signatureExtension) else { return nil }
            return signature.rawValue
        }
    }
}
