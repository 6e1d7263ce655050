import Foundation
import TestSupport
import Testing

/// Many clients, several runtimes, and much data.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct LoadTests {
    @Test func aHundredClientsAreServedInTurn() throws {
        let lambda = try LocalLambda()
        let folder = try TemporaryFolder()
        let result = try Client.curl(
            "--parallel", "--parallel-immediate", "--parallel-max", "100", "-o", folder.path("#1"), "-w",
            "%{http_code}\n", lambda.url("ping?[1-100]"))
        #expect(result.lines == Array(repeating: "200", count: 100))
        for number in 1...100 {
            let body = try Repository.bytes(of: folder.url.appendingPathComponent("\(number)"))
            #expect(body == Array("pong".utf8), "\(number)")
        }
        // Each has a line, and each line is complete.
        try lambda.lines(100, containing: "GET /ping 200, first byte after")
    }

    @Test func severalProcessesServeAtTheSameTime() throws {
        let lambda = try LocalLambda("--concurrency", "2")
        try expectTwoAtOnce(lambda)
    }

    @Test func anyRuntimeMayAskForWork() throws {
        let lambda = try LocalLambda(function: [])
        let runtimes = try (0..<2).map { _ in
            try ChildProcess(
                Client.env, ["AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(lambda.runtimePorts[0])"] + LocalLambda.python)
        }
        try expectTwoAtOnce(lambda)
        #expect(runtimes.count == 2)
    }

    @Test func oneProcessMayAskTwice() throws {
        try expectTwoAtOnce(try LocalLambda(function: LocalLambda.python + ["--threads", "2"]))
    }

    /// Two responses are streamed at the same time.
    private func expectTwoAtOnce(_ lambda: LocalLambda) throws {
        let folder = try TemporaryFolder()
        let clients = try (0..<2).map { _ in
            try ChildProcess(
                Client.env, ["curl", "-sSN", "--max-time", "60", lambda.url("hello?hold=\(folder.path("hold"))")])
        }
        for client in clients { #expect(try client.readLine() == "Hello") }
        _ = try folder.write([], to: "hold")
        for client in clients { #expect(try client.finish().lines == ["streaming", "world"]) }
    }

    @Test func timeToFirstByte() throws {
        let lambda = try LocalLambda()
        let times: [Double] = try Client.answer(
            of: "python3", "lambda_client.py", "first-bytes", "\(lambda.port)", "/ping", "200")
        let median = times.sorted()[times.count / 2]
        print("time to first byte through lambda-local and a function in Python: median \(median) ms of \(times.count)")
        #expect(times.count == 200)
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "no /proc"),
        .enabled(if: !Allocations.isUnderSanitizer, "a sanitizer needs memory of its own"),
        arguments: ["function URL", "InvokeWithResponseStream"])
    func memoryStaysSmallBehindASlowReader(client: String) throws {
        let lambda = try LocalLambda()
        let block = Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0) })
        let folder = try TemporaryFolder()
        let expected = try ChildProcess.shell(
            #"head -c 200000000 <(while cat "$1"; do :; done) | sha256sum"#, try folder.write(Array(block), to: "block")
        )
        let digest = String(expected.text.prefix(64))
        if client == "function URL" {
            struct Answer: Decodable {
                var count: Int
                var digest: String
            }
            let script = Repository.root.appendingPathComponent("Tests/CrossChecks/lambda_client.py").path
            let client = try ChildProcess(
                Client.env, ["python3", script, "slow", "\(lambda.port)", "/large/200000000"])
            #expect(try client.readLine() == "reading")
            // If nothing held the function back, it would send as much as this in the meantime.
            let other = try LocalLambda()
            #expect(try Client.curl("-o", "/dev/null", other.url("large/100000000")).status == 0)
            try client.write(Array("\n".utf8))
            let answer = try JSONDecoder().decode(Answer.self, from: Data(try client.finish().output))
            #expect(answer.count == 200_000_000 && answer.digest == digest)
        } else {
            let result = try ChildProcess.shell(
                #"""
                curl -sSN --limit-rate 100M -d '{"do":"large/200000000"}' "$1" \
                    | "$2" decode --format payload | head -c 200000000 | sha256sum
                """#, lambda.streamingInvocations,
                Repository.products.appendingPathComponent("eventstream").path)
            #expect(result.text.prefix(64) == digest[...], "\(result.error)")
        }
        let peak = try lambda.peakMemory()
        print("peak memory of lambda-local, 200 MB through the \(client) to a slow reader: \(peak) bytes")
        #expect(peak < 64 << 20)
    }

    @Test func aResponseLongerThanLambdaTakesIsCutOff() throws {
        let lambda = try LocalLambda()
        let result = try Client.curl("-o", "/dev/null", lambda.url("large/200000001"))
        #expect(result.status == 18)
        #expect(try lambda.line(containing: "GET /large/200000001").contains("Function.ResponseSizeTooLarge"))
    }

    @Test func theBandwidthOfProductionIsKept() throws {
        let lambda = try LocalLambda("--production-bandwidth")
        // 6 MiB at once, 1 MiB in half a second.
        let result = try Client.curl("-o", "/dev/null", "-w", "%{time_total}", lambda.url("large/7340032"))
        let time = try #require(Double(result.text))
        print("7 MiB at the bandwidth of production: \(time) s")
        #expect(time >= 0.45)
    }
}
