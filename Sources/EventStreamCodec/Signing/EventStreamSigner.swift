/// Signs the events of a stream with SigV4: ``EventStreamKeySigner`` with the key of a service in a region.
///
/// ```swift
/// var signer = EventStreamSigner<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
/// ```
public typealias EventStreamSigner<Hash: SigV4Hash> = EventStreamKeySigner<SigV4SigningKey<Hash>>

/// Signs the events of a stream with SigV4A: ``EventStreamKeySigner`` with an ECDSA key.
public typealias EventStreamSigV4ASigner<PrivateKey: SigV4AKey> = EventStreamKeySigner<SigV4ASigningKey<PrivateKey>>

/// Signs the events of a stream: wraps each message in another one that has its date and its signature.
///
/// ```swift
/// var signer = EventStreamSigner<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
/// try signer.append(message, at: date, to: &bytes)
/// try signer.end(at: date, to: &bytes)
/// ```
///
/// | part of a signed message | content |
/// |---|---|
/// | `:date` | a timestamp, the first header |
/// | `:chunk-signature` | a byte array: 32 bytes with SigV4 |
/// | payload | the whole encoded message |
///
/// The first signature continues that of the request, which has the header
/// `x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS`; each later one continues the signature before it. Services require
/// an empty signed message at the end, see ``end(at:to:)``. A message without headers and payload is not the end: it is wrapped
/// as 16 bytes.
///
/// If a function throws, the output and the chain of signatures are unchanged, so the call can be repeated.
public struct EventStreamKeySigner<Key: AWSSigningKey> {
    /// Encodes the messages.
    public let encoder: EventStreamEncoder

    /// Whether the end of the stream has been signed.
    public private(set) var isEnded = false

    var chain: SigV4Chain<Key>

    // Members, so that their memory is reused.
    var inner: [UInt8] = []
    var head: [UInt8] = []
    var tail: [UInt8] = []

    /// Creates a signer.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - seedSignature: The signature of the request that opens the stream.
    ///   - encoder: Encodes the messages.
    public init(key: Key, seedSignature: SigV4Signature, encoder: EventStreamEncoder = EventStreamEncoder()) {
        self.encoder = encoder
        chain = SigV4Chain(key, seed: seedSignature)
    }

    /// Creates a signer with SigV4.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the request was signed.
    ///   - region: The region, such as `us-east-1`.
    ///   - service: The service's signing name, such as `transcribe`.
    ///   - seedSignature: The signature of the request that opens the stream.
    ///   - encoder: Encodes the messages.
    public init<Hash>(
        _ credentials: AWSCredentials, region: String, service: String, seedSignature: SigV4Signature,
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) where Key == SigV4SigningKey<Hash> {
        self.init(
            key: SigV4SigningKey(credentials, region: region, service: service), seedSignature: seedSignature,
            encoder: encoder)
    }

    /// Creates a signer with SigV4A.
    ///
    /// - Parameters:
    ///   - credentials: The credentials with which the request was signed.
    ///   - service: The service's signing name, such as `transcribe`.
    ///   - seedSignature: The signature of the request that opens the stream.
    ///   - encoder: Encodes the messages.
    /// - Throws: ``SigV4Error/Code/keyInvalid`` if no key can be derived from the credentials.
    public init<PrivateKey>(
        _ credentials: AWSCredentials, service: String, seedSignature: SigV4Signature,
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) throws(SigV4Error) where Key == SigV4ASigningKey<PrivateKey> {
        self.init(
            key: try SigV4ASigningKey(credentials, service: service), seedSignature: seedSignature, encoder: encoder)
    }

    /// The signature that the next one continues: that of the last message, or the seed signature.
    public var previousSignature: SigV4Signature { chain.previous }

