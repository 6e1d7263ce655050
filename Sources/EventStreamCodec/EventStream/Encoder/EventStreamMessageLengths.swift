/// The lengths of a message to be encoded, known to fit into each other, the wire and the limits.
@usableFromInline
struct EventStreamMessageLengths {
    /// The header block.
    @usableFromInline let headers: Int

    /// The whole message.
    @usableFromInline let total: Int

    /// The prelude and the header block.
    @usableFromInline var head: Int { EventStreamPrelude.byteCount &+ headers }

    @usableFromInline
    init(headers: Int, payload: Int, limits: EventStreamLimits) throws(EventStreamError) {
        // A negative length is one too long, read as the wire would read it.
        guard headers >= 0, headers <= limits.headersLength else {
            throw EventStreamError(
                .headersTooLong, at: 4, found: UInt64(UInt(bitPattern: headers)),
                expected: UInt64(clamping: limits.headersLength))
        }
        guard payload >= 0, payload <= limits.payloadLength else {
            throw EventStreamError(
                .payloadTooLong, at: 0, found: UInt64(UInt(bitPattern: payload)),
                expected: UInt64(clamping: limits.payloadLength))
        }
        let (sum, overflow) = headers.addingReportingOverflow(payload)
        let longest = Swift.min(Swift.max(limits.messageLength, 0), Int(clamping: UInt32.max))
        guard !overflow, sum <= longest &- EventStreamPrelude.minimumTotalLength else {
            throw EventStreamError(
                .messageTooLong, at: 0, found: UInt64(headers) &+ UInt64(payload) &+ 16,
                expected: UInt64(clamping: longest))
        }
        self.headers = headers
        total = sum &+ EventStreamPrelude.minimumTotalLength
    }
}
