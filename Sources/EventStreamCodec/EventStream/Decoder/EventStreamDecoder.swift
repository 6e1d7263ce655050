/// Decodes a stream that arrives in pieces of any size, and lends each message as soon as it is whole.
///
/// ```swift
/// var decoder = EventStreamDecoder()
/// for piece in pieces {
///     try decoder.decode(piece) { message in
///         if message.eventType == "chunk" { show(message.payload) }
///     }
/// }
/// try decoder.finish()
/// ```
///
/// The contract:
///
/// - A message that lies whole in one input is lent from there and never copied. One that straddles inputs is gathered
///   once, in a buffer that is reused; it grows with the bytes that arrived, never with a length they declare.
/// - All messages before an error are delivered. After an error the decoder throws that same error for ever.
/// - Bytes that were given and not read, because the body returned early, are copied and stay in the decoder: the next
///   call lends their messages first.
/// - How the stream is split makes no difference to messages, errors and offsets.
public struct EventStreamDecoder: Sendable {
    /// The lengths that are accepted.
    public let limits: EventStreamLimits

    /// What is done where implementations disagree.
    public let policy: EventStreamPolicy

    /// Where the next message begins, in bytes from the start of the stream.
    public var offset: UInt64 { progress.offset }

    /// How far the stream has been read.
    private var progress = Progress()

    /// The bytes from ``offset`` that arrived before their message was whole or was read.
    private var carried = CarryBuffer()

    /// A decoder at the start of a stream.
    public init(limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict) {
        self.limits = limits
        self.policy = policy
    }

    @usableFromInline
    mutating func withMessages<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: (inout Messages) throws(F) -> R
    ) throws(F) -> R {
        let taken = absorb(bytes)
        let rest = bytes.extracting(droppingFirst: taken)
        var messages = Messages(
            CarriedInput(carried: carried.bytes, input: rest), progress: progress, limits: limits, policy: policy)
        do throws(F) {
            let result = try body(&messages)
            settle(messages.progress, messages.input.read, of: rest)
            return result
        } catch {
            settle(messages.progress, messages.input.read, of: rest)
            throw error
        }
    }

    #if !hasFeature(Embedded)
    @usableFromInline
    mutating func withMessages<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: nonisolated(nonsending) (inout Messages) async throws(F) -> R
    ) async throws(F) -> R {
        let taken = absorb(bytes)
        let rest = bytes.extracting(droppingFirst: taken)
        var messages = Messages(
            CarriedInput(carried: carried.bytes, input: rest), progress: progress, limits: limits, policy: policy)
        do throws(F) {
            let result = try await body(&messages)
            settle(messages.progress, messages.input.read, of: rest)
            return result
        } catch {
            settle(messages.progress, messages.input.read, of: rest)
            throw error
        }
    }
    #endif

    @usableFromInline
    mutating func decode(
        span bytes: RawSpan, _ body: (EventStreamMessageView) -> Void
    ) throws(EventStreamError) {
        try withMessages(inSpan: bytes) { messages throws(EventStreamError) in
            while let message = try messages.next() { body(message) }
        }
    }

    /// Declares the stream finished.
    ///
    /// - Throws: ``EventStreamError/Code/unexpectedEnd`` when the stream stops inside a message, be it in its first
    ///   twelve bytes; ``EventStreamError/Code/unreadMessages`` when whole messages have not been read; the stream's
    ///   error when it had one.
    public mutating func finish() throws(EventStreamError) {
        // A front that was left unread has not been looked at.
        _ = absorb(RawSpan())
        if progress.failure == nil, !carried.isEmpty {
            let needed = progress.pending?.prelude.totalLength ?? EventStreamPrelude.byteCount
            progress.failure =
                if carried.count >= needed {
                    EventStreamError(.unreadMessages, at: offset, found: UInt64(carried.count))
                } else {
                    EventStreamError(
                        .unexpectedEnd, at: offset &+ UInt64(carried.count), found: UInt64(carried.count),
                        expected: UInt64(needed))
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

extension EventStreamDecoder {
    /// Before the body: moves to the carried bytes what completes their message.
    ///
    /// Afterwards either nothing is carried, or the carried bytes end with a whole message, or all of the input has
    /// moved. So no message straddles while the body runs, and nothing that it was lent moves.
    ///
    /// - Returns: The number of bytes taken from `input`.
    private mutating func absorb(_ input: RawSpan) -> Int {
        guard progress.failure == nil, !carried.isEmpty else { return 0 }
        guard progress.pending == nil else { return complete(input) }
        let taken = carried.fill(from: input, to: EventStreamPrelude.byteCount)
        do throws(EventStreamError) {
            guard let prelude = try EventStreamPrelude.parse(carried.bytes, at: offset, limits: limits) else {
                return taken
            }
            progress.pending = PendingMessage(prelude)
        } catch {
            progress.failure = error
            return taken
        }
        return taken &+ complete(input.extracting(droppingFirst: taken))
    }

    /// Moves the rest of the pending message to the carried bytes; everything, when whole messages were left unread.
    private mutating func complete(_ input: RawSpan) -> Int {
        guard let length = progress.pending?.prelude.totalLength else { return 0 }
        let piece = input.extracting(first: carried.count < length ? length &- carried.count : .max)
        carry(piece)
        return piece.byteCount
    }

    /// After the body: forgets what was read and carries what is left of the input.
    private mutating func settle(_ progress: Progress, _ read: CarriedInput.Read, of input: RawSpan) {
        self.progress = progress
        guard progress.failure == nil else { return carried.removeAll() }
        carried.consume(read.carried)
        carry(read.rest(of: input))
    }

    /// Carries `bytes`, the stream's next.
    private mutating func carry(_ bytes: RawSpan) {
        guard !bytes.isEmpty else { return }
        if var message = progress.pending {
            message.checksum(carried.bytes, then: bytes)
            progress.pending = message
        }
        carried.append(bytes)
    }
}
