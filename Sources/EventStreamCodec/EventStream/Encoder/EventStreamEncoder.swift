/// Encodes messages, each in one pass: prelude, headers, payload, message CRC.
///
/// ```swift
/// let encoder = EventStreamEncoder()
/// var bytes: [UInt8] = []
/// try encoder.append(headers: [":message-type": "event", ":event-type": "chunk"], payload: payload, to: &bytes)
/// ```
///
/// An encoder keeps no state and allocates nothing except the arrays it returns or grows. Each function checks lengths
/// against ``limits`` and the header block against ``policy``. If it throws, an output span or array is unchanged. Error
/// offsets are counted from the start of the message.
public struct EventStreamEncoder: Sendable, Hashable {
    /// The lengths to write.
    public var limits: EventStreamLimits

    /// What to write where implementations disagree.
    public var policy: EventStreamPolicy

    /// Creates an encoder. By default, it writes only what the specification allows.
    ///
    /// - Parameters:
    ///   - limits: The lengths to write.
    ///   - policy: What to write where implementations disagree.
    public init(limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict) {
        self.limits = limits
        self.policy = policy
    }

    /// Returns the exact length of an encoded message in bytes.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payloadLength: The length of its payload.
    /// - Returns: The length.
    /// - Throws: ``EventStreamError/Code/messageTooLong``, ``EventStreamError/Code/headersTooLong``,
    ///   ``EventStreamError/Code/payloadTooLong``, or the error of the headers' own length.
    public func encodedLength(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(EventStreamError) -> Int {
        try lengths(headers: headers, payloadLength: payloadLength).total
    }
}

// MARK: Whole messages

extension EventStreamEncoder {
    /// Appends a message to an array.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - bytes: The array.
    /// - Throws: The errors of ``encodedLength(headers:payloadLength:)``, and those of the check of the header block.
    @_alwaysEmitIntoClient
    public func append(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        try append(headers, payload.rawSpan, to: &bytes)
    }

    /// Appends a message to an array. The headers can be a literal.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - bytes: The array.
    /// - Throws: The errors of ``encodedLength(headers:payloadLength:)``, and those of the check of the header block.
    @_alwaysEmitIntoClient
    public func append(
        headers: EventStreamHeaders, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        try append(headers, payload.rawSpan, to: &bytes)
    }

    /// Appends a message to an array.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - bytes: The array.
    /// - Throws: The errors of ``encodedLength(headers:payloadLength:)``, and those of the check of the header block.
    public func append(_ message: EventStreamMessage, to bytes: inout [UInt8]) throws(EventStreamError) {
        try append(message.headers, message.payload.rawSpan, to: &bytes)
    }

    /// Appends a message to an output span, which needs room for ``encodedLength(headers:payloadLength:)`` bytes.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - output: The output span.
    /// - Throws: ``EventStreamError/Code/bufferTooSmall``, the errors of ``encodedLength(headers:payloadLength:)``, and
    ///   those of the check of the header block.
    @_alwaysEmitIntoClient
    public func encode(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        try encode(headers, payload.rawSpan, into: &output)
    }

    /// Appends a message to an output span.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - output: The output span.
    /// - Throws: The errors of ``encode(headers:payload:into:)-(_,_,OutputRawSpan)``.
    public func encode(_ message: EventStreamMessage, into output: inout OutputRawSpan) throws(EventStreamError) {
        try encode(headers: message.headers, payload: message.payload, into: &output)
    }

