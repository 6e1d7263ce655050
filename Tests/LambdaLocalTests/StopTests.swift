import Foundation
import TestSupport
import Testing

/// `lambda-local` ends with status 0 and leaves no process behind, regardless of what happens at that moment.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"),
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/environ"), "no /proc"))
struct StopTests {
    /// A variable in the environment of the processes of one test.
    private let mark = "MARK=\(UUID().uuidString)"

    /// The processes with the mark.
    private func marked() -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.filter { number in
            let environment = FileManager.default.contents(atPath: "/proc/\(number)/environ") ?? Data()
            return environment.range(of: Data(mark.utf8)) != nil
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func everySignalEndsItWhileClientsConnect(signal: Int32) throws {
        for _ in 0..<3 {
            let lambda = try LocalLambda(function: ["env", mark, "sleep", "300"])
            let ports = (Array(repeating: lambda.port, count: 2) + lambda.runtimePorts).map(String.init)
            let script = Repository.root.appendingPathComponent("Tests/CrossChecks/lambda_client.py").path
            let clients = try ChildProcess(Client.env, ["python3", script, "connect"] + ports)
            #expect(try clients.readLine() == "connecting")
            #expect(try lambda.stop(by: signal) == 0)
            #expect(marked().isEmpty)
            #expect(try clients.finish().status == 0)
        }
    }

    @Test func aSignalRightAfterTheAnnouncementEndsIt() throws {
        for _ in 0..<10 {
            let lambda = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c", #"exec "$@" 2>&1"#, "bash", LocalLambda.program.path, "--port", "0", "--runtime-port", "0",
                    "--",
                    "env", mark, "sleep", "300",
                ])
            #expect(try lambda.readLine().contains("function URL: "))
            kill(lambda.identifier, SIGTERM)
            #expect(try lambda.finish().status == 0)
            #expect(marked().isEmpty)
        }
    }

    @Test func itEndsAtOnceIfTheFunctionDoes() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        let start = ContinuousClock.now
        #expect(try lambda.stop() == 0)
        let time = ContinuousClock.now - start
        print("lambda-local, with a function that ends at once, ended \(time) after SIGTERM")
        // Less than the time after which a function is killed.
        #expect(time < .seconds(1))
    }

    @Test func aSecondSignalEndsItAtOnce() throws {
        let lambda = try LocalLambda(function: ["env", mark] + LocalLambda.python)
        let number = try #require(Int32(try Client.curl(lambda.url("deaf")).text))
        #expect(marked().contains(number))
        let start = ContinuousClock.now
        lambda.send(SIGINT)
        // Two pending signals of the same number are delivered once.
        #expect(try lambda.stop(by: SIGTERM) == 0)
        let time = ContinuousClock.now - start
        print("lambda-local, with a function that ignores SIGTERM, ended \(time) after the second signal")
        #expect(time < .seconds(1))
        #expect(marked().isEmpty)
    }

    @Test func descendantsThatHaveLeftTheGroupAreKilled() throws {
        let lambda = try LocalLambda(
            function: [
                "env", mark, "bash", "-c",
                #"(setsid sleep 300 & setsid bash -c 'trap "" TERM; sleep 300 & wait') & exec "$@""#,
                "bash",
            ] + LocalLambda.python)
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        _ = try lambda.poll("five processes") { marked().count >= 4 ? true : nil }
        #expect(try lambda.stop() == 0)
        #expect(marked().isEmpty)
    }

    @Test func theFunctionDiesWithAKilledLambdaLocal() throws {
        let lambda = try LocalLambda()
        let number = try #require(Int32(try Client.curl(lambda.url("deaf")).text))
        #expect(try lambda.stop(by: SIGKILL) == SIGKILL)
        #expect(try ChildProcess.shell(#"timeout 60 tail --pid="$1" -f /dev/null"#, "\(number)").status == 0)
    }

    /// Starts a program that ignores and blocks every signal that it can, and has more descriptors open. On Linux, a parent
    /// can ignore even the signals that the C library keeps for itself.
    private static let ignoringLauncher = [
        "python3", "-c",
        """
        import ctypes, os, platform, signal, sys
        rt_sigaction = {"x86_64": 13, "aarch64": 134}[platform.machine()]
        action = (ctypes.c_ulong * 8)(1)
        for number in range(1, 65):
            ctypes.CDLL(None).syscall(rt_sigaction, number, action, None, 8)
        signal.pthread_sigmask(signal.SIG_BLOCK, set(range(1, 32)) - {signal.SIGKILL, signal.SIGSTOP})
        for number in [7, 99]:
            os.dup2(0, number)
        os.execvp(sys.argv[1], sys.argv[1:])
        """,
    ]

    @Test func aProcessThatIsStartedInheritsNoSignalDispositions() throws {
        let function = [
            "bash", "-c", #"grep -E '^Sig(Blk|Ign)' /proc/self/status; ls -l /proc/self/fd; exec sleep 300"#,
        ]
        let lambda = try LocalLambda([], function: function, launcher: Self.ignoringLauncher)
        #expect(try lambda.line(containing: "SigBlk").hasSuffix("\t0000000000000000"))
        #expect(try lambda.line(containing: "SigIgn").hasSuffix("\t0000000000000000"))
        #expect(try lambda.line(containing: " 0 -> ").hasSuffix("/dev/null"))
        // The last one is the folder that `ls` reads.
        #expect(try lambda.line(containing: " 3 -> ").contains("/proc/"))
        #expect(lambda.lines().count { $0.contains(" -> ") } == 4)
        #expect(try lambda.stop() == 0)
    }

    @Test func closedStandardStreamsAreReplaced() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("address")
        let isMade = unsafe mkfifo(pipe, 0o600) == 0
        #expect(isMade)
        let lambda = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"),
            [
                "-c", #"exec "$@" <&- >&- 2>&-"#, "bash", LocalLambda.program.path, "--port", "0", "--runtime-port",
                "0",
                "--", "bash", "-c", #"echo "$AWS_LAMBDA_RUNTIME_API" > "$1"; exec "${@:2}""#, "bash", pipe,
            ] + LocalLambda.python)
        let address = try ChildProcess.run(Client.env, ["cat", pipe]).text
        #expect(address.hasPrefix("127.0.0.1:"))
        for descriptor in 0...2 {
            let file = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(lambda.identifier)/fd/\(descriptor)")
            #expect(file == "/dev/null")
        }
        kill(lambda.identifier, SIGTERM)
        #expect(try lambda.waitForEnd() == 0)
    }
}
