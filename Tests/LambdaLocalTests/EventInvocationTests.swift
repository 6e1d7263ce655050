import Foundation
import NIOCore
import TestSupport
import Testing

@testable import lambda_local

/// `Invoke` of the type `Event`: accepted events are run in order, and again after an error.
@Suite(.enabled(if: Client.python.isInstalled, "python3 is not installed"))
struct EventInvocationTests {
    /// Sends events one after the other, and returns the statuses.
    private func send(_ events: [String], to lambda: LocalLambda) throws -> [Int] {
        let result = try Client.run(
            "python3", "lambda_client.py", ["events", "\(lambda.port)"],
            input: Array((events.joined(separator: "\n") + "\n").utf8))
        guard result.status == 0 else { throw Client.Failure(description: result.error) }
        return try JSONDecoder().decode([Int].self, from: Data(result.output))
    }

    /// Waits until events have ended `count` times, and returns their lines.
    private func ends(_ count: Int, _ lambda: LocalLambda) throws -> [String] {
        try lambda.lines(count, containing: "Invoke, as an event")
    }

    /// Returns what the function has recorded, in order.
    private func records(_ folder: TemporaryFolder) throws -> [String] {
        try String(contentsOfFile: folder.path("file"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func everyAcceptedEventIsRunInOrder() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        // While the function holds the first, all others wait.
        let count = 2_500
        let events = (0..<count).map { number in
            #"{"do":"record/\#(number)","file":"\#(folder.path("file"))","hold":"\#(folder.path("hold"))"}"#
        }
        let statuses = try send(events, to: lambda)
        #expect(statuses == Array(repeating: 202, count: count))
        _ = try folder.write([], to: "hold")
        #expect(try ends(count, lambda).allSatisfy { $0.contains("Invoke, as an event 202") })
        #expect(try records(folder) == (0..<count).map { "\($0)" })
    }

    @Test func aFullQueueRefusesEventsAndRunsWhatItAccepted() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let padding = String(repeating: "x", count: PayloadLimit.asynchronous - 1_000)
        let paths = #""file":"\#(folder.path("file"))","hold":"\#(folder.path("hold"))""#
        let statuses = try send((0...70).map { #"{"do":"record/\#($0)",\#(paths),"x":"\#(padding)"}"# }, to: lambda)
        let accepted = statuses.prefix { $0 == 202 }.count
        #expect(accepted > 60 && statuses[accepted...].allSatisfy { $0 == 429 } && accepted < statuses.count)
        // A client that waits is served although the line of events is full.
        let client = try ChildProcess(Client.env, ["curl", "-sS", "--max-time", "60", lambda.url("ping")])
        _ = try folder.write([], to: "hold")
        _ = try ends(accepted, lambda)
        #expect(try records(folder) == (0..<accepted).map { "\($0)" })
        #expect(try client.finish().text == "pong")
        let line = try lambda.line(containing: "429, TooManyRequestsException")
        #expect(line.contains("10000 events are waiting, or as many as fit into memory"))
        #expect(try send([#"{"do":"ping"}"#], to: lambda) == [202])
        _ = try ends(accepted + 1, lambda)
    }

    @Test func aFailedEventIsRunAgainBeforeLaterEvents() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let events = [
            #"{"do":"fail"}"#, #"{"do":"record/first","file":"\#(folder.path("file"))"}"#,
            #"{"do":"fail-once","file":"\#(folder.path("once"))"}"#, #"{"do":"exit/7"}"#,
            #"{"do":"record/last","file":"\#(folder.path("file"))"}"#,
        ]
        #expect(try send(events, to: lambda) == Array(repeating: 202, count: events.count))
        let ends = try ends(10, lambda).map { line in
            let attempt = line.contains(", attempt 2 of 3") ? 2 : line.contains(", attempt 3 of 3") ? 3 : 1
            let error = ["Teapot.Cold", "Runtime.ExitError"].first(where: line.contains)
            return "\(attempt) \(error ?? "succeeded")"
        }
        #expect(
            ends == [
                "1 Teapot.Cold", "2 Teapot.Cold", "3 Teapot.Cold", "1 succeeded", "1 Teapot.Cold", "2 succeeded",
                "1 Runtime.ExitError", "2 Runtime.ExitError", "3 Runtime.ExitError", "1 succeeded",
            ])
        #expect(try records(folder) == ["first", "last"])
    }

    @Test func eventsWaitForAFunctionThatCannotStart() throws {
        let lambda = try LocalLambda(function: LocalLambda.python + ["--fail-to-start"])
        #expect(try send([#"{"do":"ping"}"#, #"{"do":"ping"}"#], to: lambda) == [202, 202])
        _ = try lambda.line(containing: "starting it again in 400 ms")
        #expect(try lambda.stop() == 0)
        #expect(!lambda.lines().contains { $0.contains("Invoke, as an event") })
        #expect(lambda.lines().contains { $0.hasSuffix("2 accepted events have not been run to their end") })
    }

    @Test func aQueueOfEventsHasItsLimit() async throws {
        let environment = ExecutionEnvironment(number: 0, isSupervised: false)
        let queue = InvocationQueue(timeout: .seconds(60), environments: [environment])
        func event(_ id: Int) -> Invocation {
            Invocation(id: "\(id)", event: ByteBuffer(string: "{}"), traceID: "", attempt: 1)
        }
        for id in 0..<10_000 { try await queue.submit(event(id)) }
        do {
            try await queue.submit(event(10_000))
            Issue.record("an event was accepted for which there is no room")
        } catch {
            #expect(error.status == .tooManyRequests && error.type == "TooManyRequestsException")
        }
        #expect(await queue.unfinishedEventCount == 10_000)
        // Clients that wait and events take turns.
        try await queue.submit(Invocation(id: "client", event: ByteBuffer(string: "{}"), traceID: ""))
        try await queue.submit(Invocation(id: "client 2", event: ByteBuffer(string: "{}"), traceID: ""))
        for id in ["client", "0", "client 2", "1", "2"] {
            let next = await queue.next(for: environment, ticket: 0) { false }
            #expect(next?.invocation.id == id)
        }
    }

    @Test func aRuntimeThatHasGoneGetsNothing() async throws {
        let environment = ExecutionEnvironment(number: 0, isSupervised: false)
        let queue = InvocationQueue(timeout: .seconds(60), environments: [environment])
        // The runtime disconnected before it waited.
        await queue.withdraw(ticket: 1)
        #expect(await queue.next(for: environment, ticket: 1) { true } == nil)
        #expect(await !queue.hasRuntime(in: environment))
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func anInitializationErrorAfterTheStartIsRefused() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("late-init-error")).text == #""late""#)
        _ = try lambda.line(containing: "the Runtime API answers 403 {\"errorType\":\"InvalidStateTransition\"")
        #expect(try Client.status(lambda.url("exit/42")) == "502")
        let line = try lambda.line(containing: "GET /exit/42 502")
        #expect(line.contains("Runtime.ExitError") && !line.contains("Teapot.Missing"), "\(line)")
        #expect(!lambda.lines().contains { $0.contains("the function could not start") })
    }
}
