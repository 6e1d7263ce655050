import EventStreamCodec

/// What is wrong with an `InvokeWithResponseStream` response.
public enum InvokeResponseError: Error, Sendable, Hashable {
    /// The event stream is corrupt, or ends inside a message.
    case eventStream(EventStreamError)

    /// The response does not begin with an HTTP prelude; the offset counts bytes of payload.
    case prelude(HTTPResponsePreludeError)

    /// The payload of `InvokeComplete`, whose message begins at `offset`, is not its JSON.
    case completeMalformed(offset: UInt64)

    /// A `PayloadChunk` or another `InvokeComplete` follows `InvokeComplete`; its message begins at `offset`.
    case eventAfterComplete(offset: UInt64)
}

extension InvokeResponseError: CustomStringConvertible {
    /// Offset, what was found and what was expected, in one line.
    public var description: String {
        switch self {
        case .eventStream(let error): error.description
        case .prelude(let error): "payload \(error)"
        case .completeMalformed(let offset):
            "byte \(offset): found an InvokeComplete with another payload, expected a JSON object of strings"
        case .eventAfterComplete(let offset): "byte \(offset): found an event after InvokeComplete, expected none"
        }
    }
}
