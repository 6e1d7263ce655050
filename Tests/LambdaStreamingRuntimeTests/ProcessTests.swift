#if LambdaRuntime && os(Linux)
import Foundation
import TestSupport
import Testing

/// The runtime's effect on its process: signals, standard streams and the log. Each function runs in its own process.
@Suite(.timeLimit(.minutes(10))) struct ProcessTests {
    /// Starts the function of `Tests/LambdaFunctions/ProbeFunction`. By default, its log and its output are one stream.
    private func start(_ api: FakeRuntimeAPI, _ options: String..., redirections: String = "2>&1") throws
        -> ChildProcess
    {
        try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"),
            [
                "-c", #"AWS_LAMBDA_RUNTIME_API="$1" exec "${@:2}" \#(redirections)"#, "bash", api.authority,
                Repository.products.appendingPathComponent("probe-function").path,
            ] + options, patience: .seconds(120))
    }

    // MARK: Signals

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsARuntimeThatWaits(signal: Int32) async throws {
        for _ in 0..<10 {
            _ = try await FakeRuntimeAPI.run(events: []) { api in
                let function = try start(api)
                // From its first step on, a signal must neither kill it nor be lost.
                try await api.waitForConnection()
                kill(function.identifier, signal)
                let result = try function.finish()
                #expect(result.status == 0 && result.text == "SIGTERM default, SIGINT default\n")
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalLetsTheHandlerFinish(signal: Int32) async throws {
        let requests = try await FakeRuntimeAPI.run(events: ["hold", "hold"]) { api in
            let function = try start(api, "ignore-SIGINT", "own-SIGTERM")
            #expect(try function.readLine() == "SIGTERM other, SIGINT other")
            kill(function.identifier, signal)
            try function.write(Array("\n".utf8))
            let result = try function.finish()
            // As they were before the runtime started.
            #expect(result.status == 0 && result.text == "SIGTERM own, SIGINT ignored\n")
        }
        #expect(requests.map(\.body) == ["held"])
    }

    @Test func aSecondSignalEndsTheProcess() async throws {
        _ = try await FakeRuntimeAPI.run(events: ["hold"]) { api in
            let function = try start(api)
            #expect(try function.readLine() == "SIGTERM other, SIGINT other")
            // Two pending signals of the same number are delivered once.
            kill(function.identifier, SIGTERM)
            kill(function.identifier, SIGINT)
            // Its input stays open: the handler never returns.
            #expect([SIGTERM, SIGINT].contains(try function.waitForEnd()))
        }
    }

    @Test func aSecondSignalIsIgnoredIfItWasBefore() async throws {
        let requests = try await FakeRuntimeAPI.run(events: ["hold"]) { api in
            let function = try start(api, "ignore-SIGINT")
            _ = try function.readLine()
            for signal in [SIGTERM, SIGINT, SIGINT] { kill(function.identifier, signal) }
            try function.write(Array("\n".utf8))
            #expect(try function.finish().status == 0)
        }
        #expect(requests.last?.body == "held")
    }

    @Test func aDispositionThatTheHandlerInstallsStays() async throws {
        _ = try await FakeRuntimeAPI.run(events: ["take SIGINT"]) { api in
            let function = try start(api)
            #expect(try function.readLine() == "taken")
            kill(function.identifier, SIGTERM)
            try function.write(Array("\n".utf8))
            #expect(try function.finish().text == "SIGTERM default, SIGINT ignored\n")
        }
    }

    // MARK: Log

    /// Each event makes the function log 1,000 bytes. Together they are more than the pipe and the log's queue hold.
    private static let events = (0..<2_000).map { "fail \($0)" }

    @Test func linesThatNothingReadsAreDroppedAndCounted() async throws {
        _ = try await FakeRuntimeAPI.run(events: Self.events) { api in
            let function = try start(api)
            // All invocations are answered, while nothing reads the log.
            try await api.waitForReports(Self.events.count)
            var (whole, dropped) = (0, 0)
            while whole + dropped < Self.events.count {
                let line = try function.readLine()
                if line.hasPrefix("dropped ") {
                    #expect(line.hasSuffix(" lines of the runtime's log, because nothing read it"))
                    dropped += Int(line.split(separator: " ")[1]) ?? 0
                } else {
                    let isWhole = line.hasPrefix("request id-fail ") && line.utf8.count { $0 == 0x78 } == 1_000
                    #expect(isWhole, "\(line)")
                    whole += 1
                }
            }
            print("\(dropped) of \(Self.events.count) lines of the runtime's log were dropped")
            #expect(whole + dropped == Self.events.count && dropped > 0 && whole >= 1_000)
            kill(function.identifier, SIGTERM)
            #expect(try function.finish().status == 0)
        }
    }

    @Test func aLogThatNothingReadsDoesNotKeepTheRuntimeFromEnding() async throws {
        _ = try await FakeRuntimeAPI.run(events: Self.events) { api in
            let function = try start(api, redirections: ">&2")
            try await api.waitForReports(Self.events.count)
            kill(function.identifier, SIGTERM)
            #expect(try function.waitForEnd() == 0)
        }
    }

    @Test func aNonBlockingLogKeepsWholeLines() async throws {
        let count = 500
        _ = try await FakeRuntimeAPI.run(events: Array(Self.events.prefix(count))) { api in
            let makeNonBlocking = #"import os, sys; os.set_blocking(2, False); os.execv(sys.argv[1], sys.argv[1:])"#
            let function = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c", #"AWS_LAMBDA_RUNTIME_API="$1" exec python3 -c "$2" "$3" 2>&1"#, "bash", api.authority,
                    makeNonBlocking, Repository.products.appendingPathComponent("probe-function").path,
                ])
            try await api.waitForReports(count)
            for _ in 0..<count {
                let line = try function.readLine()
                #expect(line.hasPrefix("request id-fail ") && line.utf8.count { $0 == 0x78 } == 1_000, "\(line)")
            }
        }
    }

    @Test func aMessageOfManyLinesIsOneLine() async throws {
        _ = try await FakeRuntimeAPI.run(events: ["lines"]) { api in
            let function = try start(api)
            #expect(try function.readLine() == #"request id-lines: Function.Failure: one\ntwo\r\nthree"#)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd"), "no /proc"))
    func closedStandardStreamsAreReplaced() async throws {
        let requests = try await FakeRuntimeAPI.run(events: ["files", "fail", "files"]) { api in
            let function = try start(api, redirections: "<&- >&- 2>&-")
            try await api.waitForReports(3)
            kill(function.identifier, SIGTERM)
            #expect(try function.waitForEnd() == 0)
        }
        let bodies = requests.map(\.body)
        #expect(bodies.first == "/dev/null /dev/null /dev/null" && bodies.last == bodies.first)
        // What it logged was not sent to the API.
        #expect(Set(requests.map(\.connection)) == [1])
    }
}
#endif
