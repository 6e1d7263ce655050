/// Signs the chunks of an aws-chunked body, one after the other: the caller's cryptography.
///
/// A signer keeps the signature of the request and then of each chunk, because the next one's string to sign contains
/// it. With SigV4 that string is, line by line: `AWS4-HMAC-SHA256-PAYLOAD`, the time, the scope, the previous signature,
/// the SHA-256 of nothing, the SHA-256 of the chunk's data; for the trailers `AWS4-HMAC-SHA256-TRAILER`, the time, the
/// scope, the previous signature, the SHA-256 of the canonical trailers.
public protocol AWSChunkSigner {
    /// The number of characters of every signature: 64 with SigV4, 144 with SigV4A.
    static var signatureLength: Int { get }

    /// Takes the next bytes of the chunk.
    mutating func update(_ data: RawSpan)

    /// Returns the signature of the chunk whose bytes were taken, and begins the next chunk. The last chunk, for which
    /// no bytes are taken, is signed too.
    ///
    /// - Throws: ``AWSChunkedError/Code/signingFailed`` when there is no signature. The signer must then be as before
    ///   the call, so that the call can be repeated.
    mutating func signChunk() throws(AWSChunkedError) -> String

    /// Returns the signature of the trailers.
    ///
    /// - Parameter canonical: `name:value` and a line feed for each field, names in lower case.
    /// - Throws: As ``signChunk()``.
    mutating func signTrailers(_ canonical: RawSpan) throws(AWSChunkedError) -> String
}

/// No signer: chunks are not signed.
public enum AWSNoSigner: AWSChunkSigner, AWSChunkVerifier {
    /// No characters.
    public static var signatureLength: Int { 0 }

    /// Never called: there is no value of this type.
    public mutating func update(_ data: RawSpan) { switch self {} }

    /// Never called: there is no value of this type.
    public mutating func signChunk() -> String { switch self {} }

    /// Never called: there is no value of this type.
    public mutating func signTrailers(_ canonical: RawSpan) -> String { switch self {} }
}
