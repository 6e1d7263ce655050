extension EventStreamHeaderName {
    /// The date of a signed message: a timestamp.
    public static let date = ":date"

    /// The signature of a signed message: a byte array.
    public static let chunkSignature = ":chunk-signature"
}

/// A signed message, borrowed from the message that wraps it. Its signature has not been verified.
///
/// ```swift
/// try decoder.decode(bytes) { message in
///     let signed = try EventStreamSignedMessage(message)
///     if let inner = try signed.message() { use(inner) }
/// }
/// ```
///
/// Use ``EventStreamKeyVerifier`` to verify signatures. This type is for tools that have no key.
public struct EventStreamSignedMessage: ~Escapable, BitwiseCopyable {
    /// The date of the signature.
    public let date: SigV4Date

    /// The bytes of the signature: 32 with SigV4.
    public let signature: RawSpan

    /// The encoded header `:date`, which is signed.
    public let dateHeader: RawSpan

    /// The payload, which is signed: a whole encoded message, or nothing at the end of the stream.
    public let payload: RawSpan

    private let payloadOffset: UInt64

    /// Reads the headers of a signed message.
    ///
    /// - Parameter message: A message whose headers are exactly `:date`, a timestamp, and `:chunk-signature`, a byte array, in
    ///   either order.
    /// - Throws: ``SigV4Error/Code/headersUnexpected`` for any other message.
    @_lifetime(copy message)
    public init(_ message: EventStreamMessageView) throws(SigV4Error) {
        var iterator = message.headers.makeIterator()
        guard let first = iterator.next() else { throw Self.unexpected(at: message.endOfHeaders) }
        guard let second = iterator.next() else { throw Self.unexpected(at: message.endOfHeaders) }
        if let third = iterator.next() { throw Self.unexpected(at: third.offset) }
        if first.name == EventStreamHeaderName.date {
            try self.init(message, date: first, signature: second)
        } else if second.name == EventStreamHeaderName.date {
            try self.init(message, date: second, signature: first)
        } else {
            let isSignature = first.name == EventStreamHeaderName.chunkSignature
            throw Self.unexpected(at: isSignature ? second.offset : first.offset)
        }
    }

    @_lifetime(copy message)
    private init(
        _ message: EventStreamMessageView, date: EventStreamHeaderView, signature: EventStreamHeaderView
    ) throws(SigV4Error) {
        guard case .timestamp(let milliseconds) = date.value else {
            throw Self.unexpected(at: date.offset)
        }
        guard signature.name == EventStreamHeaderName.chunkSignature, case .byteArray = signature.value else {
            throw Self.unexpected(at: signature.offset)
        }
        self.date = SigV4Date(milliseconds: milliseconds)
        // Both headers lie in the message, so their spans can be taken from it.
        let frame = message.frame
        self.signature = frame.extracting(signature.valueRangeInMessage)
        dateHeader = frame.extracting(date.rangeInMessage)
        payload = message.payload
        payloadOffset = message.offset &+ UInt64(message.prelude.payloadRange.lowerBound)
    }

    private static func unexpected(at offset: UInt64) -> SigV4Error { SigV4Error(.headersUnexpected, at: offset) }

    /// Whether this is the end of the stream: a signed message without a payload.
    public var isEnd: Bool { payload.isEmpty }

    /// Parses the message in the payload.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: The message, with its position in the signed stream, or nil if this is the end of the stream.
    /// - Throws: ``SigV4Error/Code/message`` if the payload is not a message, ``SigV4Error/Code/innerLengthMismatch`` if it is
    ///   not exactly one.
    @_lifetime(copy self)
    public func message(
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) throws(SigV4Error) -> EventStreamMessageView? {
        guard !isEnd else { return nil }
        let frame: EventStreamFrame
        do throws(EventStreamError) {
            frame = try EventStreamFrame.parse(payload, streamOffset: payloadOffset, limits: limits, policy: policy)
        } catch {
            throw SigV4Error(error)
        }
        switch frame {
        case .incomplete(let needed):
            throw SigV4Error(
                .innerLengthMismatch, at: payloadOffset, found: UInt64(payload.byteCount), expected: UInt64(needed))
        case .message(let message):
            guard message.frame.byteCount == payload.byteCount else {
                throw SigV4Error(
                    .innerLengthMismatch, at: payloadOffset, found: UInt64(payload.byteCount),
                    expected: UInt64(message.frame.byteCount))
            }
            return message
        }
    }
}

extension EventStreamMessageView {
    /// The position of the end of the header block in the stream.
    fileprivate var endOfHeaders: UInt64 { offset &+ UInt64(prelude.headersRange.upperBound) }
}

extension EventStreamHeaderView {
    /// The header's bytes, from the start of its message.
    fileprivate var rangeInMessage: Range<Int> { Self.moved(rangeInBlock) }

    /// The bytes of the header's value, from the start of its message.
    fileprivate var valueRangeInMessage: Range<Int> { Self.moved(valueRangeInBlock) }

    private static func moved(_ range: Range<Int>) -> Range<Int> {
        (range.lowerBound &+ EventStreamPrelude.length)..<(range.upperBound &+ EventStreamPrelude.length)
    }
}
