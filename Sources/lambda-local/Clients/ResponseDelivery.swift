import EventStreamCodec
import LambdaStreaming
import NIOCore
import NIOHTTP1
import TextCoding

/// Converts the parts of a function's response to the response that a client receives.
///
/// Every method returns when its part has been sent, and throws if the client has disconnected.
protocol ResponseDelivery {
    /// The response begins.
    mutating func begin(_ head: ResponseHead) async throws

    /// The next bytes of the response.
    mutating func deliver(_ data: ByteBuffer) async throws

    /// The response is complete, or the function failed before or after the response began.
    mutating func end(_ error: InvocationFailure?) async throws

    /// The status that the client received, and the error if there is one.
    var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) { get }
}

/// `InvokeWithResponseStream`: the response in `PayloadChunk` events as it arrives, then one `InvokeComplete`.
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

    /// Whether the connection accepts another request.
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
    /// Calls `body` with the readable bytes, borrowed.
    func withSpan<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
        try unsafe withUnsafeReadableBytes { try body(unsafe RawSpan(_unsafeBytes: $0)) }
    }
}

/// `Invoke`: the complete response, or the function's error instead.
struct BufferedDelivery: ResponseDelivery {
    private var writer: ResponseWriter
    private let invocation: Invocation
    private let wantsLog: Bool
    private var payload = ByteBuffer()
    private var isTooLarge = false
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (nil, nil)

    init(_ invocation: Invocation, wantsLog: Bool, _ writer: ResponseWriter) {
        self.invocation = invocation
        self.wantsLog = wantsLog
        self.writer = writer
    }

    mutating func begin(_ head: ResponseHead) {}

    mutating func deliver(_ data: ByteBuffer) {
        guard payload.readableBytes + data.readableBytes <= PayloadLimit.bufferedResponse else {
            isTooLarge = true
            return
        }
        if payload.readableBytes == 0 { payload = data } else { payload.writeImmutableBuffer(data) }
    }

    mutating func end(_ error: InvocationFailure?) async throws {
        let error = error ?? (isTooLarge ? .tooLarge(limit: PayloadLimit.bufferedResponse) : nil)
        outcome = (.ok, error)
        var fields: HTTPHeaders = [
            "Content-Type": "application/json", "X-Amz-Executed-Version": FunctionName.version,
            "X-Amzn-RequestId": invocation.id,
        ]
        if error != nil { fields.add(name: "X-Amz-Function-Error", value: "Unhandled") }
        if wantsLog, let log = try await invocation.logTail(error) {
            fields.add(name: "X-Amz-Log-Result", value: Base64.encode(log))
        }
        try await writer.respond(.ok, fields, body: error.map { ByteBuffer(string: $0.json) } ?? payload)
    }
}

/// `Invoke` of the type `Event`: no client waits for the response.
struct DiscardingDelivery: ResponseDelivery {
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (.accepted, nil)

    mutating func begin(_ head: ResponseHead) {}

    mutating func deliver(_ data: ByteBuffer) {}

    mutating func end(_ error: InvocationFailure?) {
        outcome.error = error
    }
}
