#if LambdaRuntime
import LambdaStreaming
import NIOCore

/// The response of one invocation, sent on while it is written.
///
/// A write returns when the socket has taken its bytes; a handler that writes faster than they are read waits, and
/// memory does not grow. The stream is not `Sendable`: one task writes, so that the order of writes is what it says in
/// the code.
public final class ResponseStream {
    private var encoder: StreamingResponseEncoder
    private let connection: RequestWriter

    /// Whether the connection has failed in the middle of a request; nothing can follow on it.
    private(set) var isBroken = false

    init(_ encoder: StreamingResponseEncoder, on connection: RequestWriter) {
        self.encoder = encoder
        self.connection = connection
    }

    /// The content type of the response; `application/octet-stream` unless it is set.
    public var contentType: String { encoder.contentType }

    /// Whether something has been written: the content type can no longer be set.
    public var hasBegun: Bool { encoder.hasBegun }

    /// Whether the response has been ended, or has failed.
    public var hasEnded: Bool { encoder.hasEnded }

    /// Sets the content type, before the first write.
    ///
    /// - Throws: ``StreamingResponseError``, which Lambda is told as `Runtime.InvalidStreamingOperation`.
    public func setContentType(_ contentType: String) throws {
        try encoder.setContentType(contentType)
    }

    /// Lets the response begin with status, headers and cookies; see ``HTTPResponseStream/from(_:_:)``.
    func setPrelude(_ prelude: HTTPResponsePrelude) throws {
        try encoder.setPrelude(prelude)
    }

    /// Writes the next bytes of the response. A write of no bytes sends the content type, and a prelude, if that has not
    /// been done.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded`` after the end, when what was sent before stands; what is
    ///   wrong with the connection.
    public func write(_ bytes: some ResponseBytes) async throws {
        let data = bytes.responseBuffer
        var head: [UInt8] = []
        try encoder.beginWrite(byteCount: data.readableBytes, to: &head)
        var lineEnd: [UInt8] = []
        encoder.endWrite(to: &lineEnd)
        try await send(head, data, lineEnd)
    }

    /// Ends the response.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded`` when it has been ended; what is wrong with the connection.
    public func end() async throws {
        var bytes: [UInt8] = []
        try encoder.finish(to: &bytes)
        try await send(bytes)
    }

    /// Writes the last bytes of the response, and ends it.
    public func end(_ bytes: some ResponseBytes) async throws {
        try await write(bytes)
        try await end()
    }

    /// Ends the response as failed: whoever reads it is told, in its trailers, that it is not whole and why.
    ///
    /// A handler that throws needs no call of this.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded`` when it has been ended; what is wrong with the connection.
    public func fail(_ error: LambdaFunctionError) async throws {
        var bytes: [UInt8] = []
        try encoder.fail(error, to: &bytes)
        try await send(bytes)
    }

    private func send(_ head: [UInt8], _ data: ByteBuffer = ByteBuffer(), _ lineEnd: [UInt8] = []) async throws {
        guard !isBroken else { throw LambdaRuntimeError.connectionClosed }
        do {
            try await connection.write(ByteBuffer(bytes: head), data, ByteBuffer(bytes: lineEnd))
        } catch {
            isBroken = true
            throw error
        }
    }
}
#endif
