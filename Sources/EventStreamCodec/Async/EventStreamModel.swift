#if !hasFeature(Embedded)
/// A service's event stream: which closure decodes which type of event or exception.
///
/// ```swift
/// let model = EventStreamModel<ChatEvent>()
///     .event("contentBlockDelta") { .text(try Delta($0.payload).text) }
///     .exception("throttlingException") { try Throttled($0.payload) }
///     .unknown { .unknown(EventStreamMessage($0)) }
/// for try await event in response.body.events(model) { … }
/// ```
///
/// A closure borrows the message, with its headers and its payload, and copies what it keeps. It may use any library for JSON or XML.
///
/// | message | outcome |
/// |---|---|
/// | an event with a closure | an event |
/// | `initial-response` | what ``initialResponse(_:)`` returns; without it, the message is skipped |
/// | another event, or a message without a known `:message-type` | what ``unknown(_:)`` returns; without it, the message is skipped |
/// | an exception with a closure | throws the error that the closure returns |
/// | another exception | throws ``EventStreamServiceError/exception(type:_:)`` |
/// | an error | throws ``EventStreamServiceError/error(code:message:)`` |
/// | a stream that ends inside a message | throws ``EventStreamError`` with the code `unexpectedEnd` |
///
/// If several closures are registered for one type, the last one is used.
public struct EventStreamModel<Event>: Sendable {
    /// A closure that decodes a message, which is borrowed until it returns.
    public typealias Decoder = @Sendable (EventStreamMessageView) throws -> Event

    // Searched one after the other: a service has few types, and comparing bytes needs no string.
    private var events: [(type: String, decoder: Decoder)] = []
    private var exceptions: [(type: String, decoder: Decoder)] = []
    private var unknown: Decoder?

    /// Decodes every message, whatever it means.
    private var message: Decoder?

    /// Creates a model that knows no type of event.
    public init() {}

    /// Registers the closure that decodes events of a type.
    ///
    /// - Parameters:
    ///   - type: The value of `:event-type`.
    ///   - decoder: Decodes an event. If it throws, its error ends the stream.
    /// - Returns: The extended model.
    public func event(_ type: String, _ decoder: @escaping Decoder) -> Self {
        var model = self
        model.events.insert((type, decoder), at: 0)
        return model
    }

    /// Registers the closure that decodes `initial-response`, which services of RPC protocols send first.
    ///
    /// - Parameter decoder: Decodes the message. If it throws, its error ends the stream.
    /// - Returns: The extended model.
    public func initialResponse(_ decoder: @escaping Decoder) -> Self {
        event(Self.initialResponseType, decoder)
    }

    /// Registers the closure that decodes exceptions of a type.
    ///
    /// - Parameters:
    ///   - type: The value of `:exception-type`.
    ///   - decoder: Returns the error to be thrown. If it throws instead, that error ends the stream.
    /// - Returns: The extended model.
    public func exception<Failure: Error>(
        _ type: String, _ decoder: @escaping @Sendable (EventStreamMessageView) throws -> Failure
    ) -> Self {
        var model = self
        model.exceptions.insert((type, { throw try decoder($0) }), at: 0)
        return model
    }

    /// Registers the closure that decodes events without a closure of their own, and messages without a known `:message-type`.
    ///
    /// Services add events, so an unknown one is not an error.
    ///
    /// - Parameter decoder: Decodes the message. If it throws, its error ends the stream.
    /// - Returns: The extended model.
    public func unknown(_ decoder: @escaping Decoder) -> Self {
        var model = self
        model.unknown = decoder
        return model
    }

    /// Decodes a message.
    ///
    /// - Parameter message: The message.
    /// - Returns: The event, or nil if the message is to be skipped.
    /// - Throws: The exception or error that the message is, or the error of its closure.
    /// - Complexity: Linear in the number of registered types, and free of allocations apart from those of the closure.
    public func decode(_ message: EventStreamMessageView) throws -> Event? {
        if let decoder = self.message { return try decoder(message) }
        switch message.kind {
        case .event(let type):
            if let decoder = Self.decoder(for: type, in: events) { return try decoder(message) }
            return type == Self.initialResponseType ? nil : try unknown?(message)
        case .exception(let type):
            if let decoder = Self.decoder(for: type, in: exceptions) { return try decoder(message) }
            throw EventStreamServiceError.exception(type: String(type), EventStreamMessage(message))
        case .error(let code, let text):
            throw EventStreamServiceError.error(code: String?(code), message: String?(text))
        case .unrecognized: return try unknown?(message)
        }
    }

    private static func decoder(
        for type: EventStreamStringView, in decoders: [(type: String, decoder: Decoder)]
    ) -> Decoder? {
        for entry in decoders where type == entry.type { return entry.decoder }
        return nil
    }

    private static var initialResponseType: String { "initial-response" }
}

extension EventStreamModel where Event == EventStreamMessage {
    /// The model whose events are copies of all messages, exceptions and errors included.
    public static var messages: EventStreamModel {
        var model = EventStreamModel()
        model.message = { EventStreamMessage($0) }
        return model
    }
}

/// A service's events: usually an enum with a case for each type.
///
/// ```swift
/// for try await event in response.body.events(ChatEvent.self) { … }
/// ```
public protocol EventStreamEvent {
    /// The closures that decode the events.
    static var model: EventStreamModel<Self> { get }
}

/// A failure that a service reported in its event stream. It ends the stream.
public enum EventStreamServiceError: Error, Sendable, Hashable {
    /// An exception that the model has no closure for: its `:exception-type`, and the message.
    case exception(type: String, EventStreamMessage)

    /// An error outside the service's model: its `:error-code` and `:error-message`, if present.
    case error(code: String?, message: String?)
}

extension EventStreamServiceError: CustomStringConvertible {
    /// What the service reported, such as `error InternalFailure: try again`.
    public var description: String {
        switch self {
        case .exception(_, let message): message.description
        case .error(let code, let message): EventStreamMessage.Kind.error(code: code, message: message).description
        }
    }
}
#endif
