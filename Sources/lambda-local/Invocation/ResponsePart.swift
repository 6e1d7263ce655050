import NIOCore

/// A part of a function's response, in the order of its making: a head, data, an end; or an end alone.
enum ResponsePart: Sendable {
    /// The response begins.
    case head(ResponseHead)

    /// The next bytes.
    case data(ByteBuffer)

    /// Nothing follows: the response is whole, or the invocation failed.
    case end(InvocationFailure?)
}

/// What is known of a response before its bytes.
struct ResponseHead: Sendable {
    /// The content type that the function gave it.
    var contentType: String

    /// Whether it is sent on as it comes; else it came whole.
    var isStreaming: Bool
}
