/// What stands at the start of some bytes: a whole message, or the beginning of one.
///
/// This is the codec's lowest layer, a pure function for those who own their buffers. It keeps no state and copies
/// nothing; ``EventStreamPrelude`` has the ranges to slice a buffer by.
///
/// ```swift
/// switch try EventStreamFrame.parse(buffered) {
/// case .incomplete(let needed): wait(forAtLeast: needed)
/// case .message(let message): hand(out: message.prelude.payloadRange)
/// }
/// ```
public enum EventStreamFrame: ~Escapable {
    /// The message is not whole: `needed` is the number of bytes it takes from its start. While the prelude is not
    /// whole that is 12; it then becomes the message's length.
    case incomplete(needed: Int)

    /// A message, checked and whole. Its `prelude.totalLength` bytes are the first of the bytes given.
    case message(EventStreamMessageView)

    /// Parses the message at the start of `bytes`.
    ///
    /// Checks, in this order: the prelude CRC, total length ≥ 16, headers length ≤ total length − 16, the limits, and
    /// when all bytes are there the message CRC and the header block. Time is linear in the message's length.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the start of a message; bytes after the message are not looked at.
    ///   - offset: Where `bytes` begins in the stream, for ``EventStreamMessageView/offset`` and the offset of an error.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Throws: ``EventStreamError``, with the offset of the offending field.
    @_lifetime(copy bytes)
    public static func parse(
        _ bytes: RawSpan, at offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamFrame {
        guard let prelude = try EventStreamPrelude.parse(bytes, at: offset, limits: limits) else {
            return .incomplete(needed: EventStreamPrelude.byteCount)
        }
        guard bytes.byteCount >= prelude.totalLength else {
            return .incomplete(needed: prelude.totalLength)
        }
        let message = EventStreamMessageView(
            unchecked: bytes.extracting(0..<prelude.totalLength), prelude: prelude, offset: offset)
        try message.check(RunningCRC(after: prelude), limits: limits, policy: policy)
        return .message(message)
    }

    /// Parses the message at the start of `bytes`; see ``parse(_:at:limits:policy:)-(RawSpan,_,_,_)``.
    @_lifetime(copy bytes)
    public static func parse(
        _ bytes: Span<UInt8>, at offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamFrame {
        // Bytes have no padding, so that viewing them as raw memory is safe.
        try unsafe parse(bytes.bytes, at: offset, limits: limits, policy: policy)
    }
}
