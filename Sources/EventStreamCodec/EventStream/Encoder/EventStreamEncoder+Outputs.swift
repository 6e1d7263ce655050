/// The encoder's other outputs and inputs; each leads to ``EventStreamEncoder/encode(headers:payload:into:)-(_,RawSpan,_)``
/// or ``EventStreamEncoder/begin(headers:payloadLength:into:)``.
extension EventStreamEncoder {
    /// Encodes a message into a caller's buffer, from its first byte.
    ///
    /// - Returns: The message's length in bytes.
    /// - Throws: As ``encode(headers:payload:into:)-(_,RawSpan,_)``; the buffer's content is then undefined.
    @inlinable
    public func encode(
        headers: some EventStreamHeaderSource, payload: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(EventStreamError) -> Int {
        try unsafe OutputRawSpan.write(into: buffer) { output throws(EventStreamError) in
            // The span does not leave the call that lends its memory.
            try unsafe encode(headers: headers, payload: RawSpan(_unsafeBytes: payload), into: &output)
        }
    }

    /// Appends a message to `output`.
    ///
    /// - Throws: As ``encode(headers:payload:into:)-(_,RawSpan,_)``.
    @inlinable
    public func encode(
        headers: some EventStreamHeaderSource, payload: Span<UInt8>, into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        try unsafe encode(headers: headers, payload: payload.bytes, into: &output)
    }

    /// Appends a message to `output`.
    ///
    /// - Throws: As ``encode(headers:payload:into:)-(_,RawSpan,_)``.
    public func encode(
        _ message: EventStreamMessage, into output: inout OutputRawSpan
    ) throws(EventStreamError) {
        try message.payload.withBytes { payload throws(EventStreamError) in
            try encode(headers: message.headers, payload: payload, into: &output)
        }
    }

    /// Appends a message to an array.
    ///
    /// - Throws: As ``encodedLength(headers:payloadLength:)`` and the check of the header block.
    public func append(
        headers: some EventStreamHeaderSource, payload: RawSpan, to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        try bytes.append(count: lengths.total) { output throws(EventStreamError) in
            try encode(headers, payload, lengths, into: &output)
        }
    }

    /// Appends a message to an array.
    ///
    /// - Throws: As ``append(headers:payload:to:)-(_,RawSpan,_)``.
    public func append(
        headers: some EventStreamHeaderSource, payload: [UInt8], to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        try payload.withBytes { payload throws(EventStreamError) in
            try append(headers: headers, payload: payload, to: &bytes)
        }
    }

    /// Appends a message to an array; a literal of headers will do.
    ///
    /// - Throws: As ``append(headers:payload:to:)-(_,RawSpan,_)``.
    public func append(
        headers: EventStreamHeaders, payload: [UInt8], to bytes: inout [UInt8]
    ) throws(EventStreamError) {
        try payload.withBytes { payload throws(EventStreamError) in
            try append(headers: headers, payload: payload, to: &bytes)
        }
    }

    /// Appends a message to an array.
    ///
    /// - Throws: As ``append(headers:payload:to:)-(_,RawSpan,_)``.
    public func append(_ message: EventStreamMessage, to bytes: inout [UInt8]) throws(EventStreamError) {
        try append(headers: message.headers, payload: message.payload, to: &bytes)
    }

    /// The parts of a message before and after its payload, for a vectored write that does not copy it.
    ///
    /// - Throws: As ``append(headers:payload:to:)-(_,RawSpan,_)``.
    public func parts(
        headers: some EventStreamHeaderSource, payload: Span<UInt8>
    ) throws(EventStreamError) -> EventStreamMessageParts {
        try unsafe parts(headers: headers, payload: payload.bytes)
    }

    /// The parts of a message before and after its payload, for a vectored write that does not copy it.
    ///
    /// - Throws: As ``append(headers:payload:to:)-(_,RawSpan,_)``.
    public func parts(
        headers: some EventStreamHeaderSource, payload: RawSpan
    ) throws(EventStreamError) -> EventStreamMessageParts {
        let lengths = try lengths(headers: headers, payloadLength: payload.byteCount)
        var parts = EventStreamMessageParts()
        try parts.head.append(count: lengths.head) { output throws(EventStreamError) in
            var message = try begin(headers: headers, payloadLength: payload.byteCount, into: &output)
            try message.update(payload)
            let crc = try message.finish()
            parts.tail.append(count: EventStreamPrelude.messageCRCByteCount) { $0.append(bigEndian: crc) }
        }
        return parts
    }
}
