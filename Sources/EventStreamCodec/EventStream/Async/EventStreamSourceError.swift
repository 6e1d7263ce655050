#if !hasFeature(Embedded)
/// What ended a sequence of messages: its source, or what the source delivered.
public enum EventStreamSourceError<SourceFailure: Error>: Error {
    /// The sequence of bytes failed.
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
