/// Verifies the events of a stream that is signed with SigV4: ``EventStreamKeyVerifier`` with the key of a service in a region.
public typealias EventStreamVerifier<Hash: SigV4Hash> = EventStreamKeyVerifier<SigV4SigningKey<Hash>>

/// Verifies the events of a stream that is signed with SigV4A: ``EventStreamKeyVerifier`` with an ECDSA key.
public typealias EventStreamSigV4AVerifier<PrivateKey: SigV4AKey> = EventStreamKeyVerifier<SigV4ASigningKey<PrivateKey>>

/// Verifies the signed messages of a stream in order, and returns the messages in them.
///
/// ```swift
/// var verifier = EventStreamVerifier<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
/// try decoder.decode(bytes) { signed in
///     if let message = try verifier.verify(signed) { use(message) }
/// }
/// try verifier.finish()
/// ```
///
/// Each signature continues the one before it, so a message that was changed, removed, added or moved is an error. A message
/// is parsed only after its signature was verified. ``finish()`` reports a stream that was cut.
///
/// After an error, the verifier keeps throwing that error. The exception is ``SigV4Error/Code/signingFailed``: that call can be
/// repeated.
///
/// The verifier has no clock. Services also reject a date that differs too much from theirs; compare
/// ``EventStreamSignedMessage/date`` if that matters.
public struct EventStreamKeyVerifier<Key: AWSSigningKey> {
    /// The lengths that are accepted in the messages.
    public let limits: EventStreamLimits

    /// What is done where implementations disagree.
    public let policy: EventStreamPolicy

    private var chain: SigV4Chain<Key>
    private var failure: SigV4Error?

    /// Whether the end of the stream has been verified.
    public private(set) var isEnded = false

    /// The position after the last message, in bytes from the start of the stream.
    private var offset: UInt64 = 0

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - key: The key with which the stream was signed.
    ///   - seedSignature: The signature of the request that opened the stream.
    ///   - limits: The lengths to accept in the messages.
    ///   - policy: What to do where implementations disagree.
    public init(
        key: Key, seedSignature: SigV4Signature, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) {
        self.limits = limits
        self.policy = policy
        chain = SigV4Chain(key, seed: seedSignature)
    }

    /// Creates a verifier for SigV4.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the stream was signed.
    ///   - region: The region, such as `us-east-1`.
    ///   - service: The service's signing name, such as `transcribe`.
    ///   - seedSignature: The signature of the request that opened the stream.
    ///   - limits: The lengths to accept in the messages.
    ///   - policy: What to do where implementations disagree.
    public init<Hash>(
        _ credentials: AWSCredentials, region: String, service: String, seedSignature: SigV4Signature,
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) where Key == SigV4SigningKey<Hash> {
        self.init(
            key: SigV4SigningKey(credentials, region: region, service: service), seedSignature: seedSignature,
            limits: limits, policy: policy)
    }

    /// Creates a verifier for SigV4A.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the stream was signed.
    ///   - service: The service's signing name, such as `transcribe`.
    ///   - seedSignature: The signature of the request that opened the stream.
    ///   - limits: The lengths to accept in the messages.
    ///   - policy: What to do where implementations disagree.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if no key can be derived from the credentials.
    public init<PrivateKey>(
        _ credentials: AWSCredentials, service: String, seedSignature: SigV4Signature,
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) throws(SigV4Error) where Key == SigV4ASigningKey<PrivateKey> {
        self.init(
            key: try SigV4ASigningKey(credentials, service: service), seedSignature: seedSignature, limits: limits,
            policy: policy)
    }

    /// The signature that the next one must continue: that of the last message, or the seed signature.
    public var previousSignature: SigV4Signature { chain.previous }

    /// Verifies the next signed message.
    ///
    /// - Parameter signed: The signed message.
    /// - Returns: The message in it, borrowed from it, or nil if it is the end of the stream.
    /// - Throws: ``SigV4Error``, with a code for verifying or ``SigV4Error/Code/streamEnded``.
    /// - Complexity: O(*n*), where *n* is the length of the message.
    @_lifetime(copy signed)
    public mutating func verify(_ signed: EventStreamMessageView) throws(SigV4Error) -> EventStreamMessageView? {
        if let failure { throw failure }
        do throws(SigV4Error) {
            return try verifyNext(signed)
        } catch {
            // A signing failure can be temporary, so it is not sticky.
            if error.code != .signingFailed { failure = error }
            throw error
        }
    }

    @_lifetime(copy message)
    private mutating func verifyNext(_ message: EventStreamMessageView) throws(SigV4Error) -> EventStreamMessageView? {
        guard !isEnded else { throw SigV4Error(.streamEnded, at: message.offset) }
        let signed = try EventStreamSignedMessage(message)
        let length = signed.signature.byteCount
        guard length > 0, length <= Key.maximumSignatureLength else {
            throw SigV4Error(
                .signatureMalformed, at: message.offset, found: UInt64(length),
                expected: UInt64(Key.maximumSignatureLength))
        }
        let isValid: Bool
        do throws(SigV4Error) {
            isValid = try chain.verify(
                SigV4Signature(signed.signature), .payload, at: signed.date,
                Key.Hash.digest(of: signed.dateHeader), Key.Hash.digest(of: signed.payload))
        } catch {
            throw SigV4Error(error.code, at: message.offset)
        }
        guard isValid else { throw SigV4Error(.signatureMismatch, at: message.offset) }
        offset = message.offset &+ UInt64(message.frame.byteCount)
        isEnded = signed.isEnd
        return try signed.message(limits: limits, policy: policy)
    }

    /// Ends the stream.
    ///
    /// - Throws: ``SigV4Error/Code/endMissing`` if the end of the stream was not verified; after an error, that error.
    public func finish() throws(SigV4Error) {
        if let failure { throw failure }
        guard isEnded else { throw SigV4Error(.endMissing, at: offset) }
    }
}

extension EventStreamKeyVerifier: Sendable where Key: Sendable {}
