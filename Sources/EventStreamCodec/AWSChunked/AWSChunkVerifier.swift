/// Verifies the chunks of a signed aws-chunked body, one after the other: the caller's cryptography.
///
/// A type that signs need not say more: what it would have signed is compared with what came, in constant time.
public protocol AWSChunkVerifier {
    /// Takes the next bytes of the chunk.
    mutating func update(_ data: RawSpan)

    /// Whether this is the signature of the chunk whose bytes were taken; begins the next. (The last chunk, for which no
    /// bytes are taken, is signed too.)
    mutating func verifyChunk(signature: String) -> Bool

    /// Whether this is the signature of the trailers.
    ///
    /// - Parameters:
    ///   - canonical: `name:value` and a line feed for each field, names in lower case.
    ///   - signature: What came as `x-amz-trailer-signature`.
    mutating func verifyTrailers(_ canonical: RawSpan, signature: String) -> Bool
}

extension AWSChunkVerifier where Self: AWSChunkSigner {
    /// Whether ``AWSChunkSigner/signChunk()`` gives this signature.
    public mutating func verifyChunk(signature: String) -> Bool {
        (try? signChunk())?.hasSameBytes(as: signature) ?? false
    }

    /// Whether ``AWSChunkSigner/signTrailers(_:)`` gives this signature.
    public mutating func verifyTrailers(_ canonical: RawSpan, signature: String) -> Bool {
        (try? signTrailers(canonical))?.hasSameBytes(as: signature) ?? false
    }
}

extension String {
    /// Whether the strings have the same bytes, in a time that does not depend on where they differ.
    ///
    /// `==` is not that: it compares canonical equivalence (U+212A equals `K`), and stops at the first difference.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
