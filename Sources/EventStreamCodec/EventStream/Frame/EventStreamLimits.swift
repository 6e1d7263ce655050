/// How large the parts of a message may be, in bytes; `Int.max` means no limit.
///
/// A length beyond its limit is refused as soon as the prelude has declared it, before any memory is used for it.
///
/// On 32-bit platforms a message of 2 GiB or more is always refused with ``EventStreamError/Code/messageTooLong``, after
/// the limits were checked: its bytes could not be addressed.
///
/// The Smithy event stream specification bounds headers and payload, and says that services must validate the bounds
/// while clients must not. The defaults are the specification's, because a bound protects; raise them, or use
/// ``unlimited``, for a service known to send more.
public struct EventStreamLimits: Sendable, Hashable {
    /// The longest message as a whole: prelude, headers, payload and message CRC.
    public var messageLength: Int

    /// The longest header block.
    public var headersLength: Int

    /// The longest payload.
    public var payloadLength: Int

    /// The longest string or byte array in a header; the wire's 16-bit length allows 65,535.
    public var headerValueLength: Int

    /// The specification's longest header block: 128 KiB.
    public static let specifiedHeadersLength = 131_072

    /// The specification's longest payload: 24 MiB.
    public static let specifiedPayloadLength = 25_165_824

    /// The specification's longest string or byte array in a header.
    public static let specifiedHeaderValueLength = 32_767

    /// Sets every limit; each default is no limit.
    public init(
        messageLength: Int = .max, headersLength: Int = .max, payloadLength: Int = .max, headerValueLength: Int = .max
    ) {
        self.messageLength = messageLength
        self.headersLength = headersLength
        self.payloadLength = payloadLength
        self.headerValueLength = headerValueLength
    }

    /// What a decoder accepts unless told otherwise: the specification's headers and payload, and header values of any
    /// length the wire can carry, because services have been seen to send them.
    public static let decoding = EventStreamLimits(
        headersLength: specifiedHeadersLength, payloadLength: specifiedPayloadLength)

    /// What an encoder writes unless told otherwise: all of the specification's bounds.
    public static let encoding = EventStreamLimits(
        headersLength: specifiedHeadersLength, payloadLength: specifiedPayloadLength,
        headerValueLength: specifiedHeaderValueLength)

    /// What a segment decoder accepts unless told otherwise: payloads of any length, since it never holds one.
    public static let segments = EventStreamLimits(headersLength: specifiedHeadersLength)

    /// Whatever the wire format can express.
    public static let unlimited = EventStreamLimits()
}
