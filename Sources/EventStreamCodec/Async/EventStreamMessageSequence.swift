#if !hasFeature(Embedded)
/// The messages of an asynchronous sequence of byte chunks.
///
/// ```swift
/// for try await message in response.body.eventStreamMessages() {
///     print(message)  // event chunk (5 headers, 1,024 bytes)
/// }
/// ```
///
/// A message is delivered as soon as its last byte has arrived. The sequence ends if its source ends between two messages.
/// If the source ends inside a message, or is not an event stream, iteration delivers the messages before and then throws
/// ``EventStreamSourceError/stream(_:)``. An iterator reads the next chunk only after all messages of the chunks before have
/// been taken, so backpressure reaches the source.
@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
public struct EventStreamMessageSequence<Source: AsyncSequence>: AsyncSequence
where Source.Element: Sequence, Source.Element.Element == UInt8 {
    /// A message.
    public typealias Element = EventStreamMessage
    /// The source's error, or an error in its bytes.
    public typealias Failure = EventStreamSourceError<Source.Failure>

    private let source: Source
    private let decoder: EventStreamDecoder

    /// Creates a sequence of the messages in a source's chunks.
    ///
    /// - Parameters:
    ///   - source: Chunks of bytes. They need not end where messages end.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(_ source: Source, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict) {
        self.source = source
        decoder = EventStreamDecoder(limits: limits, policy: policy)
    }

    /// Returns an iterator at the start of the stream.
    ///
    /// - Returns: The iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), decoder: decoder)
    }

    /// Reads chunks and decodes their messages.
    public struct Iterator: AsyncIteratorProtocol {
        var source: Source.AsyncIterator
        var decoder: EventStreamDecoder

        /// Whether the stream has ended or failed. An iterator that has thrown returns nil from then on.
        private var hasEnded = false

        init(source: Source.AsyncIterator, decoder: EventStreamDecoder) {
            self.source = source
            self.decoder = decoder
        }

        /// Returns the next message.
        ///
        /// - Returns: The message, or nil at the end of the stream and after an error.
        /// - Throws: ``EventStreamSourceError``.
        public mutating func next() async throws(Failure) -> EventStreamMessage? {
            try await next(isolation: nil)
        }

        /// Returns the next message.
        ///
        /// - Parameter actor: The actor to run on.
        /// - Returns: The message, or nil at the end of the stream and after an error.
        /// - Throws: ``EventStreamSourceError``.
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
                throw error.isCancellation ? .cancelled : .stream(error)
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

        /// Returns the next message. The decoder keeps the bytes after it.
        private mutating func nextMessage(in chunk: [UInt8]) throws(Failure) -> EventStreamMessage? {
            do throws(EventStreamError) {
                return try decoder.nextMessage(in: chunk)
            } catch {
                throw .stream(error)
            }
        }
    }
}

extension EventStreamDecoder {
    /// Returns a copy of the next message and keeps the bytes after it. Not generic, so that it exists once.
    fileprivate mutating func nextMessage(in chunk: [UInt8]) throws(EventStreamError) -> EventStreamMessage? {
        try withMessages(in: chunk) { messages throws(EventStreamError) in
            guard let message = try messages.next() else { return nil }
            return EventStreamMessage(message)
        }
    }
}

@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
extension EventStreamMessageSequence: Sendable where Source: Sendable {}

@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
extension AsyncSequence where Element: Sequence, Element.Element == UInt8 {
    /// Returns the event-stream messages in these chunks of bytes. The chunks need not end where messages end.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of messages.
    public func eventStreamMessages(
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> EventStreamMessageSequence<Self> {
        EventStreamMessageSequence(self, limits: limits, policy: policy)
    }
}

/// The error that ended a sequence of messages.
public enum EventStreamSourceError<SourceFailure: Error>: Error {
    /// The source threw this error.
    case source(SourceFailure)

    /// The bytes are not an event stream, or end inside a message.
    case stream(EventStreamError)

    /// The task was cancelled, and the source ended inside a message because of that.
    case cancelled
}

extension EventStreamSourceError: Equatable where SourceFailure: Equatable {}

extension EventStreamSourceError: CustomStringConvertible {
    /// The description of the error within.
    public var description: String {
        switch self {
        case .source(let error): "\(error)"
        case .stream(let error): error.description
        case .cancelled: "cancelled inside a message"
        }
    }
}
#endif
