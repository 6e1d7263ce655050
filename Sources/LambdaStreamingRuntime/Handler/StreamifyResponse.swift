#if LambdaRuntime
import LambdaStreaming

/// Runs a Lambda function that streams its responses while it writes them.
///
/// ```swift
/// try await streamifyResponse { event, responseStream, context in
///     try responseStream.setContentType("text/plain")
///     try await responseStream.write("Hello ")
///     try await responseStream.write("world")
///     try await responseStream.end()
/// }
/// ```
///
/// The function fetches invocations from Lambda's Runtime API, calls the handler for one at a time, and sends what the
/// handler writes immediately. A response without `end()` is ended automatically. If the handler throws before the first
/// write, Lambda receives the error as the invocation's error; after the first write, it receives the error in the
/// trailers of the response. An error of one invocation does not end the function.
///
/// On SIGTERM, SIGINT or cancellation of its task, the function takes no more invocations, waits for the handler, and
/// returns. A second signal has its previous effect: by default, it ends the process.
///
/// - Parameters:
///   - endpoint: The Runtime API; by default, the one that the environment variable `AWS_LAMBDA_RUNTIME_API` names.
///   - handler: Called with the event, the stream to write the response to, and the context of the invocation.
/// - Throws: ``LambdaRuntimeError`` if the Runtime API cannot be reached or does not answer as specified.
public func streamifyResponse(
    endpoint: RuntimeAPIEndpoint? = nil,
    _ handler: (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
) async throws {
    try await streamifyResponse(endpoint: endpoint, initializing: {}) { _, event, responseStream, context in
        try await handler(event, responseStream, context)
    }
}

/// Runs a Lambda function that initializes resources before its first invocation.
///
/// - Parameters:
///   - endpoint: The Runtime API; by default, the one that the environment variable `AWS_LAMBDA_RUNTIME_API` names.
///   - initialize: Called once. If it throws, Lambda receives the error as the function's initialization error.
///   - handler: Called for each invocation with the resources, the event, the stream to write the response to, and the
///     context of the invocation.
/// - Throws: The error that `initialize` throws; ``LambdaRuntimeError`` as `streamifyResponse(endpoint:_:)`.
public func streamifyResponse<Resources>(
    endpoint: RuntimeAPIEndpoint? = nil,
    initializing initialize: () async throws -> Resources,
    _ handler: (Resources, InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
) async throws {
    FunctionLog.openStandardStreams()
    let endpoint = try endpoint ?? .ofEnvironment()
    let shutdown = Shutdown()
    let runtime = InvocationLoop(endpoint: endpoint, shutdown: shutdown)
    do {
        let resources: Resources
        do {
            resources = try await initialize()
        } catch {
            await runtime.report(initializationError: LambdaFunctionError(thrown: error))
            throw error
        }
        try await shutdown.whileObservingSignals {
            try await runtime.run { event, responseStream, context in
                try await handler(resources, event, responseStream, context)
            }
        }
    } catch {
        await FunctionLog.drain()
        throw error
    }
    await FunctionLog.drain()
}
#else

/// Runs a Lambda function that streams its responses while it writes them.
///
/// - Parameter handler: Called for each invocation.
/// - Throws: Nothing: the function is unavailable without the trait.
@available(*, unavailable, message: "enable the trait LambdaRuntime of the package EventStreamCodec")
public func streamifyResponse<Handler>(_ handler: Handler) async throws {
    fatalError("unavailable")
}
#endif
