import Foundation
import TestSupport
import Testing

/// Errors of the function, `lambda-local` and the client, after which `lambda-local` continues to serve.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct FaultTests {
    @Test(arguments: [
        ("die", "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        ("cut", "Runtime.TruncatedResponse", "expected the rest of the chunked body"),
        ("garbage", "Runtime.TruncatedResponse", "found 0x78, expected a chunk size"),
    ])
    func aResponseThatBreaksOffIsReported(path: String, type: String, why: String) throws {
        let lambda = try LocalLambda()
        let result = try Client.curl(lambda.url(path))
        #expect(result.status == 18 && result.text.hasPrefix("so far so good\n"))
        let line = try lambda.line(containing: "GET /\(path) 200")
        #expect(line.contains(type) && line.contains(why), "\(line)")
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        if path == "cut" {
            _ = try lambda.line(containing: "the Runtime API answers 400 {\"errorType\":\"TruncatedHTTPRequest\"")
        }
    }

    @Test func aModeThatThereIsNotIsRefused() throws {
        let lambda = try LocalLambda()
        #expect(try Client.status(lambda.url("mode")) == "502")
        _ = try lambda.line(containing: "the Runtime API answers 400 {\"errorType\":\"InvalidFunctionResponseMode\"")
    }

    @Test func aSecondResponseIsRefused() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("twice")).text == #""once""#)
        _ = try lambda.line(containing: "the Runtime API answers 400 {\"errorType\":\"InvalidRequestID\"")
    }

    @Test func aSecondResponseBesideTheFirstIsRefused() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let client = try ChildProcess(
            Client.env, ["curl", "-sSN", "--max-time", "60", lambda.url("twice-at-once?hold=\(folder.path("hold"))")])
        #expect(try client.readLine() == "once")
        _ = try folder.write([], to: "hold")
        #expect(try client.finish().status == 0)
        _ = try lambda.line(containing: "the Runtime API answers 403 {\"errorType\":\"InvalidStateTransition\"")
    }

    @Test func nobodySpeaksForAnother() throws {
        let lambda = try LocalLambda("--concurrency", "2")
        let folder = try TemporaryFolder()
        let client = try ChildProcess(
            Client.env, ["curl", "-sSNi", "--max-time", "60", lambda.url("hello?hold=\(folder.path("hold"))")])
        var (identifier, line) = ("", "")
        while line != "Hello" {
            line = try client.readLine()
            if line.hasPrefix("X-Amzn-RequestId: ") { identifier = String(line.dropFirst(18).dropLast()) }
        }
        for other in [identifier, "no-such-invocation"] {
            #expect(try Client.curl(lambda.url("speak-for/\(other)")).text == #""myself""#)
        }
        try lambda.lines(4, containing: "the Runtime API answers 400 {\"errorType\":\"InvalidRequestID\"")
        _ = try folder.write([], to: "hold")
        #expect(try client.finish().lines == ["streaming", "world"])
    }

    @Test func whateverAFunctionSaysItsInvocationHasOneLine() throws {
        let lambda = try LocalLambda()
        #expect(try Client.status(lambda.url("fail-in-lines")) == "502")
        let line = try lambda.line(containing: "GET /fail-in-lines 502")
        #expect(
            line.hasSuffix(#"Teapot.Cold: {\n "errorType": "Teapot.Cold",\n "errorMessage": "no \u001b[31mtea"\n}"#),
            "\(line)")
    }

    @Test func aFunctionThatTakesTooLongIsEnded() throws {
        let lambda = try LocalLambda("--timeout", "1")
        let result = try Client.curl(lambda.url("hang"))
        #expect(result.status == 18 && result.text == "so far so good\n")
        let line = try lambda.line(containing: "GET /hang 200")
        #expect(line.contains("Sandbox.Timedout") && line.contains("Task timed out after 1.00 seconds"))
        _ = try lambda.line(containing: "starting it again")
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
    }

    @Test func aFunctionThatCannotStartIsReported() throws {
        let lambda = try LocalLambda(function: LocalLambda.python + ["--fail-to-start"])
        let result = try Client.curl("-i", "-d", "{}", lambda.invocations)
        #expect(result.text.contains("X-Amz-Function-Error: Unhandled\r\n"))
        #expect(result.text.contains("no kettle") || result.text.contains("exit status 1"))
        _ = try lambda.line(containing: "the function could not start: Teapot.Missing")
        _ = try lambda.line(containing: "starting it again in 200 ms")
    }

    @Test func aClientThatLeavesConcernsNobodyElse() throws {
        let lambda = try LocalLambda()
        let result = try Client.run("python3", "lambda_client.py", ["leave", "\(lambda.port)", "/large/50000000"])
        #expect(result.status == 0)
        #expect(try lambda.line(containing: "GET /large/50000000 200").contains("client gone"))
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        _ = try lambda.line(containing: "the Runtime API answers 202")
    }

    @Test func aClientThatLeavesTheQueueIsForgotten() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let first = try ChildProcess(Client.env, ["curl", "-sSN", lambda.url("hello?hold=\(folder.path("hold"))")])
        #expect(try first.readLine() == "Hello")
        // The function is busy; this client does not wait for it.
        #expect(try Client.curl("--max-time", "0.3", lambda.url("pid")).status == 28)
        #expect(try lambda.line(containing: "GET /pid").contains("Client.Disconnected"))
        _ = try folder.write([], to: "hold")
        #expect(try first.finish().lines == ["streaming", "world"])
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
    }

    @Test func whatCannotBeginSaysWhy() throws {
        func run(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(LocalLambda.program, arguments)
        }
        let missing = try run("--port", "0", "--runtime-port", "0", "--", "no-such-program-at-all")
        #expect(missing.status == 66 && missing.error.contains("no-such-program-at-all: found no such program"))
        let file = try TemporaryFolder()
        let text = try run("--port", "0", "--runtime-port", "0", "--", try file.write([], to: "no-program"))
        #expect(text.status == 66 && text.error.contains("no-program: "), "\(text.error)")
        let lambda = try LocalLambda()
        let taken = try run("--port", "\(lambda.port)", "--runtime-port", "0")
        #expect(taken.status == 69 && taken.error.contains("127.0.0.1:\(lambda.port): "), "\(taken.error)")
        #expect(taken.error.contains("; --port 0 takes a free port"), "\(taken.error)")
        for arguments in [["--port", "-1"], ["--timeout", "0"], ["--function", "a b"], ["--concurrency", "2"]] {
            #expect(try ChildProcess.run(LocalLambda.program, arguments).status == 64, "\(arguments)")
        }
    }

    @Test(.enabled(if: LocalLambda.hasIPv6, "this machine has no address ::1"))
    func anIPv6AddressIsWrittenInBrackets() throws {
        let lambda = try LocalLambda("--host", "::1", function: LocalLambda.bash)
        _ = try lambda.line(containing: "function URL: http://[::1]:\(lambda.port)/")
        _ = try lambda.line(containing: "Runtime API: [::1]:\(lambda.runtimePorts[0])")
        // The function has found the Runtime API.
        let answer = try Client.curl("--globoff", "http://[::1]:\(lambda.port)/")
        #expect(answer.text.hasPrefix("bash begins\n"), "\(answer.error)")
    }

    @Test func theEndTakesTheFunctionAlong() throws {
        let lambda = try LocalLambda()
        let number = try #require(Int32(try Client.curl(lambda.url("pid")).text))
        #expect(kill(number, 0) == 0)
        #expect(try lambda.stop() == 0)
        #expect(kill(number, 0) == -1)
    }

    @Test func theEndCutsOffWhatIsUnderWay() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let number = try #require(Int32(try Client.curl(lambda.url("pid")).text))
        let client = try ChildProcess(
            Client.env, ["curl", "-sSN", "--max-time", "60", lambda.url("hello?hold=\(folder.path("hold"))")])
        #expect(try client.readLine() == "Hello")
        #expect(try lambda.stop() == 0)
        // The client can tell that the response is incomplete.
        #expect(try client.finish().status == 18)
        #expect(kill(number, 0) == -1)
        #expect(
            lambda.lines().contains {
                $0.contains("GET /hello 200") && $0.hasSuffix(", cut off by the end of lambda-local")
            })
    }

    @Test func aFunctionThatDoesNotListenIsEndedToo() throws {
        let lambda = try LocalLambda()
        let number = try #require(Int32(try Client.curl(lambda.url("deaf")).text))
        let start = ContinuousClock.now
        #expect(try lambda.stop() == 0)
        #expect(kill(number, 0) == -1)
        let time = ContinuousClock.now - start
        #expect(time >= .seconds(1) && time < .seconds(3), "\(time)")
    }

    #if Network
    @Test(arguments: [[], ["--concurrency", "2"]])
    func aFunctionThatNeverAsksForWorkIsReported(options: [String]) throws {
        let lambda = try LocalLambda(["--timeout", "1"] + options, function: ["sleep", "60"])
        let invocation = try ChildProcess(
            Repository.products.appendingPathComponent("eventstream"), ["lambda", "invoke", lambda.url()])
        _ = try lambda.line(containing: "an invocation waits: no runtime asks for it")
        // The time of a start is longer than that of an invocation.
        #expect(try Client.status(lambda.url("ping")) == "502")
        let line = try lambda.line(containing: "GET /ping 502")
        #expect(line.contains("Sandbox.Timedout") && line.contains("no runtime asked for an invocation"), "\(line)")
        let invoked = try invocation.finish()
        #expect(invoked.status == 76 && invoked.error.contains("Sandbox.Timedout"))
        // It may still be starting, so nothing ends it.
        #expect(!lambda.lines().contains { $0.contains("starting it again") })
    }
    #endif

    @Test func aFunctionThatStopsAskingIsStartedAgain() throws {
        let lambda = try LocalLambda("--timeout", "1")
        #expect(try Client.curl(lambda.url("stop")).text == #""the last""#)
        #expect(try Client.status(lambda.url("ping")) == "502")
        _ = try lambda.line(containing: "signal: killed); starting it again")
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
    }

    @Test func aClientWaitsForARuntimeThatIsStartedLater() throws {
        let lambda = try LocalLambda(function: [])
        let client = try ChildProcess(Client.env, ["curl", "-sS", "--max-time", "60", lambda.url("ping")])
        _ = try lambda.line(containing: "an invocation waits: no runtime asks for it")
        let runtime = try ChildProcess(
            Client.env, ["AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(lambda.runtimePorts[0])"] + LocalLambda.python)
        #expect(try client.finish().text == "pong")
        #expect(runtime.exitStatus == nil)
    }
}
