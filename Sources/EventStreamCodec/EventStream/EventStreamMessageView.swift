/// A complete and checked message, borrowed from the memory it was found in.
///
/// A view copies nothing. It cannot be kept after the call that provided it: code that tries does not compile. To keep a
/// message, create an ``EventStreamMessage`` from it.
///
/// | bytes of the message | part |
/// |---|---|
/// | 0..<12 | ``prelude`` |
/// | 12..<12+H | ``headers``, H = headers length |
/// | 12+H..<T−4 | ``payload``, T = total length |
/// | T−4..<T | ``messageCRC`` |
public struct EventStreamMessageView: ~Escapable, BitwiseCopyable {
    /// All bytes of the message, from its prelude to its message CRC.
    public let frame: RawSpan

    /// The lengths of the message's parts, and the ranges that follow from them.
    public let prelude: EventStreamPrelude

    /// The position of the message, in bytes from the start of the stream.
    public let offset: UInt64

    /// Creates a view of bytes that hold a message with this prelude. Nothing else is checked.
    @_lifetime(copy frame)
    package init(unchecked frame: RawSpan, prelude: EventStreamPrelude, offset: UInt64) {
        self.frame = frame
        self.prelude = prelude
        self.offset = offset
    }

    /// The message's headers, in wire order.
    @inlinable public var headers: EventStreamHeadersView {
        @_lifetime(copy self)
        @inline(__always) get {
            EventStreamHeadersView(
                unchecked: frame.extracting(prelude.headersRange),
                offset: offset &+ UInt64(EventStreamPrelude.length))
        }
    }

    /// The message's payload, uninterpreted.
    @inlinable public var payload: RawSpan {
        @_lifetime(copy self)
        @inline(__always) get { frame.extracting(prelude.payloadRange) }
    }

    /// The CRC-32 of all bytes before it: the message's last four bytes.
    public var messageCRC: UInt32 { frame.bigEndian(UInt32.self, at: prelude.messageCRCOffset) }
}

// MARK: Meaning

extension EventStreamMessageView {
    /// What a message means according to its `:message-type`.
    ///
    /// Source: Smithy, "Amazon Event Stream Specification", message types.
    public enum Kind: ~Escapable, BitwiseCopyable {
        /// An event of this `:event-type`. `initial-request` and `initial-response` are event types too.
        case event(type: EventStreamStringView)

        /// An exception in the service's model, of this `:exception-type`. It ends the stream.
        case exception(type: EventStreamStringView)

        /// An error outside the model, with its `:error-code` and `:error-message` if present. It ends the stream.
        case error(code: EventStreamStringView?, message: EventStreamStringView?)

        /// A message without a known `:message-type`, an event without `:event-type`, or an exception without
        /// `:exception-type`. It is not an error: pass it on or ignore it.
        case unrecognized
    }

    /// What the message means.
    public var kind: Kind {
        @_lifetime(copy self)
        get { headers.kind }
    }

    /// The value of `:message-type`.
    public var messageType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(named: EventStreamHeaderName.messageType) }
    }

    /// The value of `:event-type`.
    public var eventType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(named: EventStreamHeaderName.eventType) }
    }

    /// The value of `:content-type`, the media type of the payload.
    public var contentType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(named: EventStreamHeaderName.contentType) }
    }

    /// A summary such as `event chunk (5 headers, 1,024 bytes)`; the bytes are the payload's.
    ///
    /// A view cannot conform to `CustomStringConvertible`, so print its description: `print(message.description)`.
    public var description: String {
        EventStreamMessage.Kind(kind).summary(headerCount: headers.count, payloadLength: payload.byteCount)
    }
}

extension EventStreamHeadersView {
    /// What a message with these headers means.
    public var kind: EventStreamMessageView.Kind {
        @_lifetime(copy self)
        get {
            guard let type = string(named: EventStreamHeaderName.messageType) else { return .unrecognized }
            if type == "event" {
                if let event = string(named: EventStreamHeaderName.eventType) { return .event(type: event) }
            } else if type == "exception" {
                if let exception = string(named: EventStreamHeaderName.exceptionType) {
                    return .exception(type: exception)
                }
            } else if type == "error" {
                return .error(
                    code: string(named: EventStreamHeaderName.errorCode),
                    message: string(named: EventStreamHeaderName.errorMessage))
            }
            return .unrecognized
        }
    }
}

// MARK: One message in a caller's buffer

/// What is at the start of some bytes: a complete message, or the beginning of one.
///
/// This is the codec's lowest layer: a pure function for adapters that own their buffers. It keeps no state and copies
/// nothing. ``EventStreamPrelude`` has the ranges for slicing a buffer. It checks the headers of every message, because it cannot
/// remember a header block as ``EventStreamDecoder`` does.
///
/// ```swift
/// switch try EventStreamFrame.parse(buffered) {
/// case .incomplete(let needed): wait(forAtLeast: needed)
/// case .message(let message): deliver(message.prelude.payloadRange)
/// }
/// ```
public enum EventStreamFrame: ~Escapable {
    /// The message is incomplete. `needed` is the number of bytes that it needs from its start: 12 while the prelude is
    /// incomplete, then the message's length.
    case incomplete(needed: Int)

    /// A complete and checked message. It occupies the first `prelude.totalLength` bytes.
    case message(EventStreamMessageView)

    /// Parses the message at the start of `bytes`.
    ///
    /// Checks, in this order: the prelude CRC, total length ≥ 16, headers length ≤ total length − 16, the limits, and once
    /// all bytes have arrived the message CRC and the header block. Time is linear in the message's length.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the start of a message. Bytes after the message are not read.
    ///   - streamOffset: The position of `bytes` in the stream, for ``EventStreamMessageView/offset`` and the offset of an
    ///     error.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: The message, which borrows from `bytes`, or the number of bytes that it needs.
    /// - Throws: ``EventStreamError``, with the offset of the invalid field.
    @_lifetime(copy bytes)
    public static func parse(
        _ bytes: RawSpan, streamOffset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamFrame {
        var machine = EventStreamMachine(.message, at: streamOffset, limits: limits, policy: policy)
        var known = KnownHeaderBlocks()
        guard let message = try machine.readMessage(bytes, &known) else {
            return .incomplete(needed: machine.neededLength)
        }
        return .message(message)
    }

    /// Parses the message at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the start of a message. Bytes after the message are not read.
    ///   - streamOffset: The position of `bytes` in the stream.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: The message, which borrows from `bytes`, or the number of bytes that it needs.
    /// - Throws: ``EventStreamError``, with the offset of the invalid field.
    @_lifetime(copy bytes)
    public static func parse(
        _ bytes: Span<UInt8>, streamOffset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamFrame {
        // Bytes have no padding, so viewing them as raw memory is safe.
        try unsafe parse(bytes.bytes, streamOffset: streamOffset, limits: limits, policy: policy)
    }
}
