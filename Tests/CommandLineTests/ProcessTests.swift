import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// What every subcommand has in common: exit status, help, standard streams.
@Suite struct ProcessTests {
    @Test func usageErrorsHaveTheirStatus() throws {
        for arguments in [
            ["decode", "--format", "yaml"], ["decode", "--read-size", "0"], ["decode", "--read-size", "x"],
            ["decode", "--max-message-bytes", "-1"], ["decode", "a", "b"], ["unknown"], ["inspect", "--color", "red"],
            ["encode", "--format", "json"], [], ["chunked", "decode", "--read-size", "0"],
            ["decode", "a", "\u{1b}[31mRED\nx"], ["chunked", "encode", "--trailer", "Host: x"],
            ["chunked", "encode", "--trailer", "none"],
        ] {
            let result = try ChildProcess.run(Command.program, arguments)
            #expect(result.status == 64, "\(arguments)")
            #expect(result.output.isEmpty, "\(arguments)")
            #expect(result.error.hasPrefix("eventstream: ") && !result.error.contains("\u{1b}"), "\(arguments)")
            #expect(result.error.filter { $0 == "\n" }.count == 1, "\(arguments): \(result.error)")
        }
    }

    @Test func helpTeachesByExample() throws {
        for subcommand in [[], ["decode"], ["encode"], ["inspect"]] {
            let result = try ChildProcess.run(Command.program, subcommand + ["--help"])
            #expect(result.status == 0 && result.text.contains("EXAMPLES") && result.text.contains("eventstream "))
        }
        #expect(try Command.run("--version").status == 0)
    }

    @Test(arguments: ["decode", "encode", "inspect"])
    func aFileThatCannotBeOpenedHasItsStatus(subcommand: String) throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("absent"), folder.url.path, folder.path("line\nfeed")] {
            let result = try Command.run(subcommand, path)
            #expect(result.status == 66, "\(path)")
            #expect(result.error.hasPrefix("eventstream: ") && result.error.filter { $0 == "\n" }.count == 1)
        }
    }

    @Test func aFileNameNeedNotBeText() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(try EventStreamMessage(payload: "x").encoded(), to: "plain")
        let result = try ChildProcess.shell(
            #"cp "$2" "$3"/$'\xff.bin' && "$1" decode "$3"/$'\xff.bin'"#, Command.program.path, file, folder.url.path)
        #expect(result.status == 0 && result.lines.count == 1)
    }

    @Test func standardInputHasManyNames() throws {
        let message = try EventStreamMessage(payload: "x").encoded()
        let folder = try TemporaryFolder()
        let file = try folder.write(message, to: "stream")
        let expected = try Command.run("decode", file).output
        #expect(try Command.run("decode", input: message).output == expected)
        #expect(try Command.run("decode", "-", input: message).output == expected)
        #expect(try Command.run("decode", "/dev/stdin", input: message).output == expected)
        let program = Command.program.path
        #expect(try ChildProcess.shell(#""$1" decode < "$2""#, program, file).output == expected)
        #expect(try ChildProcess.shell(#"cat "$2" | "$1" decode"#, program, file).output == expected)
        #expect(try ChildProcess.shell(#""$1" decode <(cat "$2")"#, program, file).output == expected)
    }

    @Test(arguments: ["decode", "decode --format payload", "decode --format text", "inspect"])
    func aClosedPipeEndsItQuietly(command: String) throws {
        let folder = try TemporaryFolder()
        let message = try EventStreamMessage(.event(type: "e"), payload: [UInt8](repeating: 0x61, count: 60_000))
            .encoded()
        let file = try folder.write(Array(repeatElement(message, count: 100).joined()), to: "stream")
        let result = try ChildProcess.shell(
            #""$1" \#(command) "$2" | head -c 10 > /dev/null; echo "${PIPESTATUS[0]}""#, Command.program.path, file)
        #expect(result.text == "0\n")
        #expect(result.error.isEmpty)
    }

    @Test(arguments: ["chunked encode", "chunked decode", "lambda invoke -"])
    func aClosedPipeEndsWhateverReadsAPipeQuietly(command: String) throws {
        let folder = try TemporaryFolder()
        let payload = [UInt8](repeating: 0x61, count: 60_000)
        let unit: [UInt8]
        switch command {
        case "chunked encode": unit = payload
        case "chunked decode": unit = Array("ea60\r\n".utf8) + payload + Array("\r\n".utf8)
        default: unit = try EventStreamMessage(.event(type: "PayloadChunk"), payload: payload).encoded()
        }
        let file = try folder.write(Array(repeatElement(unit, count: 100).joined()), to: "stream")
        let result = try ChildProcess.shell(
            #"cat "$2" 2> /dev/null | "$1" \#(command) | head -c 10 > /dev/null; echo "${PIPESTATUS[1]}""#,
            Command.program.path, file)
        #expect(result.text == "0\n" && result.error.isEmpty)
    }

    @Test func encodeToAClosedPipeEndsQuietlyToo() throws {
        let result = try ChildProcess.shell(
            #"yes '{"payload":"x"}' 2> /dev/null | "$1" encode | head -c 10 > /dev/null; echo "${PIPESTATUS[1]}""#,
            Command.program.path)
        #expect(result.text == "0\n" && result.error.isEmpty)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full"))
    func aFullDiskIsAnError() throws {
        let vector = Command.vector("lambda-payload-chunk")
        for command in ["decode", "inspect"] {
            let result = try ChildProcess.shell(#""$1" \#(command) "$2" > /dev/full"#, Command.program.path, vector)
            #expect(result.status == 74)
            #expect(result.error == "eventstream: standard output: No space left on device\n")
        }
    }

    /// No file or socket takes the place of a closed stream.
    @Test(arguments: ["", "<&-", "2>&-", "<&- 2>&-"])
    func aClosedStandardStreamStaysClosed(others: String) throws {
        let vector = Command.vector("lambda-payload-chunk")
        func run(_ arguments: String) throws -> ChildProcess.Result {
            try ChildProcess.shell(#""$1" \#(arguments) \#(others)"#, Command.program.path, vector)
        }
        for command in ["decode", "inspect", "chunked encode", "lambda invoke"] {
            let closed = try run(#"\#(command) "$2" >&-"#)
            #expect(closed.status == 74, "\(command)")
            if !others.contains("2") {
                #expect(closed.error == "eventstream: standard output: Bad file descriptor\n", "\(command)")
            }
            let open = try run(#"\#(command) "$2""#)
            #expect(
                open.output == (try ChildProcess.shell(#""$1" \#(command) "$2""#, Command.program.path, vector)).output)
        }
        if others.contains("<") {
            #expect(try run("decode").status == 74)
            #expect(try run("decode -").status == 74)
        }
    }

    @Test func anOutputThatCannotBeWrittenIsAnError() throws {
        let vector = Command.vector("lambda-payload-chunk")
        let result = try ChildProcess.shell(#""$1" decode "$2" >&-"#, Command.program.path, vector)
        #expect(result.status == 74)
    }
}
