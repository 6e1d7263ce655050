/// What a message means by its `:message-type`, owned; see ``EventStreamMessageKindView``.
public enum EventStreamMessageKind: Sendable, Hashable {
    /// An event of this `:event-type`.
    case event(type: String)

    /// An exception that the service's model names, of this `:exception-type`. It ends the stream.
    case exception(type: String)

    /// An error outside the model: `:error-code`, and `:error-message` where there is one. It ends the stream.
    case error(code: String, message: String?)

    /// A message without a known `:message-type` or without the header that goes with it.
    case unrecognized

    /// The meaning that the view lends, copied.
    public init(_ view: EventStreamMessageKindView) {
        switch view {
        case .event(let type): self = .event(type: String(type))
        case .exception(let type): self = .exception(type: String(type))
        case .error(let code, nil): self = .error(code: String(code), message: nil)
        case .error(let code, let message?): self = .error(code: String(code), message: String(message))
        case .unrecognized: self = .unrecognized
        }
    }
}

extension EventStreamMessage {
    /// What the message means.
    public var kind: EventStreamMessageKind {
        switch headers.string(EventStreamHeaderName.messageType) {
        case "event":
            if let type = headers.string(EventStreamHeaderName.eventType) { return .event(type: type) }
        case "exception":
            if let type = headers.string(EventStreamHeaderName.exceptionType) { return .exception(type: type) }
        case "error":
            if let code = headers.string(EventStreamHeaderName.errorCode) {
                return .error(code: code, message: headers.string(EventStreamHeaderName.errorMessage))
            }
        default: break
        }
        return .unrecognized
    }

    /// A message of the given meaning.
    ///
    /// - Parameters:
    ///   - kind: What becomes of the headers `:message-type` and `:event-type`, `:exception-type` or `:error-code` and
    ///     `:error-message`; nothing for `.unrecognized`.
    ///   - contentType: The value of `:content-type`, the media type of the payload.
    ///   - headers: Further headers, after those.
    ///   - payload: The payload.
    public init(
        _ kind: EventStreamMessageKind, contentType: String? = nil, headers: EventStreamHeaders = [:],
        payload: [UInt8] = []
    ) {
        var all = EventStreamHeaders()
        switch kind {
        case .event(let type):
            all[EventStreamHeaderName.messageType] = "event"
            all[EventStreamHeaderName.eventType] = .string(type)
        case .exception(let type):
            all[EventStreamHeaderName.messageType] = "exception"
            all[EventStreamHeaderName.exceptionType] = .string(type)
        case .error(let code, let message):
            all[EventStreamHeaderName.messageType] = "error"
            all[EventStreamHeaderName.errorCode] = .string(code)
            if let message { all[EventStreamHeaderName.errorMessage] = .string(message) }
        case .unrecognized: break
        }
        if let contentType { all[EventStreamHeaderName.contentType] = .string(contentType) }
        all.append(contentsOf: headers)
        self.init(headers: all, payload: payload)
    }
}
