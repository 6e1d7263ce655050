import EventStreamCodec
import LambdaStreaming
import NIOCore
import NIOHTTP1

/// `InvokeWithResponseStream`: the response as `PayloadChunk` events as it comes, then one `InvokeComplete`.
struct EventStreamDelivery: ResponseDelivery {
    private var writer: ResponseWriter
    private var encoder = InvokeResponseEncoder()
    private let invocation: Invocation
    private let wantsLog: Bool
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (nil, nil)

    init(_ invocation: Invocation, wantsLog: Bool, _ writer: ResponseWriter) {
        self.invocation = invocation
        self.wantsLog = wantsLog
        self.writer = writer
    }

    /// Whether the connection takes another request.
    var keepsConnection: Bool { !writer.closesConnection }

    mutating func begin(_ head: ResponseHead) async throws {
        try await begin()
    }

    private mutating func begin() async throws {
        guard !writer.hasBegun else { return }
        outcome.status = .ok
        try await writer.begin(
            .ok,
            [
                "Content-Type": InvokeResponseEncoder.contentType,
                "X-Amz-Executed-Version": FunctionName.version, "X-Amzn-RequestId": invocation.id,
            ])
    }

    mutating func deliver(_ data: ByteBuffer) async throws {
        let parts = try data.withSpan { try encoder.parts(payload: $0) }
        try await writer.write(ByteBuffer(bytes: parts.head), data, ByteBuffer(bytes: parts.tail))
    }

    mutating func end(_ error: InvocationFailure?) async throws {
        outcome.error = error
        try await begin()
        let complete = InvokeComplete(
            errorCode: error?.type, errorDetails: error?.json,
            logTail: wantsLog ? try await invocation.logTail(error) : nil)
        var message: [UInt8] = []
        try encoder.finish(complete, to: &message)
        try await writer.write(ByteBuffer(bytes: message))
        try await writer.end()
    }
}

extension ByteBuffer {
    /// Lends the bytes that can be read.
    func withSpan<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
        try unsafe withUnsafeReadableBytes { try body(unsafe RawSpan(_unsafeBytes: $0)) }
    }
}
