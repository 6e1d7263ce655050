/// The decoder's other inputs; each leads to ``EventStreamDecoder/withMessages(in:_:)-(RawSpan,_)``.
extension EventStreamDecoder {
    /// Lends the messages that `bytes` completes to `body`, which pulls them one by one.
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: Span<UInt8>, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        // Bytes have no padding, so that viewing them as raw memory is safe.
        try unsafe withMessages(in: bytes.bytes, body)
    }

    /// Lends the messages that `bytes` completes to `body`, which pulls them one by one.
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: UnsafeRawBufferPointer, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        // The views depend on the span, which does not leave the call.
        try unsafe withMessages(in: RawSpan(_unsafeBytes: bytes), body)
    }

    #if !hasFeature(Embedded)
    /// Lends the messages that `bytes` completes to an asynchronous `body`, which pulls them one by one.
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: Span<UInt8>, _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        try unsafe await withMessages(in: bytes.bytes, body)
    }

    /// Lends the messages that `bytes` completes to an asynchronous `body`, which pulls them one by one.
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: UnsafeRawBufferPointer, _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        try unsafe await withMessages(in: RawSpan(_unsafeBytes: bytes), body)
    }
    #endif

    /// Calls `body` with each message that `bytes` completes.
    ///
    /// - Throws: What is wrong with the stream, after all messages before it were delivered.
    public mutating func decode(
        _ bytes: Span<UInt8>, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try unsafe decode(bytes.bytes, body)
    }

    /// Calls `body` with each message that `bytes` completes.
    ///
    /// - Throws: What is wrong with the stream, after all messages before it were delivered.
    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try unsafe decode(RawSpan(_unsafeBytes: bytes), body)
    }

    /// Calls `body` with each message that `bytes` completes.
    ///
    /// - Throws: What is wrong with the stream, after all messages before it were delivered.
    public mutating func decode(
        _ bytes: [UInt8], _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try bytes.withBytes { bytes throws(EventStreamError) in try decode(bytes, body) }
    }
}
