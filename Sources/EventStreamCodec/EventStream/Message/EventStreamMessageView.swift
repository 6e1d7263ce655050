/// A message, checked and whole, lent from the memory it was found in.
///
/// A view copies nothing. It cannot be kept past the call that lent it: code that tries does not compile. Whoever wants
/// to keep a message makes an ``EventStreamMessage`` of it.
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

    /// The message's lengths and the ranges that follow from them.
    public let prelude: EventStreamPrelude

    /// Where the message begins, in bytes from the start of the stream.
    public let offset: UInt64

    /// A view of bytes that hold a message with this prelude, not checked any further.
    @_lifetime(copy frame)
    init(unchecked frame: RawSpan, prelude: EventStreamPrelude, offset: UInt64) {
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
                offset: offset &+ UInt64(EventStreamPrelude.byteCount))
        }
    }

    /// The message's payload, uninterpreted.
    @inlinable public var payload: RawSpan {
        @_lifetime(copy self)
        @inline(__always) get { frame.extracting(prelude.payloadRange) }
    }

    /// The CRC-32 of all bytes before it: the message's last four bytes.
    public var messageCRC: UInt32 { frame.bigEndian(UInt32.self, at: prelude.messageCRCOffset) }

    /// Checks the message CRC, then the header block.
    @inline(__always)
    func check(
        _ crc: RunningCRC, limits: EventStreamLimits, policy: EventStreamPolicy
    ) throws(EventStreamError) {
        var crc = crc
        crc.update(to: frame)
        guard crc.value == messageCRC else {
            throw EventStreamError(
                .messageCRCMismatch, at: offset &+ UInt64(prelude.messageCRCOffset),
                found: UInt64(messageCRC), expected: UInt64(crc.value))
        }
        try headers.check(limits: limits, policy: policy)
    }
}
