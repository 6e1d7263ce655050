#if LambdaRuntime
// Handlers use LambdaStreaming's types, such as HTTPResponsePrelude, without importing it.
@_exported import LambdaStreaming
import NIOCore

/// The response of one invocation, sent while the handler writes it.
///
/// A write returns when the socket has taken its bytes. A handler that writes faster than the caller reads waits, so
/// memory does not grow. The stream is not `Sendable`: one task writes to it, so the order of the writes is fixed.
///
/// In a unit test, ``collectResponse(to:context:from:)`` runs a handler with a stream in memory.
public final class ResponseStream {
    /// Where the bytes of the response go.
    enum Destination {
        /// To Lambda.
        case connection(RequestWriter)

        /// To the stream's ``ResponseStream/writes``.
        case memory
    }

    private var encoder: StreamingResponseEncoder
    private let destination: Destination

    /// Whether the connection failed inside a request. Nothing more can be sent on it.
    private(set) var isBroken = false

    /// The prelude, if one was set.
    private(set) var prelude: HTTPResponsePrelude?

    /// The error with which the response ended.
    private(set) var failure: LambdaFunctionError?

    /// The data of each write, if the destination is ``Destination/memory``.
    private(set) var writes: [ByteBuffer] = []

    init(_ encoder: StreamingResponseEncoder, to destination: Destination) {
        self.encoder = encoder
        self.destination = destination
    }

    /// The content type of the response. The default is `application/octet-stream`.
    public var contentType: String { encoder.contentType }

    /// Whether something was written. The content type can no longer be set then.
    public var hasBegun: Bool { encoder.hasBegun }

    /// Whether the response has ended, by success or failure.
    public var hasEnded: Bool { encoder.isFinished }

    /// Sets the content type. Call this before the first write.
    ///
    /// - Parameter contentType: The media type of the body.
    /// - Throws: `StreamingResponseError`, which Lambda receives as `Runtime.InvalidStreamingOperation`.
    public func setContentType(_ contentType: String) throws {
        try encoder.setContentType(contentType)
    }

    /// Sets the status, headers and cookies; see ``HTTPResponseStream/from(_:_:)``.
    func setPrelude(_ prelude: HTTPResponsePrelude) throws {
        try encoder.setPrelude(prelude)
        self.prelude = prelude
    }

    /// Writes the next bytes of the response. The first write also sends the content type and the prelude, even if it
    /// has no bytes.
    ///
    /// - Parameter bytes: Text or bytes.
    /// - Throws: `StreamingResponseError.Code.responseFinished` after the end (what was sent before remains valid); the
    ///   connection's error.
    public func write(_ bytes: some ResponseBytes) async throws {
        let data = bytes.responseBuffer
        var head: [UInt8] = []
        try encoder.beginWrite(byteCount: data.readableBytes, to: &head)
        var lineEnd: [UInt8] = []
        encoder.finishWrite(to: &lineEnd)
        try await send(head, data, lineEnd)
    }

    /// Ends the response.
    ///
    /// - Throws: `StreamingResponseError.Code.responseFinished` if it has ended before; the connection's error.
    public func end() async throws {
        var bytes: [UInt8] = []
        try encoder.finish(to: &bytes)
        try await send(bytes)
    }

    /// Writes the last bytes of the response and ends it.
    ///
    /// - Parameter bytes: Text or bytes.
    /// - Throws: As ``write(_:)`` and ``end()``.
    public func end(_ bytes: some ResponseBytes) async throws {
        try await write(bytes)
        try await end()
    }

    /// Ends the response as failed. Its trailers tell the caller that the response is incomplete, and why.
    ///
    /// A handler that throws does not need to call this.
    ///
    /// - Parameter error: The error that the caller receives.
    /// - Throws: `StreamingResponseError.Code.responseFinished` if it has ended before; the connection's error.
    public func fail(_ error: LambdaFunctionError) async throws {
        // The encoder leaves out a prelude that was not written yet.
        if !hasBegun { prelude = nil }
        var bytes: [UInt8] = []
        try encoder.fail(error, to: &bytes)
        failure = error
        try await send(bytes)
    }

    private func send(_ head: [UInt8], _ data: ByteBuffer = ByteBuffer(), _ lineEnd: [UInt8] = []) async throws {
        switch destination {
        case .memory:
            if data.readableBytes > 0 { writes.append(data) }
        case .connection(let connection):
            guard !isBroken else { throw LambdaRuntimeError.connectionClosed }
            do {
                try await connection.write(ByteBuffer(bytes: head), data, ByteBuffer(bytes: lineEnd))
            } catch {
                isBroken = true
                throw error
            }
        }
    }
}

/// Responses to HTTP requests.
public enum HTTPResponseStream {
    /// Sets the status, headers and cookies of a response.
    ///
    /// ```swift
    /// let body = try HTTPResponseStream.from(
    ///     responseStream, HTTPResponsePrelude(statusCode: 404, headers: ["Content-Type": "text/plain"]))
    /// try await body.end("Not found.\n")
    /// ```
    ///
    /// They are sent even if no body follows. A function URL answers with them. Callers that use an SDK receive them
    /// before the body.
    ///
    /// - Parameters:
    ///   - responseStream: The response. Nothing has been written to it yet.
    ///   - prelude: The status, headers and cookies. The content type of the body is one of the headers.
    /// - Returns: The stream to write the body to.
    /// - Throws: `StreamingResponseError.Code.contentTypeTooLate` if something was written.
    public static func from(_ responseStream: ResponseStream, _ prelude: HTTPResponsePrelude) throws -> ResponseStream {
        try responseStream.setPrelude(prelude)
        return responseStream
    }
}

/// A type whose values can be written to a response: text as UTF-8, or bytes.
public protocol ResponseBytes {
    /// The bytes.
    var responseBuffer: ByteBuffer { get }
}

extension ByteBuffer: ResponseBytes {
    /// The buffer itself, without a copy.
    public var responseBuffer: ByteBuffer { self }
}

extension Array: ResponseBytes where Element == UInt8 {
    /// A copy of the bytes.
    public var responseBuffer: ByteBuffer { ByteBuffer(bytes: self) }
}

extension ArraySlice: ResponseBytes where Element == UInt8 {
    /// A copy of the bytes.
    public var responseBuffer: ByteBuffer { ByteBuffer(bytes: self) }
}

extension String: ResponseBytes {
    /// A copy of the text's UTF-8.
    public var responseBuffer: ByteBuffer { ByteBuffer(string: self) }
}

extension Substring: ResponseBytes {
    /// A copy of the text's UTF-8.
    public var responseBuffer: ByteBuffer { ByteBuffer(substring: self) }
}
#endif
