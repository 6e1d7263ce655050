#if LambdaRuntime
import LambdaStreaming

/// Status, headers and cookies of an HTTP response whose body is streamed.
public typealias HTTPResponseMetadata = HTTPResponsePrelude

/// Responses to HTTP requests, with a status and headers.
public enum HTTPResponseStream {
    /// Gives a response a status, headers and cookies.
    ///
    /// ```swift
    /// let body = try HTTPResponseStream.from(
    ///     responseStream, HTTPResponseMetadata(statusCode: 404, headers: ["Content-Type": "text/plain"]))
    /// try await body.end("There is nothing here.")
    /// ```
    ///
    /// They are sent even when no body follows. A function URL answers with them; callers by SDK find them before the
    /// body.
    ///
    /// - Parameters:
    ///   - responseStream: The response, to which nothing has been written yet.
    ///   - metadata: Status, headers and cookies; the content type of the body is among the headers.
    /// - Returns: The stream to write the body to.
    /// - Throws: ``StreamingResponseError`` when something has been written.
    public static func from(
        _ responseStream: ResponseStream, _ metadata: HTTPResponseMetadata
    ) throws -> ResponseStream {
        try responseStream.setPrelude(metadata)
        return responseStream
    }
}
#endif
