#if Crypto
import Crypto
import EventStreamCodec

/// An ECDSA private key of swift-crypto, with which SigV4A signs.
///
/// ```swift
/// var signer = try EventStreamSigV4ASigner<SwiftCryptoSigV4AKey>(
///     credentials, service: "transcribe", seedSignature: seed)
/// ```
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct SwiftCryptoSigV4AKey: SigV4AKey, Sendable {
    private let key: P256.Signing.PrivateKey

    /// swift-crypto's hashes.
    public typealias Hash = SwiftCryptoHash

    /// Creates the key with this private scalar.
    ///
    /// - Parameter scalar: The scalar.
    /// - Throws: `SigV4Error.Code.keyInvalid` if the scalar does not have 32 bytes, is 0, or at least the order of the curve.
    public init(privateScalar scalar: SigV4PrivateScalar) throws(SigV4Error) {
        do {
            key = try P256.Signing.PrivateKey(rawRepresentation: scalar.bytes)
        } catch {
            throw SigV4Error(.keyInvalid)
        }
    }

    /// The public key, uncompressed: a byte 4, and two numbers of 32 bytes (ANSI X9.63).
    public var publicKey: [UInt8] { Array(key.publicKey.x963Representation) }

    /// Signs a message.
    ///
    /// - Parameter message: The message.
    /// - Returns: The signature in its DER encoding. Signing a message again returns another signature.
    /// - Throws: `SigV4Error.Code.signingFailed`.
    public func sign(_ message: RawSpan) throws(SigV4Error) -> SigV4Signature {
        let signature = unsafe message.withUnsafeBytes { message in
            unsafe try? key.signature(for: message).derRepresentation
        }
        guard let signature else { throw SigV4Error(.signingFailed) }
        return SigV4Signature(Array(signature))
    }

    /// Returns whether a signature is one of this key's for a message.
    ///
    /// - Parameters:
    ///   - signature: The signature in its DER encoding. Any other bytes are not a signature.
    ///   - message: The message.
    /// - Returns: Whether the signature is valid.
    public func isValid(_ signature: SigV4Signature, for message: RawSpan) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature.bytes) else { return false }
        return unsafe message.withUnsafeBytes { unsafe key.publicKey.isValidSignature(signature, for: $0) }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension SwiftCryptoSigV4AKey: CustomStringConvertible, CustomReflectable {
    /// No part of the key.
    public var description: String { "SwiftCryptoSigV4AKey(secret)" }

    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
#endif
