#if Crypto
import Crypto
import EventStreamCodec

/// SHA-256 and HMAC-SHA256 from swift-crypto.
///
/// ```swift
/// var signer = EventStreamSigner<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
/// ```
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct SwiftCryptoHash: SigV4Hash, Sendable {
    private var hash = SHA256()

    /// Creates the hash of no bytes.
    public init() {}

    /// Adds the next bytes.
    ///
    /// - Parameter bytes: The bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// Returns the SHA-256 of all bytes so far.
    ///
    /// - Returns: The digest.
    public func finalize() -> SigV4Digest {
        unsafe hash.finalize().withUnsafeBytes { unsafe SigV4Digest($0) }
    }

    /// Returns the HMAC-SHA256 of a message.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - key: The key, of any length.
    /// - Returns: The authentication code.
    public static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest {
        let key = unsafe key.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        let code = unsafe message.withUnsafeBytes { unsafe HMAC<SHA256>.authenticationCode(for: $0, using: key) }
        return unsafe code.withUnsafeBytes { unsafe SigV4Digest($0) }
    }
}
#endif
