#if !hasFeature(Embedded)
/// The events of an asynchronous sequence of byte chunks: `[UInt8]`, `ArraySlice`, `Data` and other sequences of `UInt8`.
///
/// Create it with `events(_:)`. An event is delivered as soon as its last byte has arrived. The next chunk is requested only when all
/// events of the chunks before have been taken, so back-pressure reaches the source.
///
/// The sequence ends if its source ends between two messages. Iteration throws, after the events before,
///
/// - the source's error,
/// - the service's exception or error, see ``EventStreamModel``,
/// - ``EventStreamError`` if the bytes are not an event stream or end inside a message,
/// - `CancellationError` if they end inside a message because the task was cancelled: many sources simply end then.
///
/// After an error, an iterator returns nil.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct EventStreamEventSequence<Source: AsyncSequence, Event>: AsyncSequence
where Source.Element: Sequence, Source.Element.Element == UInt8 {
    /// An event.
    public typealias Element = Event

    private let source: Source
    private let model: EventStreamModel<Event>
    private let decoder: EventStreamDecoder

    /// Creates a sequence of the events in a source's chunks.
    ///
    /// - Parameters:
    ///   - source: Chunks of bytes. They need not end where messages end.
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(
        _ source: Source, model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) {
        self.source = source
        self.model = model
        decoder = EventStreamDecoder(limits: limits, policy: policy)
    }

    /// Returns an iterator at the start of the stream.
    ///
    /// - Returns: The iterator.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source.makeAsyncIterator(), model: model, decoder: decoder)
    }

    /// Reads chunks and decodes their events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var source: Source.AsyncIterator
        private let model: EventStreamModel<Event>
        private var decoder: EventStreamDecoder

        /// Whether the stream has ended or failed.
        private var hasEnded = false

        init(source: Source.AsyncIterator, model: EventStreamModel<Event>, decoder: EventStreamDecoder) {
            self.source = source
            self.model = model
            self.decoder = decoder
        }

        /// Returns the next event.
        ///
        /// - Returns: The event, or nil at the end of the stream and after an error.
        /// - Throws: See ``EventStreamEventSequence``.
        public mutating func next() async throws -> Event? {
            guard !hasEnded else { return nil }
            // What throws, or finds the end, leaves it true.
            hasEnded = true
            var event = try nextEvent(in: [])
            while event == nil {
                guard let chunk = try await source.next() else {
                    try decoder.finishUnlessCancelled()
                    return nil
                }
                event = try nextEvent(in: Array(chunk))
            }
            hasEnded = false
            return event
        }

        /// Returns the next event.
        ///
        /// - Parameter actor: The actor to run on.
        /// - Returns: The event, or nil at the end of the stream and after an error.
        /// - Throws: See ``EventStreamEventSequence``.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Event? {
            guard !hasEnded else { return nil }
            hasEnded = true
            var event = try nextEvent(in: [])
            while event == nil {
                guard let chunk = try await source.next(isolation: actor) else {
                    try decoder.finishUnlessCancelled()
                    return nil
                }
                event = try nextEvent(in: Array(chunk))
            }
            hasEnded = false
            return event
        }

        /// Returns the next event. The decoder keeps the bytes after it.
        private mutating func nextEvent(in chunk: [UInt8]) throws -> Event? {
            try decoder.withMessages(in: chunk) { [model] messages in
                while let message = try messages.next() {
                    if let event = try model.decode(message) { return event }
                }
                return nil
            }
        }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension EventStreamEventSequence: Sendable where Source: Sendable {}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension EventStreamError {
    /// Whether the stream stops inside a message because its task was cancelled. Many sources simply end then, which is no error
    /// of the stream.
    var isCancellation: Bool { code == .unexpectedEnd && Task.isCancelled }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension EventStreamDecoder {
    fileprivate mutating func finishUnlessCancelled() throws {
        do throws(EventStreamError) {
            try finish()
        } catch {
            throw error.isCancellation ? CancellationError() : error
        }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension AsyncSequence where Element: Sequence, Element.Element == UInt8 {
    /// Returns a service's events in these chunks of bytes. The chunks need not end where messages end.
    ///
    /// - Parameters:
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event>(
        _ model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamEventSequence<Self, Event> {
        EventStreamEventSequence(self, model: model, limits: limits, policy: policy)
    }

    /// Returns a service's events in these chunks of bytes. The chunks need not end where messages end.
    ///
    /// - Parameters:
    ///   - type: The type of the events, which has their model.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event: EventStreamEvent>(
        _ type: Event.Type, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamEventSequence<Self, Event> {
        events(type.model, limits: limits, policy: policy)
    }
}
#endif
