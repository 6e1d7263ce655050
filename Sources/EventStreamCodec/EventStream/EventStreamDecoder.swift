/// Decodes a stream that arrives in pieces of any size, and provides each message as soon as it is complete.
///
/// ```swift
/// var decoder = EventStreamDecoder()
/// for piece in pieces {
///     try decoder.decode(piece) { message in
///         if message.eventType == "chunk" { text += String(message.payload) ?? "" }
///     }
/// }
/// try decoder.finish()
/// ```
///
/// The contract:
///
/// - A message that lies entirely in one input is borrowed from that input and never copied. A message that straddles
///   inputs is gathered once, into a buffer that is reused. The buffer grows with the bytes that have arrived, never with a
///   declared length. It is released when nothing is left to gather, unless it was needed the time before too.
/// - The decoder remembers two header blocks. A block that is equal to one of them is neither checked nor checksummed again, which
///   changes nothing but the time. A copy of a decoder remembers on its own.
/// - All messages before an error are delivered. After an error the decoder keeps throwing that error, until ``reset()``.
/// - If the body returns early or throws, the decoder copies the unread bytes and keeps them. The next call returns their
///   messages first.
/// - How the stream is split makes no difference to messages, errors and offsets.
///
/// A decoder in an actor's property cannot be used in an asynchronous call directly. Move it out and back:
///
/// ```swift
/// var decoder = self.decoder
/// defer { self.decoder = decoder }
/// try await decoder.withMessages(in: bytes) { messages in … }
/// ```
public struct EventStreamDecoder: Sendable {
    private var reader: EventStreamReader

    /// The lengths that are accepted.
    public var limits: EventStreamLimits { reader.machine.limits }

    /// What is done where implementations disagree.
    public var policy: EventStreamPolicy { reader.machine.policy }

    /// The position of the next message, in bytes from the start of the stream.
    public var offset: UInt64 { reader.machine.offset }

    /// Creates a decoder at the start of a stream.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict) {
        reader = EventStreamReader(EventStreamMachine(.message, limits: limits, policy: policy))
    }

    /// Ends the stream.
    ///
    /// - Throws: ``EventStreamError/Code/unexpectedEnd`` if the stream ends inside a message, even inside its first twelve
    ///   bytes. ``EventStreamError/Code/unreadMessages`` if whole messages have not been read. The stream's error, if it had
    ///   one.
    public mutating func finish() throws(EventStreamError) {
        try reader.finish()
    }

    /// Prepares the decoder for another stream, from offset 0. The buffer's memory and the remembered header blocks are kept.
    public mutating func reset() {
        reader.reset()
    }
}

// MARK: Decoding

/// Each function is generic over its input, and calls one function over a `RawSpan`. The generic functions are compiled into the
/// programs that call them, so that they add nothing to others.
extension EventStreamDecoder {
    /// Decodes `bytes` and calls `body` with each message that they complete.
    ///
    /// Time is linear in the number of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a view that is valid until `body` returns.
    /// - Throws: ``EventStreamError``, after all messages before the error were delivered.
    @_alwaysEmitIntoClient
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try decode(span: bytes.rawSpan, body)
    }

    #if !hasFeature(Embedded)
    /// Decodes `bytes` and calls `body`, which may throw, with each message that they complete.
    ///
    /// If `body` throws, its message counts as read. The decoder keeps the bytes after it for the next call.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a view that is valid until `body` returns.
    /// - Throws: The error that `body` throws, or ``EventStreamError`` after all messages before it were delivered.
    @_alwaysEmitIntoClient
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (EventStreamMessageView) throws -> Void
    ) throws {
        try withMessages(inSpan: bytes.rawSpan) { messages in
            while let message = try messages.next() { try body(message) }
        }
    }
    #endif

    /// Borrows `bytes` and calls `body` with a cursor that returns each message that they complete.
    ///
    /// Use this pull form if the body stops early or throws typed errors of its own.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. Messages from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    @_alwaysEmitIntoClient
    public mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        try withMessages(inSpan: bytes.rawSpan, body)
    }

    #if !hasFeature(Embedded)
    /// Borrows `bytes` and calls an asynchronous `body` with a cursor that returns each message that they complete.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them. They stay borrowed while `body` is suspended.
    ///   - body: Receives the cursor. Messages from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @_alwaysEmitIntoClient
    public nonisolated(nonsending) mutating func withMessages<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        try await withMessages(inSpan: bytes.rawSpan, body)
    }
    #endif

    /// A cursor over the messages that an input completes. It is valid until the body that received it returns.
    public struct Messages: ~Copyable, ~Escapable {
        fileprivate var cursor: EventStreamCursor

        @_lifetime(copy cursor)
        fileprivate init(_ cursor: consuming EventStreamCursor) {
            self.cursor = cursor
        }

        /// The position of the next message, in bytes from the start of the stream.
        public var offset: UInt64 { cursor.offset }

        /// Returns the next message, or nil if more bytes are needed.
        ///
        /// - Returns: A view that is valid until the body that received the cursor returns.
        /// - Throws: ``EventStreamError``. Every later call throws the same error.
        @_lifetime(copy self)
        @inline(__always)
        public mutating func next() throws(EventStreamError) -> EventStreamMessageView? {
            try cursor.nextMessage()
        }
    }

    // Not inlined into its generic callers, which would repeat the code of the machine.
    @usableFromInline
    @inline(never)
    mutating func decode(
        span bytes: RawSpan, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try withMessages(inSpan: bytes) { messages throws(EventStreamError) in
            while let message = try messages.cursor.nextMessage(inLoop: true) { body(message) }
        }
    }

    @usableFromInline
    mutating func withMessages<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        var messages = Messages(reader.begin(bytes))
        defer {
            let state = messages.cursor.state
            reader.end(bytes, with: state, &messages.cursor.known)
        }
        return try body(&messages)
    }

    #if !hasFeature(Embedded)
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @usableFromInline
    nonisolated(nonsending) mutating func withMessages<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        var messages = Messages(reader.begin(bytes))
        defer {
            let state = messages.cursor.state
            reader.end(bytes, with: state, &messages.cursor.known)
        }
        return try await body(&messages)
    }
    #endif
}
