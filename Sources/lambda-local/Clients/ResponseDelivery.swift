import EventStreamCodec
import LambdaStreaming
import NIOCore
import NIOHTTP1
import TextCoding

/// How the parts of a function's response become the response that a client gets.
///
/// Every method returns when what it was given is on its way, and throws when the client has gone.
protocol ResponseDelivery {
    /// The response begins.
    mutating func begin(_ head: ResponseHead) async throws

    /// The next bytes of the response.
    mutating func deliver(_ data: ByteBuffer) async throws

    /// The response is whole, or the function failed, with or without a response begun before.
    mutating func end(_ error: InvocationFailure?) async throws

    /// The status that the client got, and what is wrong if something is.
    var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) { get }
}

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

/// `Invoke`: the response whole, or the function's error in its place.
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

/// `Invoke` of the type `Event`: nobody waits for the response.
struct DiscardingDelivery: ResponseDelivery {
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (.accepted, nil)

    mutating func begin(_ head: ResponseHead) {}

    mutating func deliver(_ data: ByteBuffer) {}

    mutating func end(_ error: InvocationFailure?) {
        outcome.error = error
    }
}
