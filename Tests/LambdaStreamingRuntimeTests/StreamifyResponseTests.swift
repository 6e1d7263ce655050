#if LambdaRuntime
import LambdaStreaming
import LambdaStreamingRuntime
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// The runtime against a Runtime API.
// Minutes, because the other tests leave these little of the machine.
@Suite(.timeLimit(.minutes(10))) struct StreamifyResponseTests {
    /// Serves `events` with `handler`, until as many reports have come; returns them.
    private func reports(
        events: [String] = ["a"], _ behaviour: FakeRuntimeAPI.Behaviour = .init(), count: Int? = nil,
        _ handler: @escaping @Sendable (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void
    ) async throws -> [FakeRuntimeAPI.Request] {
        try await FakeRuntimeAPI.run(events: events, behaviour) { api in
            try await api.serve(handler) { try await api.waitForReports(count ?? events.count) }
        }
    }

    @Test func whatIsWrittenIsSentOnAsItIsWritten() async throws {
        let request = try #require(
            try await reports { event, responseStream, context in
                #expect(event.text == "\"a\"" && context.requestID == "id-a")
                #expect(try event.decoded(as: String.self) == "a")
                #expect(context.invokedFunctionARN == "arn:f" && context.traceID == "Root=1")
                #expect(context.remainingTime.map { $0 > .seconds(1_000_000) } == true)
                try responseStream.setContentType("text/plain")
                try await responseStream.write("Hello ")
                try await responseStream.write([0x77, 0x6f])
                try await responseStream.write(ByteBuffer(string: "rld"))
                try await responseStream.end()
            }.first)
        #expect(request.head.uri == "/2018-06-01/runtime/invocation/id-a/response")
        #expect(request.body == "Hello world" && request.isComplete && request.trailers == nil)
        #expect(request.head.headers["content-type"] == ["text/plain"])
        #expect(request.head.headers["lambda-runtime-function-response-mode"] == ["streaming"])
        #expect(request.head.headers["transfer-encoding"] == ["chunked"])
    }

    @Test func invocationsFollowEachOtherOnOneConnection() async throws {
        let events = (0..<50).map { "\($0)" }
        let requests = try await reports(events: events) { event, responseStream, _ in
            try await responseStream.end(event.text)
        }
        #expect(requests.map(\.body) == events.map { "\"\($0)\"" })
        #expect(Set(requests.map(\.connection)) == [1])
    }

    /// Connections to several addresses are tried, and all but one are dropped.
    @Test func aHostNameIsResolved() async throws {
        for _ in 0..<20 {
            let requests = try await FakeRuntimeAPI.run(events: ["a"]) { api in
                try await api.serve(at: "localhost") { event, responseStream, _ in
                    try await responseStream.end(event.text)
                } until: {
                    try await api.waitForReports()
                }
            }
            #expect(requests.last?.body == #""a""#)
        }
    }

    @Test func aConnectionThatEndsIsMadeAgain() async throws {
        let requests = try await reports(events: ["a", "b", "c"], .init(closesAfterResponse: true)) {
            event, stream, _ in
            try await stream.write(event.text)
        }
        #expect(requests.map(\.body) == [#""a""#, #""b""#, #""c""#])
        #expect(requests.map(\.connection) == [1, 2, 3])
    }

    @Test func aHandlerThatReturnsHasItsResponseEnded() async throws {
        let requests = try await reports(events: ["a", "b"]) { event, responseStream, _ in
            if event.text == "\"a\"" { try await responseStream.write("not ended") }
        }
        #expect(requests.map(\.body) == ["not ended", ""] && requests.allSatisfy { $0.isComplete })
        #expect(requests.allSatisfy { $0.trailers == nil && $0.head.uri.hasSuffix("/response") })
    }

    private struct Boom: Error, CustomStringConvertible {
        var description: String { "boom\r\nX: y" }
    }

    @Test func anErrorBeforeTheFirstWriteIsReported() async throws {
        let requests = try await reports(events: ["a", "b"]) { event, responseStream, _ in
            if event.text == "\"a\"" { throw Boom() }
            throw LambdaFunctionError(type: "My.Own", message: "m")
        }
        #expect(requests.map(\.head.uri).allSatisfy { $0.hasSuffix("/error") })
        #expect(requests[0].head.headers["lambda-runtime-function-error-type"] == ["Function.Boom"])
        #expect(requests[0].body == #"{"errorType":"Function.Boom","errorMessage":"boom\r\nX: y","stackTrace":[]}"#)
        #expect(requests[1].head.headers["lambda-runtime-function-error-type"] == ["My.Own"])
    }

    private func error(in request: FakeRuntimeAPI.Request?) -> LambdaFunctionError? {
        var trailers = LambdaFunctionErrorTrailers()
        for (name, value) in request?.trailers ?? [:] { trailers.receive(name: name, value: value) }
        return trailers.error
    }

    @Test func anErrorAfterTheFirstWriteStandsInTheTrailers() async throws {
        let requests = try await reports(events: ["a", "b"]) { event, responseStream, _ in
            try await responseStream.write("half")
            if event.text == "\"a\"" { throw Boom() }
        }
        #expect(requests.map(\.body) == ["half", "half"])
        #expect(error(in: requests[0]) == LambdaFunctionError(type: "Function.Boom", message: "boom\r\nX: y"))
        #expect(requests[1].trailers == nil)
    }

    @Test func aLateContentTypeAndAWriteAfterTheEndThrow() async throws {
        let requests = try await reports(events: ["a", "b"]) { event, responseStream, _ in
            try await responseStream.write("sent")
            if event.text == "\"a\"" { return try responseStream.setContentType("text/plain") }
            try await responseStream.end()
            await #expect(throws: StreamingResponseError.self) { try await responseStream.write("late") }
            await #expect(throws: StreamingResponseError.self) { try await responseStream.end() }
            throw Boom()
        }
        #expect(error(in: requests[0])?.type == "Runtime.InvalidStreamingOperation")
        #expect(requests[1].body == "sent" && requests[1].isComplete && requests[1].trailers == nil)
    }

    @Test func aPreludeIsSentWithAndWithoutABody() async throws {
        let metadata = HTTPResponsePrelude(statusCode: 404, headers: ["Content-Type": "text/plain"])
        let requests = try await reports(events: ["a", "b"]) { event, responseStream, _ in
            let body = try HTTPResponseStream.from(responseStream, metadata)
            if event.text == "\"a\"" { try await body.end("none") }
        }
        let prelude = String(decoding: metadata.encoded, as: UTF8.self)
        #expect(requests.map(\.body) == [prelude + "none", prelude])
        #expect(requests[0].head.headers["content-type"] == [HTTPResponsePrelude.contentType])
    }

    @Test func aRuntimeAPIThatIsLostInAResponseIsFoundAgain() async throws {
        let failures = Counter()
        let requests = try await reports(events: ["a", "b"], .init(hangsUpAfter: 1_000), count: 2) { event, stream, _ in
            if event.text == "\"b\"" { return try await stream.write("short") }
            do {
                while true { try await stream.write([UInt8](repeating: 1, count: 10_000)) }
            } catch {
                failures.add()
                throw error
            }
        }
        #expect(failures.value == 1)
        #expect(requests.map(\.isComplete) == [false, true] && requests.last?.body == "short")
        #expect(requests.map(\.connection) == [1, 2])
    }

    @Test func aResponseThatIsRefusedDoesNotEndTheFunction() async throws {
        let requests = try await reports(events: ["a", "b"], .init(status: .payloadTooLarge)) { event, stream, _ in
            try await stream.write(event.text)
        }
        #expect(requests.map(\.body) == [#""a""#, #""b""#])
    }

    @Test func whoReadsSlowlyHoldsTheHandlerBack() async throws {
        let written = Counter()
        let (total, piece) = (100_000_000, 100_000)
        let requests = try await FakeRuntimeAPI.run(events: ["a"], .init(stallsAfter: 1_000_000)) { api in
            try await api.serve { _, responseStream, _ in
                let data = ByteBuffer(repeating: 0x61, count: piece)
                for _ in 0..<(total / piece) {
                    try await responseStream.write(data)
                    written.add(piece)
                }
            } until: {
                try await api.waitForStall()
                // The handler stops too: what it wrote is in the sockets' buffers.
                try await FakeRuntimeAPI.writeWithoutHindrance(total)
                #expect(written.value < 20_000_000, "\(written.value) bytes written while 1,000,000 had been read")
                api.goOn()
                try await api.waitForReports()
            }
        }
        #expect(requests.last?.body.utf8.count == total)
    }

    @Test func whatIsWrongWithTheRuntimeAPIIsThrown() async throws {
        let error = await #expect(throws: LambdaRuntimeError.self) { try await streamifyResponse { _, _, _ in } }
        #expect(error?.code == .noEndpoint)
        let port = try RefusingPort()
        let refusing = try RuntimeAPIEndpoint(authority: "127.0.0.1:\(port.number)")
        await #expect {
            try await streamifyResponse(endpoint: refusing) { _, _, _ in }
        } throws: {
            "\($0)".contains("found no Runtime API at \(refusing.authority)")
        }
    }

    @Test func anInitializationThatFailsIsReportedAndThrown() async throws {
        let requests = try await FakeRuntimeAPI.run(events: []) { api in
            let endpoint = try RuntimeAPIEndpoint(authority: api.authority)
            await #expect(throws: Boom.self) {
                try await streamifyResponse(endpoint: endpoint) { () throws(Boom) -> Int in
                    throw Boom()
                } _: { _, _, _, _ in
                }
            }
        }
        #expect(requests.map(\.head.uri) == ["/2018-06-01/runtime/init/error"])
        #expect(requests.first?.body.contains("Function.Boom") == true)
    }

    @Test func aHandlerThatIsRunningFinishesWhenTheRuntimeIsToEnd() async throws {
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let requests = try await FakeRuntimeAPI.run(events: ["a", "b"]) { api in
            let endpoint = try RuntimeAPIEndpoint(authority: api.authority)
            let runtime = Task {
                defer { continuation.finish() }
                try await streamifyResponse(endpoint: endpoint, initializing: { "set up" }) { resources, _, stream, _ in
                    try await stream.write(resources)
                    continuation.yield()
                    while !Task.isCancelled { await Task.yield() }
                    try await stream.write(", and finished")
                }
            }
            for await _ in started { break }
            runtime.cancel()
            try await runtime.value
            try await api.waitForReports()
        }
        // The runtime does not take the second event.
        #expect(requests.map(\.body) == ["set up, and finished"])
    }
}
#endif
