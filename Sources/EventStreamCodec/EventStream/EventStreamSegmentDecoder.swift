/// Decodes a stream whose payloads are too large to gather, and provides each payload in pieces as its bytes arrive.
///
/// ```swift
/// var decoder = EventStreamSegmentDecoder()
/// try decoder.decode(piece) { segment in
///     switch segment {
///     case .begin(let headers, let prelude): open(headers, prelude.payloadLength)
///     case .payload(let bytes): append(bytes)
///     case .end: commit()
///     }
/// }
/// try decoder.finish()
/// ```
///
/// Headers and payload are **unverified** when they are delivered, because the message CRC comes last. If
/// ``Segment/end(messageCRC:)`` does not follow, discard everything since `begin`.
///
/// Payload bytes are never copied and never kept. A header block that straddles inputs is gathered. How the stream is split
/// changes only where payloads are cut. Apart from that, the contract is the same as ``EventStreamDecoder``'s.
public struct EventStreamSegmentDecoder: Sendable {
    private var reader: EventStreamReader

    /// The lengths that are accepted.
    public var limits: EventStreamLimits { reader.machine.limits }

    /// What is done where implementations disagree.
    public var policy: EventStreamPolicy { reader.machine.policy }

    /// The number of bytes of the stream that have been read.
    public var offset: UInt64 { reader.machine.offset }

    /// Creates a decoder at the start of a stream. By default, it accepts payloads of any length.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(limits: EventStreamLimits = .segments, policy: EventStreamPolicy = .strict) {
        reader = EventStreamReader(EventStreamMachine(.field, limits: limits, policy: policy))
    }

    /// Ends the stream.
    ///
    /// - Throws: The same errors as ``EventStreamDecoder/finish()``.
    public mutating func finish() throws(EventStreamError) {
        try reader.finish()
    }

    /// Prepares the decoder for another stream, from offset 0. The buffer's memory and the remembered header blocks are kept.
    public mutating func reset() {
        reader.reset()
    }

    /// A part of a message. The parts come in this order: `begin`, any number of `payload`, `end`.
    public enum Segment: ~Escapable, BitwiseCopyable {
        /// A message begins. Its prelude has been checked and its header block is well-formed, but both are **unverified**:
        /// the message CRC, which covers the headers too, comes last.
        case begin(headers: EventStreamHeadersView, prelude: EventStreamPrelude)

        /// The next bytes of the payload, at least one. They are **unverified** until `end`: use them only in ways that you
        /// can undo.
        case payload(RawSpan)

        /// The message has ended and its CRC matches. Everything since `begin` is verified.
        case end(messageCRC: UInt32)
    }
}

// MARK: Decoding

/// Each function is generic over its input, and calls one function over a `RawSpan`. The generic functions are compiled into the
/// programs that call them, so that they add nothing to others.
extension EventStreamSegmentDecoder {
    /// Decodes `bytes` and calls `body` with each segment in them.
    ///
    /// Time is linear in the number of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a segment that is valid until `body` returns.
    /// - Throws: ``EventStreamError``, after all segments before the error were delivered.
    @_alwaysEmitIntoClient
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Segment) -> Void
    ) throws(EventStreamError) {
        try decode(span: bytes.rawSpan, body)
    }

    #if !hasFeature(Embedded)
    /// Decodes `bytes` and calls `body`, which may throw, with each segment in them.
    ///
    /// If `body` throws, its segment counts as read. The decoder keeps the bytes after it for the next call.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives a segment that is valid until `body` returns.
    /// - Throws: The error that `body` throws, or ``EventStreamError`` after all segments before it were delivered.
    @_alwaysEmitIntoClient
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Segment) throws -> Void
    ) throws {
        try withSegments(inSpan: bytes.rawSpan) { segments in
            while let segment = try segments.next() { try body(segment) }
        }
    }
    #endif

    /// Borrows `bytes` and calls `body` with a cursor that returns each segment in them.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. Segments from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    @_alwaysEmitIntoClient
    public mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (inout Segments) throws(F) -> R
    ) throws(F) -> R {
        try withSegments(inSpan: bytes.rawSpan, body)
    }

    #if !hasFeature(Embedded)
    /// Borrows `bytes` and calls an asynchronous `body` with a cursor that returns each segment in them.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them. They stay borrowed while `body` is suspended.
    ///   - body: Receives the cursor. Segments from the cursor stay valid until `body` returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @_alwaysEmitIntoClient
    public nonisolated(nonsending) mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Segments) async throws(F) -> R
    ) async throws(F) -> R {
        try await withSegments(inSpan: bytes.rawSpan, body)
    }
    #endif

    /// A cursor over the segments in an input. It is valid until the body that received it returns.
    public struct Segments: ~Copyable, ~Escapable {
        fileprivate var cursor: EventStreamCursor

        @_lifetime(copy cursor)
        fileprivate init(_ cursor: consuming EventStreamCursor) {
            self.cursor = cursor
        }

        /// The number of bytes of the stream that have been read.
        public var offset: UInt64 { cursor.offset }

        /// Returns the next segment, or nil if more bytes are needed.
        ///
        /// - Returns: A segment that is valid until the body that received the cursor returns.
        /// - Throws: ``EventStreamError``. Every later call throws the same error.
        @_lifetime(copy self)
        @inline(never)
        public mutating func next() throws(EventStreamError) -> Segment? {
            while let field = try cursor.nextField() {
                switch field {
                case .prelude: continue
                case .headers(let headers, let prelude): return .begin(headers: headers, prelude: prelude)
                case .payload(let bytes): return .payload(bytes)
                case .messageCRC(let crc): return .end(messageCRC: crc)
                }
            }
            return nil
        }
    }

    // Not inlined into its generic callers, which would repeat the code of the machine.
    @usableFromInline
    @inline(never)
    mutating func decode(span bytes: RawSpan, _ body: (Segment) -> Void) throws(EventStreamError) {
        try withSegments(inSpan: bytes) { segments throws(EventStreamError) in
            while let segment = try segments.next() { body(segment) }
        }
    }

    @usableFromInline
    mutating func withSegments<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: (inout Segments) throws(F) -> R
    ) throws(F) -> R {
        var segments = Segments(reader.begin(bytes))
        defer {
            let state = segments.cursor.state
            reader.end(bytes, with: state, &segments.cursor.known)
        }
        return try body(&segments)
    }

    #if !hasFeature(Embedded)
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @usableFromInline
    nonisolated(nonsending) mutating func withSegments<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: nonisolated(nonsending) (inout Segments) async throws(F) -> R
    ) async throws(F) -> R {
        var segments = Segments(reader.begin(bytes))
        defer {
            let state = segments.cursor.state
            reader.end(bytes, with: state, &segments.cursor.known)
        }
        return try await body(&segments)
    }
    #endif
}
