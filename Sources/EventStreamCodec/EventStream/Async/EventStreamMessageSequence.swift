#if !hasFeature(Embedded)
/// The messages of an asynchronous sequence of byte chunks.
///
/// ```swift
/// for try await message in response.body.eventStreamMessages() {
///     print(message.kind, message.payload.count)
/// }
/// ```
///
/// Messages come as soon as their last byte has. The sequence ends when its source ends between two messages; when the
/// source ends inside one, or is not an event stream, iteration throws ``EventStreamSourceError/stream(_:)`` after the
/// messages before. Iterating pulls a chunk from the source only when all messages of the chunks before were taken, so
/// back-pressure reaches the source.
@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
public struct EventStreamMessageSequence<Source: AsyncSequence>: AsyncSequence
where Source.Element: Sequence, Source.Element.Element == UInt8 {
    /// A message, owned.
    public typealias Element = EventStreamMessage
    /// What the source threw, or what is wrong with its bytes.
    public typealias Failure = EventStreamSourceError<Source.Failure>

    private let source: Source
    private let decoder: EventStreamDecoder

    /// The messages of the chunks that `source` delivers, however it cuts them.
    public init(_ source: Source, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict) {
        self.source = source
        decoder = EventStreamDecoder(limits: limits, policy: policy)
    }

    /// An iterator at the start of the stream.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), decoder: decoder)
    }

    /// Pulls chunks, and messages out of them.
    public struct Iterator: AsyncIteratorProtocol {
        var source: Source.AsyncIterator
        var decoder: EventStreamDecoder

        /// Whether the stream has ended or failed. An iterator that has thrown returns nil from then on.
        private var hasEnded = false

        init(source: Source.AsyncIterator, decoder: EventStreamDecoder) {
            self.source = source
            self.decoder = decoder
        }

        /// The next message, or nil at the end of the stream and after an error.
        public mutating func next() async throws(Failure) -> EventStreamMessage? {
            try await next(isolation: nil)
        }

        /// The next message, or nil at the end of the stream and after an error.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Failure) -> EventStreamMessage? {
            guard !hasEnded else { return nil }
            do throws(Failure) {
                if let message = try await nextMessage(isolation: actor) { return message }
                hasEnded = true
                return nil
            } catch {
                hasEnded = true
                throw error
            }
        }

        private mutating func nextMessage(
            isolation actor: isolated (any Actor)?
        ) async throws(Failure) -> EventStreamMessage? {
            if let message = try nextMessage(in: []) { return message }
            while let chunk = try await nextChunk(isolation: actor) {
                if let message = try nextMessage(in: chunk) { return message }
            }
            do throws(EventStreamError) {
                try decoder.finish()
            } catch {
                // Many sources just end when their task is cancelled; the stream is not to blame.
                throw error.code == .unexpectedEnd && Task.isCancelled ? .cancelled : .stream(error)
            }
            return nil
        }

        private mutating func nextChunk(
            isolation actor: isolated (any Actor)?
        ) async throws(Failure) -> [UInt8]? {
            do throws(Source.Failure) {
                return try await source.next(isolation: actor).map { Array($0) }
            } catch {
                throw .source(error)
            }
        }

        /// The next message; the decoder keeps what comes after it.
        private mutating func nextMessage(in chunk: [UInt8]) throws(Failure) -> EventStreamMessage? {
            do throws(EventStreamError) {
                return try chunk.withBytes { bytes throws(EventStreamError) in
                    try decoder.withMessages(in: bytes) { messages throws(EventStreamError) in
                        guard let message = try messages.next() else { return nil }
                        return EventStreamMessage(message)
                    }
                }
            } catch {
                throw .stream(error)
            }
        }
    }
}

@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
extension EventStreamMessageSequence: Sendable where Source: Sendable {}

@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
extension AsyncSequence where Element: Sequence, Element.Element == UInt8 {
    /// The event-stream messages of these chunks of bytes, however they are cut.
    public func eventStreamMessages(
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamMessageSequence<Self> {
        EventStreamMessageSequence(self, limits: limits, policy: policy)
    }
}
#endif