    /// Encodes a message into a caller's buffer, from its first byte.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - buffer: The buffer.
    /// - Returns: The message's length in bytes.
    /// - Throws: The errors of ``encode(headers:payload:into:)-(_,_,OutputRawSpan)``. The content of the buffer is then
    ///   undefined.
    @_alwaysEmitIntoClient
    public func encode(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(EventStreamError) -> Int {
        let payload = payload.rawSpan
        return try unsafe OutputRawSpan.write(into: buffer) { output throws(EventStreamError) in
            try encode(headers, payload, into: &output)
        }
    }

    @usableFromInline
    @inline(never)
    func append(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        try bytes.append(count: lengths.total) { output throws(EventStreamError) in
            try encode(headers, payload, lengths, into: &output)
        }
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    func encode(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        try requireRoom(for: lengths.total, in: output)
        try encode(headers, payload, lengths, into: &output)
    }

    /// Appends a message whose lengths have been checked, where there is room for it.
    @_alwaysEmitIntoClient
    func encode(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, _ lengths: MessageLengths,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        let start = output.byteCount
        var crc = try encodeHead(headers, lengths, into: &output)
        appendPayload(payload, ofMessageAt: start, &crc, into: &output)
    }

    /// A payload up to this length is checksummed together with the head, in one go.
    private static let shortPayloadLength = 1024

    /// The number of bytes of a longer payload that are checksummed and then copied while they are in a near cache.
    /// Copying first takes a tenth longer. So do shorter pieces, whose ends need the slower methods.
    private static let pieceLength = 65_536

    /// Appends the payload and the message CRC.
    @usableFromInline
    @inline(never)
    func appendPayload(
        _ payload: RawSpan, ofMessageAt start: Int, _ crc: inout RunningCRC, into output: inout OutputRawSpan
    ) {
        if payload.byteCount <= Self.shortPayloadLength {
            output.append(contentsOf: payload)
            crc.update(to: output.bytes.extracting(droppingFirst: start))
        } else {
            crc.update(to: output.bytes.extracting(droppingFirst: start))
            var position = 0
            while position < payload.byteCount {
                let next = payload.extracting(droppingFirst: position).extracting(first: Self.pieceLength)
                crc.update(copying: next, to: &output)
                position &+= next.byteCount
            }
        }
        output.append(bigEndian: crc.value)
    }
}

// MARK: Prelude and headers

extension EventStreamEncoder {
    /// The lengths of a message to be encoded. They fit into each other, the wire format and the limits.
    @usableFromInline
    struct MessageLengths {
        /// The length of the header block.
        @usableFromInline let headers: Int

        /// The length of the whole message.
        @usableFromInline let total: Int

        /// The length of the prelude and the header block.
        @usableFromInline var head: Int { EventStreamPrelude.length &+ headers }

        @usableFromInline
        init(headers: Int, payload: Int, limits: EventStreamLimits) throws(EventStreamError) {
            // A negative length is reported as the large number that it would be on the wire.
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

    /// Returns the checked lengths of a message with these headers.
    @_alwaysEmitIntoClient
    func lengths(
        headers: some EventStreamHeaderSource, payloadLength: Int
    ) throws(EventStreamError) -> MessageLengths {
        let headersLength: Int
        do { headersLength = try headers.encodedLength() } catch { throw error.moved(by: EventStreamPrelude.length) }
        return try MessageLengths(headers: headersLength, payload: payloadLength, limits: limits)
    }

    /// Appends prelude and headers, and checks the headers as a decoder would.
    ///
    /// - Returns: The checksum of the prelude, and also of the headers if it was known. It is to be continued.
    @_alwaysEmitIntoClient
    func encodeHead(
        _ headers: some EventStreamHeaderSource, _ lengths: MessageLengths, into output: inout OutputRawSpan
    ) throws(EventStreamError) -> RunningCRC {
        let start = output.byteCount
        var crc = appendPrelude(lengths, into: &output)
        headers.encode(into: &output)
        precondition(
            output.byteCount &- start == lengths.head, "a header source wrote another length than it announced")
        if !headers.isValidated(limits: limits, policy: policy) { try checkHeaders(ofMessageAt: start, in: &output) }
        if let value = headers.checksum(following: crc.value) { crc.skip(lengths.headers, to: value) }
        return crc
    }

    @usableFromInline
    @inline(never)
    func appendPrelude(_ lengths: MessageLengths, into output: inout OutputRawSpan) -> RunningCRC {
        let word = UInt64(UInt32(truncatingIfNeeded: lengths.total)) &<< 32 | UInt64(lengths.headers)
        let prelude = EventStreamPrelude(
            uncheckedTotalLength: lengths.total, headersLength: lengths.headers, crc: CRC32.checksum(ofBigEndian: word))
        output.append(bigEndian: word)
        output.append(bigEndian: prelude.crc)
        return RunningCRC(afterAllOf: prelude)
    }

    /// Checks the headers that have just been written. If they are rejected, removes the message from the output.
    @usableFromInline
    @inline(never)
    func checkHeaders(ofMessageAt start: Int, in output: inout OutputRawSpan) throws(EventStreamError) {
        do throws(EventStreamError) {
            try EventStreamHeadersView(
                unchecked: output.bytes.extracting(droppingFirst: start &+ EventStreamPrelude.length),
                offset: UInt64(EventStreamPrelude.length)
            ).check(limits: limits, policy: policy)
        } catch {
            output.removeLast(output.byteCount &- start)
            throw error
        }
    }

    @_alwaysEmitIntoClient
    func requireRoom(for count: Int, in output: borrowing OutputRawSpan) throws(EventStreamError) {
        let room = output.freeCapacity
        guard room >= count else { throw .bufferTooSmall(room: room, needed: count) }
    }
}
