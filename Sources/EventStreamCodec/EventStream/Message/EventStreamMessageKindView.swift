/// What a message means by its `:message-type`: an event, an exception or an error.
///
/// Source: Smithy, "Amazon Event Stream Specification", message types.
public enum EventStreamMessageKindView: ~Escapable, BitwiseCopyable {
    /// An event of this `:event-type`. `initial-request` and `initial-response` are event types too.
    case event(type: EventStreamStringView)

    /// An exception that the service's model names, of this `:exception-type`. It ends the stream.
    case exception(type: EventStreamStringView)

    /// An error outside the model: `:error-code`, and `:error-message` where there is one. It ends the stream.
    case error(code: EventStreamStringView, message: EventStreamStringView?)

    /// A message without a known `:message-type` or without the header that goes with it. It is not an error: whoever
    /// reads the stream passes it on or passes it over.
    case unrecognized
}

extension EventStreamHeadersView {
    /// What a message with these headers means.
    public var kind: EventStreamMessageKindView {
        @_lifetime(copy self)
        get {
            guard let type = string(EventStreamHeaderName.messageType) else { return .unrecognized }
            if type == "event" {
                if let event = string(EventStreamHeaderName.eventType) { return .event(type: event) }
            } else if type == "exception" {
                if let exception = string(EventStreamHeaderName.exceptionType) { return .exception(type: exception) }
            } else if type == "error", let code = string(EventStreamHeaderName.errorCode) {
                return .error(code: code, message: string(EventStreamHeaderName.errorMessage))
            }
            return .unrecognized
        }
    }
}

extension EventStreamMessageView {
    /// What the message means.
    public var kind: EventStreamMessageKindView {
        @_lifetime(copy self)
        get { headers.kind }
    }

    /// The value of `:message-type`.
    public var messageType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(EventStreamHeaderName.messageType) }
    }

    /// The value of `:event-type`.
    public var eventType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(EventStreamHeaderName.eventType) }
    }

    /// The value of `:content-type`, the media type of the payload.
    public var contentType: EventStreamStringView? {
        @_lifetime(copy self)
        get { headers.string(EventStreamHeaderName.contentType) }
    }
}
