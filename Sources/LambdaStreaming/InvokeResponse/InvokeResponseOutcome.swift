import EventStreamCodec

/// How an `InvokeWithResponseStream` response ended.
public enum InvokeResponseOutcome: Sendable, Hashable {
    /// The function returned, and all of its response is here.
    case succeeded(InvokeComplete)

    /// The function, or its runtime, failed; what came before is what it had written.
    case failed(InvokeComplete)

    /// The service ended the stream with an exception or error.
    case refused(EventStreamMessageKind)

    /// The stream ended without an `InvokeComplete`: part of the response may be missing. Some SDKs take this for an
    /// end like any other, and lose data silently.
    case incomplete
}
