import EventStreamCodec

/// A part of a function's response, in the order of the stream.
public enum InvokeResponseElement: ~Escapable {
    /// Status, headers and cookies, when they are to be split off.
    case prelude(HTTPResponsePrelude)

    /// The next bytes of the function's response, one at least. Where they are cut means nothing.
    case payload(RawSpan)

    /// The function has ended.
    case complete(InvokeComplete)

    /// An exception or error of the service. Without a name in its headers, it has an empty type or code.
    case failure(EventStreamMessageKind, details: RawSpan)

    /// An event that this library does not know.
    case unknown(EventStreamMessageView)
}
