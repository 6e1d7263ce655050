#if NIO
import EventStreamCodec
import NIOCore

/// Decodes a service's events from buffers, for pipelines and for `body.events(_:)`.
///
/// The closures of the model borrow each message from the buffer that it arrived in. Messages that the model skips are read, and nothing is
/// returned for them. After an error of the bytes, the decoder throws the same error again, until ``reset()``.
public struct EventStreamBufferEventDecoder<Event>: StreamBufferDecoder, Sendable {
    /// An event.
    public typealias InboundOut = Event

    private let model: EventStreamModel<Event>
    private var decoder: EventStreamBufferDecoder

    /// Creates a decoder at the start of a stream.
    ///
    /// - Parameters:
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(
        _ model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) {
        self.model = model
        decoder = EventStreamBufferDecoder(limits: limits, policy: policy)
    }

    /// The position of the next message, in bytes from the start of the stream.
    public var offset: UInt64 { decoder.offset }

    /// The number of bytes of the next message: 12 until its prelude has been seen.
    public var neededLength: Int { decoder.neededLength }

    /// False: an event stream ends where its bytes end.
    public var isComplete: Bool { false }

    /// Decodes the next event at the front of a buffer.
    ///
    /// - Parameter buffer: The stream from the start of a message. Complete messages are read up to the event.
    /// - Returns: The event, or nil if all complete messages are skipped.
    /// - Throws: `EventStreamError`, what `EventStreamModel` throws for exceptions and errors, or the error of a closure.
    public mutating func decode(buffer: inout ByteBuffer) throws -> Event? {
        while let message = try decoder.decode(buffer: &buffer) {
            if let event = try model.decode(message.view) { return event }
        }
        return nil
    }

    /// Ends the stream.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived and are not part of a message that was read.
    /// - Throws: `EventStreamError` with the code `unexpectedEnd` if the stream ends inside a message; the stream's error, if it had
    ///   one.
    public mutating func finish(unreadLength: Int) throws {
        try decoder.finish(unreadLength: unreadLength)
    }

    /// Prepares the decoder for another stream, from offset 0.
    public mutating func reset() {
        decoder.reset()
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension AsyncSequence where Element == ByteBuffer {
    /// Returns a service's events in these buffers.
    ///
    /// - Parameters:
    ///   - model: The closures that decode the events.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event>(
        _ model: EventStreamModel<Event>, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> DecodedStream<Self, EventStreamBufferEventDecoder<Event>> {
        DecodedStream(self, decoder: EventStreamBufferEventDecoder(model, limits: limits, policy: policy))
    }

    /// Returns a service's events in these buffers.
    ///
    /// - Parameters:
    ///   - type: The type of the events, which has their model.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of events.
    public func events<Event: EventStreamEvent>(
        _ type: Event.Type, limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> DecodedStream<Self, EventStreamBufferEventDecoder<Event>> {
        events(type.model, limits: limits, policy: policy)
    }
}
#endif
