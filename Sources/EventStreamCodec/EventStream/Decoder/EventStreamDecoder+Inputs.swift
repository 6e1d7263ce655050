/// The decoder's entry points. Each is generic over its input and calls one function over a `RawSpan`.
extension EventStreamDecoder {
    /// Borrows `bytes` and calls `body` with a cursor that returns each message they complete.
    ///
    /// The pull form of ``decode(_:_:)``, for a body that stops early, throws errors of its own, or awaits. It throws
    /// only what the body throws.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. Messages from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: The error that `body` throws.
    @inlinable
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        try withMessages(inSpan: bytes.rawSpan, body)
    }

    #if !hasFeature(Embedded)
    /// Borrows `bytes` and calls an asynchronous `body` with a cursor that returns each message they complete.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. Messages from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: The error that `body` throws.
    @inlinable
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        try await withMessages(inSpan: bytes.rawSpan, body)
    }

    /// Decodes `bytes` and calls `body` with each message they complete. The body may throw.
    ///
    /// A message whose body throws counts as read. Messages after it stay in the decoder and come with the next call.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a view that is valid until `body` returns.
    /// - Throws: The error that `body` throws, or ``EventStreamError`` after all messages before it were delivered.
    @inlinable
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (EventStreamMessageView) throws -> Void
    ) throws {
        try withMessages(inSpan: bytes.rawSpan) { messages in
            while let message = try messages.next() { try body(message) }
        }
    }
    #endif

    /// Decodes `bytes` and calls `body` with each message they complete.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a view that is valid until `body` returns.
    /// - Throws: ``EventStreamError``, after all messages before the error were delivered.
    @inlinable
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try decode(span: bytes.rawSpan, body)
    }
}
