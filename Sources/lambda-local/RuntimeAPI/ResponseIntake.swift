import LambdaStreaming
import NIOCore
import NIOHTTP1

/// `/invocation/ID/response`: receives the function's response, buffered or streamed, and passes it to the client's side.
struct ResponseIntake {
    private let head: RequestHead
    private let invocation: Invocation?
    private let queue: InvocationQueue
    private let environment: ExecutionEnvironment

    init(_ head: RequestHead, invocation: Invocation?, _ runtime: RuntimeAPI) {
        self.head = head
        self.invocation = invocation
        queue = runtime.queue
        environment = runtime.environment
    }

    func take(_ body: inout RequestBody, _ writer: inout ResponseWriter) async throws {
        guard let invocation else {
            writer.abandon()
            return try await writer.refuseUnknownInvocation()
        }
        do {
            switch head.fields.first(name: RuntimeAPIField.responseMode)?.lowercased() {
            case nil: try await takeWhole(&body, invocation, &writer)
            case "streaming": try await takeStream(&body, invocation, &writer)
            case let mode?:
                await queue.finish(invocation, .invalidResponse("found response mode '\(mode)', expected streaming"))
                writer.abandon()
                try await writer.refuse(
                    .badRequest, "InvalidFunctionResponseMode",
                    "found \(RuntimeAPIField.responseMode) '\(mode)', expected streaming")
            }
        } catch let error as RequestError {
            try await refuse(error, &body, invocation, &writer)
        }
    }

    private func takeWhole(
        _ body: inout RequestBody, _ invocation: Invocation, _ writer: inout ResponseWriter
    ) async throws {
        let whole = try await body.collect(atMost: PayloadLimit.bufferedResponse)
        guard await invocation.begin(ResponseHead(contentType: contentType, isStreaming: false)) else {
            return try await refuseSecondResponse(&writer)
        }
        if whole.readableBytes > 0 {
            guard await invocation.send(whole) else { return try await writer.refuseUnknownInvocation() }
        }
        await queue.finish(invocation)
        try await writer.accept()
    }

    private func takeStream(
        _ body: inout RequestBody, _ invocation: Invocation, _ writer: inout ResponseWriter
    ) async throws {
        guard await invocation.begin(ResponseHead(contentType: contentType, isStreaming: true)) else {
            return try await refuseSecondResponse(&writer)
        }
        while let piece = try await body.next() {
            guard body.byteCount <= PayloadLimit.streamed else {
                throw RequestError(
                    .payloadTooLarge,
                    "found a response of more than \(PayloadLimit.streamed) bytes, expected at most that many")
            }
            guard await invocation.send(piece) else {
                writer.abandon()
                return try await writer.refuseUnknownInvocation()
            }
        }
        await queue.finish(invocation, InvocationFailure(body.errorTrailers))
        try await writer.accept()
    }

    private var contentType: String { head.fields.first(name: "Content-Type") ?? "application/octet-stream" }

    private func refuseSecondResponse(_ writer: inout ResponseWriter) async throws {
        writer.abandon()
        try await writer.refuse(
            .forbidden, "InvalidStateTransition", "A response has begun, or the invocation has ended")
    }

    /// Handles a body that is incomplete, invalid or too long.
    private func refuse(
        _ error: RequestError, _ body: inout RequestBody, _ invocation: Invocation, _ writer: inout ResponseWriter
    ) async throws {
        writer.abandon()
        if error.status == .payloadTooLarge {
            let limit =
                head.fields.contains(name: RuntimeAPIField.responseMode)
                ? PayloadLimit.streamed : PayloadLimit.bufferedResponse
            await queue.finish(invocation, .tooLarge(limit: limit))
            await body.discard()
            return try await writer.refuse(.payloadTooLarge, "RequestEntityTooLarge", "\(error)")
        }
        if error.isTruncation, environment.isSupervised {
            // If the process has ended, that is known soon and explains more.
            for _ in 0..<50 where invocation.failure == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
        await queue.finish(invocation, invocation.failure ?? .truncated("\(error)"))
        try await writer.refuse(
            .badRequest, error.isTruncation ? "TruncatedHTTPRequest" : "InvalidHTTPRequest", "\(error)")
    }
}
