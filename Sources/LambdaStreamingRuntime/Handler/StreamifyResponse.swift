#if LambdaRuntime
import LambdaStreaming

/// Runs a Lambda function whose responses are streamed while they are written.
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
/// It fetches invocations from Lambda's Runtime API, calls the handler with one at a time, and sends on what the handler
/// writes as it is written. A handler that returns without `end()` has its response ended. A handler that throws has its
/// error told: before the first write as the invocation's error, afterwards in the trailers of the response. An error of
/// one invocation does not end the function.
///
/// On SIGTERM or SIGINT, and when its task is cancelled, it takes no more invocations, lets the handler finish, and
/// returns. A second signal acts as if the runtime did not observe it: by default, it ends the process.
///
/// - Parameters:
///   - endpoint: Where the Runtime API is; by default where the environment variable `AWS_LAMBDA_RUNTIME_API` says.
///   - handler: Called with the event, the stream to write the response to, and what else is known of the invocation.
/// - Throws: ``LambdaRuntimeError`` when the Runtime API cannot be reached or answers what it should not.
public func streamifyResponse(
    endpoint: RuntimeAPIEndpoint? = nil,
    _ handler: (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
) async throws {
    try await streamifyResponse(endpoint: endpoint, initializing: {}) { _, event, responseStream, context in
        try await handler(event, responseStream, context)
    }
}

/// Runs a Lambda function that has something to set up before its first invocation.
///
/// - Parameters:
///   - endpoint: Where the Runtime API is; by default where the environment variable `AWS_LAMBDA_RUNTIME_API` says.
///   - initialize: Called once. When it throws, the error is reported as the function's initialization error, and thrown.
///   - handler: Called for each invocation with what `initialize` returned, the event, the stream to write the response
///     to, and what else is known of the invocation.
/// - Throws: What `initialize` throws; ``LambdaRuntimeError`` as `streamifyResponse(endpoint:_:)`.
public func streamifyResponse<Resources>(
    endpoint: RuntimeAPIEndpoint? = nil,
    initializing initialize: () async throws -> Resources,
    _ handler: (Resources, InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
) async throws {
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

/// Runs a Lambda function whose responses are streamed while they are written.
@available(*, unavailable, message: "switch on the trait LambdaRuntime where you depend on the package")
public func streamifyResponse<Handler>(_ handler: Handler) async throws {
    fatalError("unavailable")
}
#endif
