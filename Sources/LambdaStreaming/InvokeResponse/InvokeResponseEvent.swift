import EventStreamCodec

/// What a message of an `InvokeWithResponseStream` response means.
public enum InvokeResponseEvent: ~Escapable {
    /// `PayloadChunk`: the next bytes of the function's response.
    case payloadChunk(RawSpan)

    /// `InvokeComplete`: the function has ended.
    case complete(InvokeComplete)

    /// An exception or error of the service. Lambda's model has none for this stream; a service in front may send one.
    /// An exception without `:exception-type` has an empty type, an error without `:error-code` an empty code.
    case failure(EventStreamMessageKind, details: RawSpan)

    /// An event that this library does not know. It is no error: whoever reads the stream passes it over.
    case unknown(EventStreamMessageView)

    /// The meaning of `message`; nil for an `InvokeComplete` whose payload is not its JSON.
    @_lifetime(copy message)
    public init?(_ message: EventStreamMessageView) {
        switch message.kind {
        case .event(let type) where type == InvokeResponseEventType.payloadChunk: self = .payloadChunk(message.payload)
        case .event(let type) where type == InvokeResponseEventType.complete:
            guard let complete = InvokeComplete(json: message.payload) else { return nil }
            self = .complete(complete)
        case .exception, .error:
            self = .failure(EventStreamMessageKind(message.kind), details: message.payload)
        // They end the stream without a name, too.
        case .unrecognized where message.messageType == "exception":
            self = .failure(.exception(type: ""), details: message.payload)
        case .unrecognized where message.messageType == "error":
            var text: String?
            if let message = message.headers.string(EventStreamHeaderName.errorMessage) { text = String(message) }
            self = .failure(.error(code: "", message: text), details: message.payload)
        default: self = .unknown(message)
        }
    }
}

/// The event types of an `InvokeWithResponseStream` response.
public enum InvokeResponseEventType {
    /// A piece of the function's response.
    public static let payloadChunk = "PayloadChunk"
    /// The end of the function.
    public static let complete = "InvokeComplete"
}
