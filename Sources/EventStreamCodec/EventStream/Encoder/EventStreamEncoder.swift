/// Encodes messages, each in one pass: head, payload, message CRC.
///
/// ```swift
/// let encoder = EventStreamEncoder()
/// var bytes: [UInt8] = []
/// try encoder.append(headers: [":message-type": "event", ":event-type": "chunk"], payload: payload, to: &bytes)
/// ```
///
/// An encoder keeps no state and allocates nothing, but for the array it appends to. Every method checks lengths
/// against ``limits`` and the header block against ``policy`` before it writes past the block; when it throws, an output
/// span or array is as it was. Offsets of errors are counted from the start of the message.
public struct EventStreamEncoder: Sendable, Hashable {
    /// The lengths to write.
    public var limits: EventStreamLimits

    /// What to write where implementations disagree.
    public var policy: EventStreamPolicy

    /// An encoder; by default it writes only what the specification allows.
    public init(limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict) {
        self.limits = limits
        self.policy = policy
    }

    /// The exact length of the encoded message in bytes.
    ///
    /// - Throws: ``EventStreamError/Code/messageTooLong``, ``EventStreamError/Code/headersTooLong``,
    ///   ``EventStreamError/Code/payloadTooLong``, or what the headers' own length throws.
    public func encodedLength(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(EventStreamError) -> Int {
        try lengths(headers: headers, payloadLength: payloadLength).total
    }

    /// Appends a message to `output`, which must have room for ``encodedLength(headers:payloadLength:)`` bytes.
    ///
    /// - Throws: ``EventStreamError/Code/bufferTooSmall``, and what ``encodedLength(headers:payloadLength:)`` and the
    ///   check of the header block throw.
    public func encode(
        headers: some EventStreamHeaderSource, payload: RawSpan, into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        guard output.freeCapacity >= lengths.total else {
            throw EventStreamError(
                .bufferTooSmall, at: UInt64(output.freeCapacity), found: UInt64(output.freeCapacity),
                expected: UInt64(lengths.total))
        }
        try encode(headers, payload, lengths, into: &output)
    }

    /// Appends a message whose lengths are known, where there is room for it.
    func encode(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ lengths: Lengths,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let start = output.byteCount
        var crc = try encodeHead(headers, lengths, into: &output)
        output.append(contentsOf: payload)
        crc.update(to: output.bytes.extracting(droppingFirst: start))
        output.append(bigEndian: crc.value)
    }

    /// Starts a message whose payload travels by itself: appends its head, the prelude and the headers.
    ///
    /// For vectored writes and for payloads that come in pieces. What follows the head on the wire is the payload, as
    /// long as announced, and the message's last four bytes, which ``EventStreamOpenMessage`` computes.
    ///
    /// - Throws: As ``encode(headers:payload:into:)-(_,RawSpan,_)``.
    public func begin(
        headers: some EventStreamHeaderSource, payloadLength: Int, into output: inout OutputRawSpan
    ) throws(EventStreamError) -> EventStreamOpenMessage {
        let lengths = try lengths(headers: headers, payloadLength: payloadLength)
        guard output.freeCapacity >= lengths.head else {
            throw EventStreamError(
                .bufferTooSmall, at: UInt64(output.freeCapacity), found: UInt64(output.freeCapacity),
                expected: UInt64(lengths.head))
        }
        return EventStreamOpenMessage(
            crc: try encodeHead(headers, lengths, into: &output), payloadStart: lengths.head,
            payloadLength: payloadLength)
    }
}

extension EventStreamEncoder {
    /// The lengths of a message's parts, known to fit into each other, the wire and the limits.
    struct Lengths {
        var headers: Int
        var total: Int
        var head: Int { EventStreamPrelude.byteCount &+ headers }
    }

    func lengths(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(EventStreamError) -> Lengths {
        let headersLength: Int
        do { headersLength = try headers.encodedLength() } catch { throw error.moved(by: EventStreamPrelude.byteCount) }
        // A negative length is one too long, read as the wire would read it.
        guard headersLength >= 0, headersLength <= limits.headersLength else {
            throw EventStreamError(
                .headersTooLong, at: 4, found: UInt64(UInt(bitPattern: headersLength)),
                expected: UInt64(clamping: limits.headersLength))
        }
        guard payloadLength >= 0, payloadLength <= limits.payloadLength else {
            throw EventStreamError(
                .payloadTooLong, at: 0, found: UInt64(UInt(bitPattern: payloadLength)),
                expected: UInt64(clamping: limits.payloadLength))
        }
        let (sum, overflow) = headersLength.addingReportingOverflow(payloadLength)
        let longest = Swift.min(Swift.max(limits.messageLength, 0), Int(clamping: UInt32.max))
        guard !overflow, sum <= longest &- EventStreamPrelude.minimumTotalLength else {
            throw EventStreamError(
                .messageTooLong, at: 0, found: UInt64(headersLength) &+ UInt64(payloadLength) &+ 16,
                expected: UInt64(clamping: longest))
        }
        return Lengths(headers: headersLength, total: sum &+ EventStreamPrelude.minimumTotalLength)
    }

    /// Appends prelude and headers, checks the headers as a decoder would, and returns the checksum so far.
    private func encodeHead(
        _ headers: some EventStreamHeaderSource, _ lengths: Lengths, into output: inout OutputRawSpan
    ) throws(EventStreamError) -> RunningCRC {
        let start = output.byteCount
        output.append(bigEndian: UInt32(truncatingIfNeeded: lengths.total))
        output.append(bigEndian: UInt32(truncatingIfNeeded: lengths.headers))
        let prelude = EventStreamPrelude(
            uncheckedTotalLength: lengths.total, headersLength: lengths.headers,
            crc: CRC32.checksum(of: output.bytes.extracting(droppingFirst: start)))
        output.append(bigEndian: prelude.crc)
        headers.encode(into: &output)

        var crc = RunningCRC(after: prelude)
        do throws(EventStreamError) {
            let head = output.bytes.extracting(droppingFirst: start)
            precondition(head.byteCount == lengths.head, "a header source wrote another length than it announced")
            try EventStreamHeadersView(
                unchecked: head.extracting(droppingFirst: EventStreamPrelude.byteCount),
                offset: UInt64(EventStreamPrelude.byteCount)
            ).check(limits: limits, policy: policy)
            crc.update(to: head)
        } catch {
            output.removeLast(output.byteCount &- start)
            throw error
        }
        return crc
    }
}
