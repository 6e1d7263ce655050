/// Decodes a stream whose payloads are too large to gather: passes each payload on as its bytes arrive.
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
/// The price: headers and payload are handed out **unverified**, because the message CRC comes last. When
/// ``EventStreamSegment/end(messageCRC:)`` does not come, what came since `begin` must be thrown away.
///
/// Payload bytes are never copied, and never held; a header block that straddles inputs is gathered. How the stream is
/// split changes where a payload is cut, and nothing else. Otherwise the contract is ``EventStreamDecoder``'s.
public struct EventStreamSegmentDecoder: Sendable {
    /// The lengths that are accepted.
    public let limits: EventStreamLimits

    /// What is done where implementations disagree.
    public let policy: EventStreamPolicy

    /// The number of bytes of the stream that have been read.
    public var offset: UInt64 { progress.offset }

    private var progress = Progress()

    /// The bytes from ``offset`` that arrived before their field was whole or was read.
    private var carried = CarryBuffer()

    /// A decoder at the start of a stream; by default it accepts payloads of any length.
    public init(limits: EventStreamLimits = .segments, policy: EventStreamPolicy = .strict) {
        self.limits = limits
        self.policy = policy
    }

    /// Lends the segments in `bytes` to `body`, which pulls them one by one. It throws only what the body throws.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor; its segments stay valid until it returns.
    public mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: RawSpan, _ body: (inout Segments) throws(F) -> R
    ) throws(F) -> R {
        let rest = bytes.extracting(droppingFirst: absorb(bytes))
        var segments = Segments(
            CarriedInput(carried: carried.bytes, input: rest), progress: progress, limits: limits, policy: policy)
        do throws(F) {
            let result = try body(&segments)
            settle(segments.progress, segments.input.read, of: rest)
            return result
        } catch {
            settle(segments.progress, segments.input.read, of: rest)
            throw error
        }
    }

    #if !hasFeature(Embedded)
    /// Lends the segments in `bytes` to an asynchronous `body`, which pulls them one by one.
    public mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: RawSpan, _ body: nonisolated(nonsending) (inout Segments) async throws(F) -> R
    ) async throws(F) -> R {
        let rest = bytes.extracting(droppingFirst: absorb(bytes))
        var segments = Segments(
            CarriedInput(carried: carried.bytes, input: rest), progress: progress, limits: limits, policy: policy)
        do throws(F) {
            let result = try await body(&segments)
            settle(segments.progress, segments.input.read, of: rest)
            return result
        } catch {
            settle(segments.progress, segments.input.read, of: rest)
            throw error
        }
    }
    #endif

    /// Calls `body` with each segment in `bytes`.
    ///
    /// - Throws: What is wrong with the stream, after all segments before it were delivered.
    public mutating func decode(
        _ bytes: RawSpan, _ body: (EventStreamSegment) -> Void
    ) throws(EventStreamError) {
        try withSegments(in: bytes) { segments throws(EventStreamError) in
            while let segment = try segments.next() { body(segment) }
        }
    }

    /// Declares the stream finished.
    ///
    /// - Throws: As ``EventStreamDecoder/finish()``.
    public mutating func finish() throws(EventStreamError) {
        let arrived = progress.messageBytesRead &+ carried.count
        if progress.failure == nil, arrived > 0 {
            progress.failure =
                if carried.count > 0, carried.count >= progress.fieldLength {
                    EventStreamError(.unreadMessages, at: offset, found: UInt64(carried.count))
                } else {
                    EventStreamError(
                        .unexpectedEnd, at: offset &+ UInt64(carried.count), found: UInt64(arrived),
                        expected: UInt64(progress.message?.prelude.totalLength ?? EventStreamPrelude.byteCount))
                }
        }
        if let failure = progress.failure { throw failure }
    }

    /// Makes the decoder ready for another stream, from offset 0; its buffer's memory is kept.
    public mutating func reset() {
        progress = Progress()
        carried.removeAll()
    }
}

extension EventStreamSegmentDecoder {
    /// Before the body: moves to the carried bytes what completes their field; everything, when whole fields were left
    /// unread. So no field straddles while the body runs.
    ///
    /// - Returns: The number of bytes taken from `input`.
    private mutating func absorb(_ input: RawSpan) -> Int {
        guard progress.failure == nil, !carried.isEmpty else { return 0 }
        let length = progress.fieldLength
        return carried.fill(from: input, to: carried.count < length ? length : .max)
    }

    /// After the body: forgets what was read and carries what is left of the input.
    private mutating func settle(_ progress: Progress, _ read: CarriedInput.Read, of input: RawSpan) {
        self.progress = progress
        guard progress.failure == nil else { return carried.removeAll() }
        carried.consume(read.carried)
        carried.append(read.rest(of: input))
    }
}
