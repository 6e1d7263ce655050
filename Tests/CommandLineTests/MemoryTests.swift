import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// The memory of the running command.
@Suite(
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "no /proc"),
    .enabled(if: !Allocations.isUnderSanitizer, "a sanitizer needs memory of its own"))
struct MemoryTests {
    /// Returns the peak while the command waits for the input that follows `prefix`.
    private func peak(_ arguments: [String], after prefix: [UInt8]) throws -> (bytes: Int, status: Int32) {
        let process = try ChildProcess(Command.program, arguments)
        // When the command reads the last byte, it has processed the bytes before it.
        for piece in [prefix.dropLast(), prefix.suffix(1)] {
            try process.write(piece)
            try process.waitUntilInputIsRead()
        }
        let peak = try process.peakMemory()
        return (peak, try process.finish().status)
    }

    /// Compares a message that declares 24 MiB with one that declares 20 bytes. Both end four bytes after the prelude.
    @Test(arguments: [["decode"], ["decode", "--format", "payload"], ["inspect"]])
    func aPromiseOf24MebibytesCostsNothing(arguments: [String]) throws {
        func start(declaring count: UInt32) -> [UInt8] {
            let fields = [count, 0].flatMap { number in
                (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
            }
            let crc = CRC32.checksum(of: fields.span)
            return fields + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) } + [1, 2, 3, 4]
        }
        let (small, smallStatus) = try peak(arguments, after: start(declaring: 20))
        let (large, largeStatus) = try peak(arguments, after: start(declaring: 24 << 20))
        print("peak memory of \(arguments): \(small) bytes for 20 declared bytes, \(large) for 24 MiB")
        #expect(smallStatus == 75 && largeStatus == 75)
        #expect(large - small < 1 << 20)
    }

    /// Returns what a command reads repeatedly, and what ends its input.
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
            try process.waitUntilInputIsRead()
            let peak = try process.peakMemory()
            #expect(try process.finish(input: end).status == 0)
            return peak
        }
        let little = try peak(blocks: 2)
        let much = try peak(blocks: 24)
        print("peak memory of \(arguments): \(little) bytes for 1.8 MB, \(much) for 22 MB")
        #expect(much - little < 2 << 20)
    }
}