    /// Returns the largest length of a signed message in bytes. With SigV4, it is the exact length.
    ///
    /// - Parameters:
    ///   - headers: The headers of the message to sign.
    ///   - payloadLength: The length of its payload.
    /// - Returns: The length.
    /// - Throws: ``SigV4Error/Code/message`` if the message or the signed message is too long for the encoder's limits.
    public func maximumEncodedLength(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(SigV4Error) -> Int {
        try SigV4Error.wrapping { () throws(EventStreamError) in
            let inner = try encoder.encodedLength(headers: headers, payloadLength: payloadLength)
            return try encoder.encodedLength(
                headers: EnvelopeHeaders(signatureLength: Key.maximumSignatureLength), payloadLength: inner)
        }
    }

    /// The largest length of the empty signed message in bytes. With SigV4, it is the exact length.
    public var maximumEndLength: Int {
        EventStreamPrelude.minimumTotalLength + EnvelopeHeaders.length(signatureLength: Key.maximumSignatureLength)
    }
}

// MARK: Whole messages

extension EventStreamKeySigner {
    /// Signs a message and appends it to an array.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - date: The date of the signature, usually now.
    ///   - bytes: The array.
    /// - Throws: ``SigV4Error/Code/message`` if the message cannot be encoded, ``SigV4Error/Code/dateOutOfRange``,
    ///   ``SigV4Error/Code/streamEnded`` after the end, and the errors of the key.
    public mutating func append(
        _ message: EventStreamMessage, at date: SigV4Date, to bytes: inout [UInt8]
    ) throws(SigV4Error) {
        try append(message.headers, message.payload.rawSpan, date, to: &bytes)
    }

    /// Signs a message and appends it to an array.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - date: The date of the signature, usually now.
    ///   - bytes: The array.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``.
    @inlinable
    public mutating func append(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        at date: SigV4Date, to bytes: inout [UInt8]
    ) throws(SigV4Error) {
        try append(headers, payload.rawSpan, date, to: &bytes)
    }

    /// Signs a message and appends it to an array. The headers can be a literal.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - date: The date of the signature, usually now.
    ///   - bytes: The array.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``.
    @inlinable
    public mutating func append(
        headers: EventStreamHeaders, payload: borrowing some RawBytes & ~Copyable & ~Escapable, at date: SigV4Date,
        to bytes: inout [UInt8]
    ) throws(SigV4Error) {
        try append(headers, payload.rawSpan, date, to: &bytes)
    }

    /// Signs an encoded message as it is, and appends it to an array. Its bytes are not encoded or checksummed again.
    ///
    /// - Parameters:
    ///   - message: The message, for example one that a decoder has returned.
    ///   - date: The date of the signature, usually now.
    ///   - bytes: The array.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``.
    public mutating func append(
        _ message: EventStreamMessageView, at date: SigV4Date, to bytes: inout [UInt8]
    ) throws(SigV4Error) {
        inner.removeAll(keepingCapacity: true)
        tail.removeAll(keepingCapacity: true)
        try seal(message.frame, crc: Self.wholeCRC(message.messageCRC), at: date)
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: message.frame)
        bytes.append(contentsOf: tail)
    }

    /// Signs a message and appends it to an output span.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - date: The date of the signature, usually now.
    ///   - output: The output span, with space for ``maximumEncodedLength(headers:payloadLength:)`` bytes.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``. If the space is too short, the message's error
    ///   is ``EventStreamError/Code/bufferTooSmall``.
    @inlinable
    public mutating func encode(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        at date: SigV4Date, into output: inout OutputRawSpan
    ) throws(SigV4Error) {
        try encode(headers, payload.rawSpan, date, into: &output)
    }

    @usableFromInline
    mutating func append(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ date: SigV4Date, to bytes: inout [UInt8]
    ) throws(SigV4Error) {
        try seal(headers, payload, at: date)
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: tail)
    }

    @usableFromInline
    mutating func encode(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ date: SigV4Date,
        into output: inout OutputRawSpan
    ) throws(SigV4Error) {
        let length = try maximumEncodedLength(headers: headers, payloadLength: payload.byteCount)
        try requireRoom(for: length, in: output)
        try seal(headers, payload, at: date)
        output.append(contentsOf: head.rawSpan)
        output.append(contentsOf: payload)
        output.append(contentsOf: tail.rawSpan)
    }

    private func requireRoom(for length: Int, in output: borrowing OutputRawSpan) throws(SigV4Error) {
        let room = output.freeCapacity
        guard room >= length else { throw SigV4Error(.bufferTooSmall(room: room, needed: length)) }
    }
}

// MARK: Pieces

extension EventStreamKeySigner {
    /// Signs a message and returns the bytes before and after its payload, for a vectored write that does not copy the payload.
    ///
    /// Each byte of the payload is hashed once and checksummed once.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload, which is only read.
    ///   - date: The date of the signature, usually now.
    /// - Returns: The bytes before the payload, and the eight bytes after it: the CRCs of the message and of the signed message.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``.
    @inlinable
    public mutating func parts(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        at date: SigV4Date
    ) throws(SigV4Error) -> EventStreamEncoder.Parts {
        try parts(headers, payload.rawSpan, date)
    }

