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
        try process.waitUntilItWaits(in: .read)
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
            // The code that runs takes memory too.
            #expect(loaded - empty < 2 << 20, "\(arguments)")
        }
    }

    /// What a command reads again and again, and what ends it.
    private func input(of arguments: [String]) throws -> (unit: [UInt8], end: [UInt8]) {
        let payload = [UInt8](repeating: 0x61, count: 9_000)
        switch arguments {
        case ["encode"]: return (Array(#"{"payload":""#.utf8) + payload + Array("\"}\n".utf8), [])
        case ["chunked", "encode"]: return (payload, [])
        case ["chunked", "decode"]:
            return (Array("2328\r\n".utf8) + payload + Array("\r\n".utf8), Array("0\r\n\r\n".utf8))
        default:
            let message = try EventStreamMessage(.event(type: "PayloadChunk"), payload: payload).encoded()
            let end = try EventStreamMessage(.event(type: "InvokeComplete"), payload: Array("{}".utf8)).encoded()
            return (message, end)
        }
    }

    @Test(arguments: [
        ["decode"], ["decode", "--format", "payload"], ["decode", "--format", "text"], ["inspect"], ["encode"],
        ["chunked", "decode"], ["chunked", "encode"], ["lambda", "invoke", "-"],
    ])
    func memoryDoesNotGrowWithTheStream(arguments: [String]) throws {
        let (unit, end) = try input(of: arguments)
        let block = Array(repeatElement(unit, count: 100).joined())
        func peak(blocks: Int) throws -> Int {
            let folder = try TemporaryFolder()
            let sink = folder.path("sink")
            let process = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"),
                ["-c", #"exec "$0" "${@:2}" > "$1""#, Command.program.path, sink] + arguments)
            for _ in 0..<blocks { try process.write(block) }
            Thread.sleep(forTimeInterval: 0.05)
            let peak = try process.peakMemory()
            #expect(try process.finish(input: end).status == 0)
            return peak
        }
        let little = try peak(blocks: 2)
        let much = try peak(blocks: 60)
        print("peak memory of \(arguments): \(little) bytes for 1.8 MB, \(much) for 54 MB")
        #expect(much - little < 2 << 20)
    }
}
