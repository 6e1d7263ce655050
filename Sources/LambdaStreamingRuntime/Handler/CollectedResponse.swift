#if LambdaRuntime
import LambdaStreaming
import NIOCore

/// Runs a handler in memory and returns what it wrote. Use this in unit tests of handlers.
///
/// ```swift
/// @Test func greetsByName() async throws {
///     let response = try await collectResponse(to: InvocationEvent(#"{"name":"Ada"}"#), from: greet)
///     #expect(response.contentType == "text/plain")
///     #expect(response.text == "Hello, Ada!\n")
///     #expect(response.error == nil)
/// }
/// ```
///
/// As in Lambda, a response without `end()` is ended automatically, and an error that the handler throws becomes the
/// response's error.
///
/// - Parameters:
///   - event: The event of the invocation.
///   - context: The context of the invocation.
///   - handler: The handler, as for ``streamifyResponse(endpoint:_:)``.
/// - Returns: The response. Its size is not limited.
/// - Throws: `CancellationError` if the task was cancelled while the handler ran.
public func collectResponse(
    to event: InvocationEvent, context: InvocationContext = InvocationContext(requestID: "test"),
    from handler: (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
) async throws -> CollectedResponse {
    let endpoint = try RuntimeAPIEndpoint(authority: "localhost")
    let stream = ResponseStream(endpoint.response(toRequest: context.requestID), to: .memory)
    do {
        try await handler(event, stream, context)
        if !stream.hasEnded { try await stream.end() }
    } catch is CancellationError where Task.isCancelled {
        throw CancellationError()
    } catch {
        if !stream.hasEnded { try await stream.fail(LambdaFunctionError(thrown: error)) }
    }
    return CollectedResponse(stream)
}

/// The response of a handler that ran in memory; see ``collectResponse(to:context:from:)``.
public struct CollectedResponse: Sendable, Hashable {
    /// The content type of the response.
    public let contentType: String

    /// The status, headers and cookies that the handler set with ``HTTPResponseStream/from(_:_:)``.
    public let prelude: HTTPResponsePrelude?

    /// The data of each write, in order. Writes without bytes are left out.
    public let writes: [ByteBuffer]

    /// The error that the caller receives; nil if the response succeeded.
    public let error: LambdaFunctionError?

    init(_ stream: ResponseStream) {
        contentType = stream.contentType
        prelude = stream.prelude
        writes = stream.writes
        error = stream.failure
    }

    /// The bytes of the response without the prelude. O(*n*) for *n* bytes.
    public var body: ByteBuffer {
        var body = ByteBuffer()
        for write in writes { body.writeImmutableBuffer(write) }
        return body
    }

    /// ``body`` as text. O(*n*) for *n* bytes.
    public var text: String { String(buffer: body) }

    /// The text of each write, in order. O(*n*) for *n* bytes.
    public var texts: [String] { writes.map { String(buffer: $0) } }
}
#endif