    /// Signs a message and returns the bytes before and after its payload. The headers can be a literal.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload, which is only read.
    ///   - date: The date of the signature, usually now.
    /// - Returns: The bytes before the payload, and the eight bytes after it.
    /// - Throws: The errors of ``append(_:at:to:)-(EventStreamMessage,_,_)``.
    @inlinable
    public mutating func parts(
        headers: EventStreamHeaders, payload: borrowing some RawBytes & ~Copyable & ~Escapable, at date: SigV4Date
    ) throws(SigV4Error) -> EventStreamEncoder.Parts {
        try parts(headers, payload.rawSpan, date)
    }

    @usableFromInline
    mutating func parts(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ date: SigV4Date
    ) throws(SigV4Error) -> EventStreamEncoder.Parts {
        try seal(headers, payload, at: date)
        var parts = EventStreamEncoder.Parts()
        parts.head = head
        parts.tail = tail
        return parts
    }
}

// MARK: The end

extension EventStreamKeySigner {
    /// Signs the end of the stream, an empty payload, and appends it to an array.
    ///
    /// - Parameters:
    ///   - date: The date of the signature, usually now.
    ///   - bytes: The array.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``, ``SigV4Error/Code/streamEnded`` if it has been called before, and the
    ///   errors of the key.
    public mutating func end(at date: SigV4Date, to bytes: inout [UInt8]) throws(SigV4Error) {
        try sealEnd(at: date)
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: tail)
    }

    /// Signs the end of the stream and appends it to an output span.
    ///
    /// - Parameters:
    ///   - date: The date of the signature, usually now.
    ///   - output: The output span, with space for ``maximumEndLength`` bytes.
    /// - Throws: The errors of ``end(at:to:)``. If the space is too short, the message's error is
    ///   ``EventStreamError/Code/bufferTooSmall``.
    public mutating func end(at date: SigV4Date, into output: inout OutputRawSpan) throws(SigV4Error) {
        try requireRoom(for: maximumEndLength, in: output)
        try sealEnd(at: date)
        output.append(contentsOf: head.rawSpan)
        output.append(contentsOf: tail.rawSpan)
    }

    private mutating func sealEnd(at date: SigV4Date) throws(SigV4Error) {
        inner.removeAll(keepingCapacity: true)
        tail.removeAll(keepingCapacity: true)
        let nothing: [UInt8] = []
        try seal(nothing.rawSpan, crc: 0, at: date)
        isEnded = true
    }
}

// MARK: Messages that the caller writes

extension EventStreamKeySigner {
    /// Returns the signature of a signed message that you write yourself, and continues the chain with it.
    ///
    /// - Parameters:
    ///   - headers: The encoded headers that are signed: usually only `:date`.
    ///   - payload: The payload of the signed message: a whole encoded message, or nothing at the end of the stream.
    ///   - date: The date of the signature.
    /// - Returns: The signature.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``, and the errors of the key.
    public mutating func signature(
        headers: borrowing some RawBytes & ~Copyable & ~Escapable,
        payload: borrowing some RawBytes & ~Copyable & ~Escapable, at date: SigV4Date
    ) throws(SigV4Error) -> SigV4Signature {
        try chain.sign(.payload, at: date, Key.Hash.digest(of: headers), Key.Hash.digest(of: payload))
    }

    /// Returns the string that ``signature(headers:payload:at:)`` would sign, to be compared with that of a service or another
    /// implementation.
    ///
    /// - Parameters:
    ///   - headers: The encoded headers that are signed.
    ///   - payload: The payload of the signed message.
    ///   - date: The date of the signature.
    /// - Returns: Six lines.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange``.
    public func stringToSign(
        headers: borrowing some RawBytes & ~Copyable & ~Escapable,
        payload: borrowing some RawBytes & ~Copyable & ~Escapable, at date: SigV4Date
    ) throws(SigV4Error) -> String {
        try chain.stringToSign(.payload, at: date, Key.Hash.digest(of: headers), Key.Hash.digest(of: payload))
    }
}

extension EventStreamKeySigner: Sendable where Key: Sendable {}
