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
    @inlinable
    public func encode(
        headers: some EventStreamHeaderSource, payload: RawSpan, into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        try requireRoom(for: lengths.total, in: output)
        try encode(headers, payload, lengths, into: &output)
    }

    /// Appends a message whose lengths are known, where there is room for it.
    @inlinable
    func encode(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ lengths: EventStreamMessageLengths,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let start = output.byteCount
        var crc = try encodeHead(headers, lengths, into: &output)
        appendPayload(payload, ofMessageAt: start, &crc, into: &output)
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
        try requireRoom(for: lengths.head, in: output)
        let start = output.byteCount
        var crc = try encodeHead(headers, lengths, into: &output)
        crc.update(to: output.bytes.extracting(droppingFirst: start))
        return EventStreamOpenMessage(crc: crc, payloadStart: lengths.head, payloadLength: payloadLength)
    }
}

extension EventStreamEncoder {
    /// The lengths of a message with these headers, checked.
    @inlinable
    func lengths(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(EventStreamError) -> EventStreamMessageLengths {
        let headersLength: Int
        do { headersLength = try headers.encodedLength() } catch { throw error.moved(by: EventStreamPrelude.byteCount) }
        return try EventStreamMessageLengths(headers: headersLength, payload: payloadLength, limits: limits)
    }

    /// Appends prelude and headers, and checks the headers as a decoder would.
    ///
    /// - Returns: The checksum of the prelude, or of the headers too when it was known; to be continued.
    @inlinable
    func encodeHead(
        _ headers: some EventStreamHeaderSource, _ lengths: EventStreamMessageLengths,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) -> RunningCRC {
        let start = output.byteCount
        var crc = appendPrelude(lengths, into: &output)
        headers.encode(into: &output)
        precondition(
            output.byteCount &- start == lengths.head, "a header source wrote another length than it announced")
        if !headers.isKnownToSatisfy(limits, policy) { try checkHeaders(ofMessageAt: start, in: &output) }
        if let value = headers.checksum(following: crc.value) { crc.skip(lengths.headers, to: value) }
        return crc
    }

    /// Appends the prelude.
    @usableFromInline
    func appendPrelude(_ lengths: EventStreamMessageLengths, into output: inout OutputRawSpan) -> RunningCRC {
        let word = UInt64(UInt32(truncatingIfNeeded: lengths.total)) &<< 32 | UInt64(lengths.headers)
        let prelude = EventStreamPrelude(
            uncheckedTotalLength: lengths.total, headersLength: lengths.headers, crc: CRC32.checksum(ofBigEndian: word))
        output.append(bigEndian: word)
        output.append(bigEndian: prelude.crc)
        return RunningCRC(afterAllOf: prelude)
    }

    /// Checks the headers that have just been written; when they are refused, takes the message out of the output.
    @usableFromInline
    func checkHeaders(ofMessageAt start: Int, in output: inout OutputRawSpan) throws(EventStreamError) {
        do throws(EventStreamError) {
            try EventStreamHeadersView(
                unchecked: output.bytes.extracting(droppingFirst: start &+ EventStreamPrelude.byteCount),
                offset: UInt64(EventStreamPrelude.byteCount)
            ).check(limits: limits, policy: policy)
        } catch {
            output.removeLast(output.byteCount &- start)
            throw error
        }
    }

    /// A payload up to this length is checksummed with the head, in one go.
    private static let shortPayload = 1024

    /// Of a longer payload as much at a time is checksummed and then copied, while it is in a near cache. (Copying first
    /// takes a tenth longer, and so do shorter stretches, whose ends go through the slower methods.)
    private static let stretch = 65_536

    /// Appends the payload and the message CRC.
    @usableFromInline
    func appendPayload(
        _ payload: RawSpan, ofMessageAt start: Int, _ crc: inout RunningCRC, into output: inout OutputRawSpan
    ) {
        if payload.byteCount <= Self.shortPayload {
            output.append(contentsOf: payload)
            crc.update(to: output.bytes.extracting(droppingFirst: start))
        } else {
            crc.update(to: output.bytes.extracting(droppingFirst: start))
            var position = 0
            while position < payload.byteCount {
                let next = payload.extracting(droppingFirst: position).extracting(first: Self.stretch)
                crc.update(next: next)
                output.append(contentsOf: next)
                position &+= next.byteCount
            }
        }
        output.append(bigEndian: crc.value)
    }

    @inlinable
    func requireRoom(for count: Int, in output: borrowing OutputRawSpan) throws(EventStreamError) {
        let room = output.freeCapacity
        guard room >= count else { throw .bufferTooSmall(room: room, needed: count) }
    }
}
