#if !hasFeature(Embedded)
/// The events of an asynchronous sequence of single bytes, such as `URLSession.AsyncBytes`.
///
/// Create it with `events(_:)`, or with `eventStreamMessages()` for whole messages.
///
/// A source of single bytes does not tell whether its next byte has already arrived, so reading even one byte ahead could wait for
/// the next message. The iterator therefore reads exactly the twelve bytes of a prelude, learns the length of its message from them, and
/// reads exactly the rest: each event is delivered as soon as its last byte has arrived. A message is collected in one buffer, which is
/// reused, and decoded there. The buffer grows with the bytes that have arrived.
///
/// The sequence ends and throws as ``EventStreamEventSequence`` does.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct EventStreamByteEventSequence<Source: AsyncSequence, Event>: AsyncSequence
where Source.Element == UInt8 {
    /// An event.
    public typealias Element = Event

    private let source: Source
    private let model: EventStreamModel<Event>
    private let collector: EventStreamByteCollector

    /// Creates a sequence of the events in a source's bytes.
    ///
    /// - Parameters:
    ///   - source: The bytes.
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(
        _ source: Source, model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) {
        self.source = source
        self.model = model
        collector = EventStreamByteCollector(limits: limits, policy: policy)
    }

    /// Returns an iterator at the start of the stream.
    ///
    /// - Returns: The iterator.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source.makeAsyncIterator(), model: model, collector: collector)
    }

    /// Reads bytes and decodes their events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        // The loops over bytes are compiled into the programs that call them, where a source's `next()` can be inlined.
        @usableFromInline var source: Source.AsyncIterator
        @usableFromInline let model: EventStreamModel<Event>
        @usableFromInline var collector: EventStreamByteCollector

        /// Whether the stream has ended or failed.
        @usableFromInline var hasEnded = false

        init(source: Source.AsyncIterator, model: EventStreamModel<Event>, collector: EventStreamByteCollector) {
            self.source = source
            self.model = model
            self.collector = collector
        }

        /// Returns the next event.
        ///
        /// - Returns: The event, or nil at the end of the stream and after an error.
        /// - Throws: See ``EventStreamEventSequence``.
        @inlinable
        public mutating func next() async throws -> Event? {
            guard !hasEnded else { return nil }
            // What throws, or finds the end, leaves it true.
            hasEnded = true
            while true {
                while collector.missingCount > 0 {
                    guard let byte = try await source.next() else {
                        try collector.finish()
                        return nil
                    }
                    collector.append(byte)
                }
                if let event = try collector.decode(model) {
                    hasEnded = false
                    return event
                }
            }
        }

        /// Returns the next event.
        ///
        /// - Parameter actor: The actor to run on.
        /// - Returns: The event, or nil at the end of the stream and after an error.
        /// - Throws: See ``EventStreamEventSequence``.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Event? {
            guard !hasEnded else { return nil }
            hasEnded = true
            while true {
                while collector.missingCount > 0 {
                    guard let byte = try await source.next(isolation: actor) else {
                        try collector.finish()
                        return nil
                    }
                    collector.append(byte)
                }
                if let event = try collector.decode(model) {
                    hasEnded = false
                    return event
                }
            }
        }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension EventStreamByteEventSequence: Sendable where Source: Sendable {}

/// Collects the bytes of one message after the other.
@usableFromInline
struct EventStreamByteCollector: Sendable {
    private var machine: EventStreamMachine
    private var known = KnownHeaderBlocks()

    /// The bytes of the next message that have arrived.
    @usableFromInline var bytes: [UInt8] = []

    /// The number of bytes to collect before the next call of ``decode(_:)``.
    @usableFromInline var missingCount = EventStreamPrelude.length

    init(limits: EventStreamLimits, policy: EventStreamPolicy) {
        machine = EventStreamMachine(.message, limits: limits, policy: policy)
    }

    @inlinable
    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
        missingCount &-= 1
    }

    /// Decodes the message if it is complete.
    ///
    /// - Returns: Its event, or nil if bytes are missing or the message is skipped.
    @usableFromInline
    mutating func decode<Event>(_ model: EventStreamModel<Event>) throws -> Event? {
        guard let event = try event(model) else {
            // Bytes are missing.
            missingCount = machine.neededLength &- bytes.count
            return nil
        }
        // INVARIANT: no byte after the message was collected.
        bytes.removeAll(keepingCapacity: true)
        missingCount = machine.neededLength
        return event
    }

    /// Returns nil if bytes are missing, and `.some(nil)` if the message is skipped.
    private mutating func event<Event>(_ model: EventStreamModel<Event>) throws -> Event?? {
        // Another reference, so that the view does not borrow `self`.
        let bytes = bytes
        guard let message = try machine.readMessage(bytes.rawSpan, &known) else { return nil }
        return .some(try model.decode(message))
    }

    /// Ends the stream.
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @usableFromInline
    mutating func finish() throws {
        do throws(EventStreamError) {
            try machine.finish(unreadLength: bytes.count)
        } catch {
            throw error.isCancellation ? CancellationError() : error
        }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension AsyncSequence where Element == UInt8 {
    /// Returns the event-stream messages in these bytes.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of messages.
    public func eventStreamMessages(
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamByteEventSequence<Self, EventStreamMessage> {
        events(.messages, limits: limits, policy: policy)
    }

    /// Returns a service's events in these bytes.
    ///
    /// - Parameters:
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event>(
        _ model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamByteEventSequence<Self, Event> {
        EventStreamByteEventSequence(self, model: model, limits: limits, policy: policy)
    }

    /// Returns a service's events in these bytes.
    ///
    /// - Parameters:
    ///   - type: The type of the events, which has their model.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event: EventStreamEvent>(
        _ type: Event.Type, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamByteEventSequence<Self, Event> {
        events(type.model, limits: limits, policy: policy)
    }
}
#endif
