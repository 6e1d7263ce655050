import Foundation
import TestSupport
import Testing

/// Processes that tests start do not outlive them.
@Suite struct ChildProcessTests {
    /// Starts a program that ignores SIGTERM, and returns its number.
    private func startDeafProgram() throws -> Int32 {
        let process = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"), ["-c", "trap '' TERM; echo ready; exec sleep 300"])
        #expect(try process.readLine() == "ready")
        return process.identifier
    }

    @Test func aProcessIsKilledAfterItsObjectIsReleased() throws {
        let number = try startDeafProgram()
        #expect(try ChildProcess.shell(#"timeout 60 tail --pid="$1" -f /dev/null"#, "\(number)").status == 0)
    }

    /// If the tests are killed or crash, the system ends the process.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"), "setpriv is not installed"))
    func aProcessIsEndedWithTheTests() throws {
        let script = "import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); print(n.value)"
        #expect(try ChildProcess.run(Peer.env, ["python3", "-c", script]).lines == ["\(SIGTERM)"])
    }

    @Test func aProgramThatDoesNotExistIsAnError() {
        #expect(throws: ChildProcess.Failure.self) {
            try ChildProcess(URL(fileURLWithPath: "/nowhere/program"), [])
        }
    }
}
