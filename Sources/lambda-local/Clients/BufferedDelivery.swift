import NIOCore
import NIOHTTP1
import TextCoding

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
