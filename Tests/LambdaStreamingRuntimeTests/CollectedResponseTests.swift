#if LambdaRuntime
import LambdaStreamingRuntime
import NIOCore
import Testing

/// Handlers that run in memory.
@Suite struct CollectedResponseTests {
    private struct Greeting: Decodable {
        var name: String
    }

    private struct Unlucky: Error, CustomStringConvertible {
        var description: String { "no luck" }
    }

    @Test func aHandlerRunsWithoutLambda() async throws {
        let context = InvocationContext(requestID: "7", deadlineMilliseconds: 0, traceID: "trace")
        let response = try await collectResponse(
            to: InvocationEvent(#"{"name":"Ada"}"#), context: context
        ) { event, stream, context in
            let greeting = try event.decoded(as: Greeting.self)
            try stream.setContentType("text/plain")
            try await stream.write("Hello, ")
            try await stream.write(Array("\(greeting.name)!".utf8))
            try await stream.end("\(context.requestID) \(context.traceID ?? "")")
        }
        #expect(response.contentType == "text/plain" && response.prelude == nil && response.error == nil)
        #expect(response.texts == ["Hello, ", "Ada!", "7 trace"])
        #expect(response.text == "Hello, Ada!7 trace")
    }

    @Test func aPreludeIsCollected() async throws {
        let prelude = HTTPResponsePrelude(statusCode: 404, headers: ["Content-Type": "text/plain"])
        let response = try await collectResponse(to: InvocationEvent("{}")) { _, stream, _ in
            try await HTTPResponseStream.from(stream, prelude).end("Not found.")
        }
        #expect(response.prelude == prelude && response.contentType == HTTPResponsePrelude.contentType)
        #expect(response.text == "Not found." && response.body.readableBytes == 10)
    }

    @Test func errorsAreCollected() async throws {
        let late = try await collectResponse(to: InvocationEvent("{}")) { _, stream, _ in
            try await stream.write("half")
            throw Unlucky()
        }
        #expect(late.text == "half" && late.error == LambdaFunctionError(type: "Function.Unlucky", message: "no luck"))
        // Lambda receives no prelude that was not sent before the error.
        let early = try await collectResponse(to: InvocationEvent("{}")) { _, stream, _ in
            _ = try HTTPResponseStream.from(stream, HTTPResponsePrelude())
            throw Unlucky()
        }
        #expect(early.writes == [] && early.prelude == nil && early.error?.message == "no luck")
        let misused = try await collectResponse(to: InvocationEvent("{}")) { _, stream, _ in
            try await stream.write("a")
            try stream.setContentType("text/plain")
        }
        #expect(misused.error?.type == StreamingResponseError.functionErrorType)
    }

    @Test func pipelinesAreCollected() async throws {
        let source = AsyncStream { continuation in
            for piece in ["a", "", "b"] { continuation.yield(piece) }
            continuation.finish()
        }
        let response = try await collectResponse(to: InvocationEvent("{}")) { _, stream, _ in
            try await pipeline(source, stream)
        }
        #expect(response.text == "ab" && response.writes.count == 2)
    }

    @Test func cancellationIsThrown() async {
        let task = Task {
            try await collectResponse(to: InvocationEvent("{}")) { _, _, _ in
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
#endif
