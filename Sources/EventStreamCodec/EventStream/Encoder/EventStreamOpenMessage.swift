/// A message whose head is written and whose payload is on its way, in as many pieces as it likes.
///
/// ```swift
/// var message = try encoder.begin(headers: headers, payloadLength: size, into: &output)
/// while let piece = source.next() {
///     try message.update(piece.bytes)
///     send(piece)
/// }
/// send(bigEndian: try message.finish())
/// ```
public struct EventStreamOpenMessage: Sendable {
    private var crc: RunningCRC
    private let payloadStart: Int
    private let payloadLength: Int
    private var written = 0

    init(crc: RunningCRC, payloadStart: Int, payloadLength: Int) {
        self.crc = crc
        self.payloadStart = payloadStart
        self.payloadLength = payloadLength
    }

    /// The bytes of the payload that are still to come.
    public var missing: Int { payloadLength &- written }

    /// Takes note of the payload's next bytes, which the caller sends.
    ///
    /// - Throws: ``EventStreamError/Code/payloadLengthMismatch`` when they are more than were announced; they are then
    ///   not taken.
    public mutating func update(_ payload: RawSpan) throws(EventStreamError) {
        guard payload.byteCount <= missing else {
            throw EventStreamError(
                .payloadLengthMismatch, at: UInt64(payloadStart &+ payloadLength),
                found: UInt64(written) &+ UInt64(payload.byteCount), expected: UInt64(payloadLength))
        }
        crc.update(next: payload)
        written &+= payload.byteCount
    }

    /// Takes note of the payload's next bytes, which the caller sends.
    ///
    /// - Throws: As ``update(_:)-(RawSpan)``.
    public mutating func update(_ payload: Span<UInt8>) throws(EventStreamError) {
        try unsafe update(payload.bytes)
    }

    /// The message CRC, to be sent as four bytes, most significant first, after the payload.
    ///
    /// - Throws: ``EventStreamError/Code/payloadLengthMismatch`` when the payload is shorter than announced.
    public func finish() throws(EventStreamError) -> UInt32 {
        guard missing == 0 else {
            throw EventStreamError(
                .payloadLengthMismatch, at: UInt64(payloadStart &+ written), found: UInt64(written),
                expected: UInt64(payloadLength))
        }
        return crc.value
    }

    /// Appends the message CRC to `output`: four bytes.
    ///
    /// - Throws: As ``finish()``, and ``EventStreamError/Code/bufferTooSmall``.
    public func finish(into output: inout OutputRawSpan) throws(EventStreamError) {
        let crc = try finish()
        guard output.freeCapacity >= EventStreamPrelude.messageCRCByteCount else {
            throw EventStreamError(
                .bufferTooSmall, at: UInt64(payloadStart &+ payloadLength &+ output.freeCapacity),
                found: UInt64(output.freeCapacity), expected: UInt64(EventStreamPrelude.messageCRCByteCount))
        }
        output.append(bigEndian: crc)
    }
}
