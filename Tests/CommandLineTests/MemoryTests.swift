import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// How much memory the command takes, read from the running process.
@Suite(
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "no /proc"),
    .enabled(if: !Allocations.isUnderSanitizer, "a sanitizer needs memory of its own"))
struct MemoryTests {
    /// The peak after the input was read, while the command waits for more.
    private func peak(_ arguments: [String], feeding feed: (ChildProcess) throws -> Void) throws -> (Int, Int32) {
        let process = try ChildProcess(Command.program, arguments)
        try feed(process)
        // The pipe is empty once the process waits in its next read.
        var previous = ""
        for _ in 0..<400 {
            let state = (try? String(contentsOfFile: "/proc/\(process.identifier)/syscall", encoding: .utf8)) ?? ""
            if state.hasPrefix("0 "), state == previous { break }
            previous = state
            Thread.sleep(forTimeInterval: 0.005)
        }
        let peak = try process.peakMemory()
        let result = try process.finish()
        return (peak, result.status)
    }

    @Test func aPromiseOf24MebibytesCostsNothing() throws {
        let (empty, status) = try peak(["decode"]) { _ in }
        #expect(status == 0)
        for arguments in [["decode"], ["decode", "--format", "payload"], ["inspect"]] {
            let promise = [UInt8](hexadecimal: "0180001000000000")
            let crc = CRC32.checksum(of: promise.span)
            let (loaded, status) = try peak(arguments) { process in
                try process.write(promise + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) })
            }
            #expect(status == 75, "\(arguments)")
            print("peak memory: \(empty) bytes without input, \(loaded) after a promise of 24 MiB (\(arguments))")
            #expect(loaded - empty < 1 << 20, "\(arguments)")
        }
    }

    @Test(arguments: [["decode"], ["decode", "--format", "payload"], ["inspect"]])
    func memoryDoesNotGrowWithTheStream(arguments: [String]) throws {
        let message = try EventStreamMessage(.event(type: "e"), payload: [UInt8](repeating: 0x61, count: 9_000))
            .encoded()
        let block = Array(repeatElement(message, count: 100).joined())
        func peak(blocks: Int) throws -> Int {
            let folder = try TemporaryFolder()
            let sink = folder.path("sink")
            let process = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"),
                ["-c", #"exec "$0" "${@:2}" > "$1""#, Command.program.path, sink] + arguments)
            for _ in 0..<blocks { try process.write(block) }
            Thread.sleep(forTimeInterval: 0.05)
            let peak = try process.peakMemory()
            #expect(try process.finish().status == 0)
            return peak
        }
        let little = try peak(blocks: 2)
        let much = try peak(blocks: 60)
        print("peak memory of \(arguments): \(little) bytes for 1.8 MB, \(much) for 54 MB")
        #expect(much - little < 2 << 20)
    }
}
