#if LambdaRuntime
import LambdaStreaming
import LambdaStreamingRuntime
import NIOCore
import Testing

/// Pipelines into a response.
// Minutes, because the other tests leave these little of the machine.
@Suite(.timeLimit(.minutes(10))) struct PipelineTests {
    /// Runs one invocation, and returns what the API received.
    private func response(
        _ handler: @escaping @Sendable (ResponseStream) async throws -> Void
    ) async throws -> (body: String, error: LambdaFunctionError?, path: String) {
        let requests = try await FakeRuntimeAPI.run(events: ["a"]) { api in
            try await api.serve { _, stream, _ in
                try await handler(stream)
            } until: {
                try await api.waitForReports()
            }
        }
        let request = try #require(requests.last)
        var trailers = LambdaFunctionErrorTrailers()
        for (name, value) in request.trailers ?? [:] { trailers.receive(name: name, value: value) }
        return (request.body, trailers.error, request.head.uri)
    }

    /// Pieces of text, and then an error or the end.
    private struct Source: AsyncSequence, AsyncIteratorProtocol {
        struct Dry: Error {}

        var pieces: [String]
        var fails = false

        mutating func next() async throws -> String? {
            if pieces.isEmpty, fails { throw Dry() }
            return pieces.isEmpty ? nil : pieces.removeFirst()
        }

        func makeAsyncIterator() -> Source { self }
    }

    /// Doubles each byte and says goodbye.
    private struct Doubling: ResponseTransform {
        var goodbye: String

        func transform(_ input: ByteBuffer, into output: inout ByteBuffer) {
            for byte in input.readableBytesView { output.writeBytes([byte, byte]) }
        }

        func finish(into output: inout ByteBuffer) { output.writeString(goodbye) }
    }

    @Test func aSourceIsWrittenAndEnded() async throws {
        let found = try await response { try await pipeline(Source(pieces: ["a", "", "bc"]), $0) }
        #expect(found.body == "abc" && found.error == nil)
    }

    @Test func transformsActInTheirOrder() async throws {
        let found = try await response { stream in
            try await pipeline(
                Source(pieces: ["a", "b"]), Doubling(goodbye: "!").then(Doubling(goodbye: ".")), stream)
        }
        #expect(found.body == "aaaabbbb!!.")
    }

    @Test func aSourceThatFailsHalfWayIsToldInTheTrailers() async throws {
        // Whether the handler takes notice or not.
        for takesNotice in [true, false] {
            let found = try await response { stream in
                do {
                    try await pipeline(Source(pieces: ["half"], fails: true), stream)
                } catch {
                    if takesNotice { throw error }
                }
            }
            #expect(found.body == "half" && found.error?.type == "Function.Dry")
        }
    }

    @Test func aSourceThatFailsAtOnceLeavesTheResponseToTheHandler() async throws {
        let reported = try await response { try await pipeline(Source(pieces: [], fails: true), $0) }
        #expect(reported.path.hasSuffix("/error"))
        let answered = try await response { stream in
            try? await pipeline(Source(pieces: [], fails: true), stream)
            try await stream.write("instead")
        }
        #expect(answered.body == "instead" && answered.error == nil)
    }

    @Test func theSourceIsAskedWhenThereIsRoom() async throws {
        struct Endless: AsyncSequence, AsyncIteratorProtocol {
            let counter: Counter
            func next() async throws -> ByteBuffer? {
                counter.add()
                return ByteBuffer(repeating: 0x61, count: 100_000)
            }
            func makeAsyncIterator() -> Endless { self }
        }
        let counter = Counter()
        _ = try await FakeRuntimeAPI.run(events: ["a"], .init(hangsUpAfter: 5_000_000, stallsAfter: 500_000)) { api in
            try await api.serve { _, stream, _ in
                try await pipeline(Endless(counter: counter), stream)
            } until: {
                try await api.waitForStall()
                // If nothing held it back, it would get as far as this in the meantime.
                try await FakeRuntimeAPI.writeWithoutHindrance(100_000_000)
                let before = counter.value
                #expect(before < 200, "\(before) pieces of 100 kB asked for while 500 kB had been read")
                api.goOn()
                try await api.waitForReports()
            }
        }
    }
}
#endif
