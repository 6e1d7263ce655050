import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Failures around the command: no line is lost, cut or printed twice.
@Suite struct FaultTests {
    /// A stream of `count` messages, and the lines that they decode to.
    private func stream(of count: Int, payloadLength: Int = 300) throws -> (bytes: [UInt8], lines: [UInt8]) {
        var bytes: [UInt8] = []
        for number in 0..<count {
            let payload = String(repeating: "message \(number) ", count: payloadLength / 10)
            bytes += try EventStreamMessage(.event(type: "e"), payload: Array(payload.utf8)).encoded()
        }
        return (bytes, try Command.run("decode", input: bytes).output)
    }

    // MARK: Output

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full"))
    func aFullDiskIsAnErrorForEverySubcommand() throws {
        let vector = Command.vector("lambda-payload-chunk")
        for (command, input) in [
            ("decode --format payload", vector), ("decode --format text", vector), ("decode", vector),
            ("inspect", vector), ("encode", "<(echo '{}')"), ("chunked encode", vector),
            ("chunked decode", "<(printf '1\\r\\nx\\r\\n0\\r\\n\\r\\n')"),
            ("chunked decode --json", "<(printf '0\\r\\n\\r\\n')"), ("lambda invoke", vector),
        ] {
            let result = try ChildProcess.shell(#""$1" \#(command) \#(input) > /dev/full"#, Command.program.path)
            #expect(result.status == 74, "\(command)")
            #expect(result.error == "eventstream: standard output: No space left on device\n", "\(command)")
        }
    }

    /// A limit on the size of files simulates a disk that fills up while lines are written.
    @Test func aDiskThatFillsUpKeepsWhatWasWritten() throws {
        let folder = try TemporaryFolder()
        let (bytes, lines) = try stream(of: 2_000)
        let file = try folder.write(bytes, to: "stream")
        // A program that counts coverage writes a profile, and prints an error if it cannot.
        let result = try ChildProcess.shell(
            #"trap '' XFSZ; ulimit -f 200; LLVM_PROFILE_FILE=/dev/null "$1" decode "$2" > "$3""#, Command.program.path,
            file, folder.path("out"))
        #expect(result.status == 74)
        #expect(result.error == "eventstream: standard output: File too large\n")
        let written = try Repository.bytes(of: URL(fileURLWithPath: folder.path("out")))
        #expect(written.count == 200 * 1_024 && lines.starts(with: written))
    }

    @Test func aReaderThatGoesAwaySeesWholeLinesBefore() throws {
        let folder = try TemporaryFolder()
        let (bytes, lines) = try stream(of: 500)
        let file = try folder.write(bytes, to: "stream")
        let result = try ChildProcess.shell(
            #""$1" decode "$2" | head -n 100; echo "${PIPESTATUS[0]}" >&2"#, Command.program.path, file)
        #expect(result.error == "0\n")
        #expect(lines.starts(with: result.output) && result.lines.count == 100)
    }

    @Test func aReaderOfOneByteAtATimeGetsEveryByteOnce() throws {
        let folder = try TemporaryFolder()
        let (bytes, lines) = try stream(of: 120)
        let file = try folder.write(bytes, to: "stream")
        let result = try ChildProcess.shell(
            #"set -o pipefail; "$1" decode "$2" | dd bs=1 status=none"#, Command.program.path, file)
        #expect(result.status == 0 && result.output == lines)
    }

    @Test func withoutStandardErrorTheStatusRemains() throws {
        let result = try ChildProcess.shell(#"printf '%020d' 0 | "$1" decode 2>&-"#, Command.program.path)
        #expect(result.status == 65 && result.output.isEmpty)
    }

    // MARK: Input

    @Test func bytesThatComeOneByOneChangeNothing() throws {
        let (bytes, lines) = try stream(of: 3)
        let body = Array("5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n".utf8)
        for (arguments, input, expected) in [
            (["decode"], bytes, lines),
            (
                ["decode", "--format", "text"], bytes,
                try Command.run("decode", "--format", "text", input: bytes).output
            ),
            (["inspect"], bytes, try Command.run("inspect", input: bytes).output),
            (["encode"], lines, bytes),
            (["chunked", "decode"], body, Array("helloabc".utf8)),
            (
                ["chunked", "encode", "--chunk-size", "4"], Array("hello".utf8),
                Array("4\r\nhell\r\n1\r\no\r\n0\r\n\r\n".utf8)
            ),
        ] {
            let process = try ChildProcess(Command.program, arguments)
            for byte in input { try process.write([byte]) }
            let result = try process.finish()
            #expect(result.status == 0 && result.error.isEmpty, "\(arguments)")
            #expect(result.output == expected, "\(arguments)")
        }
    }

    @Test func aStalledFIFOHoldsNothingBack() throws {
        let folder = try TemporaryFolder()
        let fifo = folder.path("fifo")
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        let (bytes, lines) = try stream(of: 3)
        let process = try ChildProcess(Command.program, ["decode", fifo])
        // Opening waits for the command to open the other end.
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: fifo))
        let one = bytes.count / 3
        try writer.write(contentsOf: Data(bytes[..<(one + 20)]))
        // If the first message were held back until the second is complete, this would wait until the test fails.
        let first = try process.readLine()
        try writer.write(contentsOf: Data(bytes[(one + 20)...]))
        try writer.close()
        let rest = try process.finish()
        #expect(rest.status == 0)
        #expect(Array("\(first)\n".utf8) + rest.output == lines)
    }

    /// Every command prints what it can before it waits.
    @Test func aStallHoldsNothingBackInAnyCommand() throws {
        let message = try EventStreamMessage(.event(type: "PayloadChunk"), payload: Array("one\n".utf8)).encoded()
        let encoded = try EventStreamMessage(payload: [0x0a]).encoded()
        for (arguments, input, expected) in [
            (["decode", "--format", "payload"], message, Array("one\n".utf8)),
            (["decode", "--format", "text"], message, Array("message 1: event PayloadChunk (byte 0, ".utf8)),
            (["inspect"], Array(message.prefix(12)), Array("message 1 at byte 0\n".utf8)),
            (["encode"], Array(#"{"payload":"\n"}"#.utf8) + [0x0a], encoded),
            (["chunked", "decode"], Array("4\r\none\n".utf8), Array("one\n".utf8)),
            (["chunked", "encode"], Array("one\n".utf8), Array("4\r\none\n".utf8)),
            (["lambda", "invoke", "-"], message, Array("one\n".utf8)),
        ] {
            let process = try ChildProcess(Command.program, arguments)
            try process.write(input)
            #expect(try process.read(expected.count) == expected, "\(arguments)")
            _ = try process.finish()
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "no /proc"))
    func anInputThatCannotBeReadIsAnError() throws {
        for command in [["decode"], ["inspect"], ["encode"], ["chunked", "decode"], ["lambda", "invoke"]] {
            // No memory is mapped at address 0.
            let result = try ChildProcess.run(Command.program, command + ["/proc/self/mem"])
            #expect(result.status == 74 && result.output.isEmpty, "\(command)")
            #expect(result.error == "eventstream: /proc/self/mem: Input/output error\n", "\(command)")
        }
    }

    @Test func aFileThatGrowsIsReadToItsEndOfTheMoment() throws {
        let folder = try TemporaryFolder()
        let (bytes, lines) = try stream(of: 400)
        let file = try folder.write([], to: "growing")
        // Another process appends while the command reads the file repeatedly.
        let writer = try ChildProcess(URL(fileURLWithPath: "/bin/bash"), ["-c", #"exec cat >> "$0""#, file])
        for start in stride(from: 0, to: bytes.count, by: 9_973) {
            try writer.write(bytes[start..<min(start + 9_973, bytes.count)])
            let result = try Command.run("decode", "--read-size", "1000", file)
            // Between two messages, or inside one.
            #expect(result.status == 0 || result.status == 75)
            #expect(lines.starts(with: result.output))
            #expect(result.output.last ?? UInt8(ascii: "\n") == UInt8(ascii: "\n"))
        }
        #expect(try writer.finish().status == 0)
        #expect(try Command.run("decode", file).output == lines)
    }

    // MARK: Signals

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aSignalEndsItBetweenTwoLines(signal: Int32) throws {
        let (bytes, _) = try stream(of: 2)
        let process = try ChildProcess(Command.program, ["decode"])
        try process.write(bytes.dropLast(10))
        let first = try process.readLine()
        #expect(first.hasPrefix(#"{"offset":0,"#) && first.hasSuffix("}"))
        kill(process.identifier, signal)
        let result = try process.finish()
        #expect(result.status == signal)
        #expect(result.output.isEmpty && result.error.isEmpty)
    }

    @Test func aSignalWhileNothingReadsChangesNothingBefore() throws {
        let folder = try TemporaryFolder()
        let (bytes, lines) = try stream(of: 1_000)
        let process = try ChildProcess(Command.program, ["decode", try folder.write(bytes, to: "stream")])
        try process.waitUntilOutputIsFull()
        kill(process.identifier, SIGTERM)
        let result = try process.finish()
        #expect(result.status == SIGTERM && result.error.isEmpty)
        #expect(result.output.count >= 4_096 && result.output.count < lines.count)
        #expect(lines.starts(with: result.output))
    }

    @Test func stoppingAndContinuingChangesNothing() throws {
        let (bytes, lines) = try stream(of: 200)
        let process = try ChildProcess(Command.program, ["decode"])
        let identifier = process.identifier
        let stopper = DispatchGroup()
        DispatchQueue.global().async(group: stopper) {
            for _ in 0..<200 {
                kill(identifier, SIGSTOP)
                sched_yield()
                kill(identifier, SIGCONT)
                sched_yield()
            }
        }
        for start in stride(from: 0, to: bytes.count, by: 1_000) {
            try process.write(bytes[start..<min(start + 1_000, bytes.count)])
        }
        // No signal is sent after the process has ended, when another could have its number.
        stopper.wait()
        let result = try process.finish()
        #expect(result.status == 0 && result.output == lines && result.error.isEmpty)
    }
}
