/// The largest lengths to accept or to write, in bytes. `Int.max` means no limit.
///
/// A decoder checks a declared length against its limit when it reads the prelude, before it uses any memory for the
/// message.
///
/// The Smithy event stream specification limits headers and payload, and says that services must validate these limits and
/// that clients must not. The defaults are the specification's limits, because they protect the decoder. Raise them, or use
/// ``unlimited``, for a service that sends more.
///
/// 32-bit platforms always reject a message of 2 GiB or more with ``EventStreamError/Code/messageTooLong``, because they
/// cannot address its bytes.
public struct EventStreamLimits: Sendable, Hashable {
    /// The largest message: prelude, headers, payload and message CRC together.
    public var messageLength: Int

    /// The largest header block.
    public var headersLength: Int

    /// The largest payload.
    public var payloadLength: Int

    /// The largest string or byte array in a header. The 16-bit length on the wire allows 65,535.
    public var headerValueLength: Int

    /// The largest header block that the specification allows: 128 KiB.
    public static let specifiedHeadersLength = 131_072

    /// The largest payload that the specification allows: 24 MiB.
    public static let specifiedPayloadLength = 25_165_824

    /// The largest string or byte array in a header that the specification allows.
    public static let specifiedHeaderValueLength = 32_767

    /// Creates limits. Each default is no limit.
    ///
    /// - Parameters:
    ///   - messageLength: The largest message.
    ///   - headersLength: The largest header block.
    ///   - payloadLength: The largest payload.
    ///   - headerValueLength: The largest string or byte array in a header.
    public init(
        messageLength: Int = .max, headersLength: Int = .max, payloadLength: Int = .max, headerValueLength: Int = .max
    ) {
        self.messageLength = messageLength
        self.headersLength = headersLength
        self.payloadLength = payloadLength
        self.headerValueLength = headerValueLength
    }

    /// The default for decoding: the specification's limits for headers and payload. Header values have no limit beyond the
    /// wire's, because some services send longer ones than the specification allows.
    public static let decoding = EventStreamLimits(
        headersLength: specifiedHeadersLength, payloadLength: specifiedPayloadLength)

    /// The default for encoding: all limits of the specification.
    public static let encoding = EventStreamLimits(
        headersLength: specifiedHeadersLength, payloadLength: specifiedPayloadLength,
        headerValueLength: specifiedHeaderValueLength)

    /// The default for decoding segments: no limit for payloads, because a segment decoder never holds one.
    public static let segments = EventStreamLimits(headersLength: specifiedHeadersLength)

    /// No limits beyond those of the wire format.
    public static let unlimited = EventStreamLimits()
}

/// What to do where implementations of the format disagree, when decoding and when encoding.
///
/// The default rejects everything that the specification forbids.
public struct EventStreamPolicy: Sendable, Hashable {
    /// What to do with a header that some implementations reject.
    public enum Treatment: Sendable, Hashable {
        /// Reject the message with an error.
        case reject

        /// Accept the header as it is on the wire.
        case accept
    }

    /// A header name that occurs a second time in a message. The specification allows each name once;
    /// aws-c-event-stream and smithy-rs keep all of them. If accepted, all are kept in wire order, and a lookup finds the
    /// first.
    public var duplicateHeaderNames: Treatment

    /// A header name of zero bytes. The specification requires at least one byte; aws-c-event-stream and others accept it.
    public var emptyHeaderNames: Treatment

    /// Creates a policy. Both defaults reject.
    ///
    /// - Parameters:
    ///   - duplicateHeaderNames: What to do with a name that occurs a second time.
    ///   - emptyHeaderNames: What to do with a name of zero bytes.
    public init(duplicateHeaderNames: Treatment = .reject, emptyHeaderNames: Treatment = .reject) {
        self.duplicateHeaderNames = duplicateHeaderNames
        self.emptyHeaderNames = emptyHeaderNames
    }

    /// Rejects everything that the specification forbids.
    public static let strict = EventStreamPolicy()

    /// Accepts everything that a widely used implementation accepts.
    public static let lenient = EventStreamPolicy(duplicateHeaderNames: .accept, emptyHeaderNames: .accept)
}
