import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// What the command does with standard streams that are non-blocking, and with terminals.
@Suite(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
struct StandardStreamTests {
    /// Runs the command with a non-blocking pipe as standard input or output.
    private func runNonBlocking(
        _ stream: String, _ arguments: [String], input: [UInt8] = []
    ) throws -> ChildProcess.Result {
        try ChildProcess.run(
            Peer.env, ["python3", Peer.script("nonblocking.py"), stream, Command.program.path] + arguments, input: input
        )
    }

    /// An input of each command that reads one, and the output that it gives.
    private func cases() throws -> [(arguments: [String], input: [UInt8])] {
        let messages = try (0..<100).flatMap { number in
            try EventStreamMessage(
                .event(type: "PayloadChunk"), payload: Array(String(repeating: "\(number) ", count: 1_000).utf8)
            ).encoded()
        }
        let end = try EventStreamMessage(.event(type: "InvokeComplete"), payload: Array("{}".utf8)).encoded()
        let text = Array(String(repeating: "0123456789", count: 30_000).utf8)
        return [
            (["decode"], messages), (["decode", "--format", "text"], messages), (["inspect"], messages),
            (["encode"], try Command.run("decode", input: messages).output),
            (["chunked", "encode", "--chunk-size", "100"], text),
            (["chunked", "decode"], try Command.run("chunked", "encode", input: text).output),
            (["lambda", "invoke", "-"], messages + end),
        ]
    }

    @Test func aNonBlockingOutputIsWaitedFor() throws {
        for (arguments, input) in try cases() {
            let expected = try ChildProcess.run(Command.program, arguments, input: input)
            #expect(expected.status == 0 && expected.output.count > 200_000, "\(arguments)")
            let result = try runNonBlocking("output", arguments, input: input)
            #expect(result.status == 0 && result.error.isEmpty, "\(arguments): \(result.error)")
            #expect(result.output == expected.output, "\(arguments)")
        }
    }

    @Test func aNonBlockingInputIsWaitedFor() throws {
        for (arguments, input) in try cases() {
            // Enough for many reads that find nothing; the input may end anywhere.
            let input = Array(input.prefix(5_000))
            let expected = try ChildProcess.run(Command.program, arguments, input: input)
            let result = try runNonBlocking("input", arguments, input: input)
            #expect(result.status == expected.status && result.error == expected.error, "\(arguments): \(result.error)")
            #expect(result.output == expected.output, "\(arguments)")
        }
    }

    /// Runs the command with its standard output on a terminal.
    private func runOnTerminal(_ environment: [String], _ arguments: [String]) throws -> String {
        let terminal = ["python3", Peer.script("terminal.py"), Command.program.path]
        let result = try ChildProcess.run(
            Peer.env, ["-u", "NO_COLOR", "TERM=xterm"] + environment + terminal + arguments)
        #expect(result.status == 0, "\(result.error)")
        return result.text
    }

    @Test(arguments: ["decode", "inspect"])
    func colorIsForTerminalsThatHaveIt(subcommand: String) throws {
        let vector = Command.vector("lambda-payload-chunk")
        #expect(try runOnTerminal([], [subcommand, vector]).contains("\u{1b}["))
        for environment in ["TERM=dumb", "NO_COLOR=1"] {
            let plain = try runOnTerminal([environment], [subcommand, vector])
            #expect(!plain.contains("\u{1b}") && plain.contains("Hello, world!"), "\(environment)")
        }
        // An empty NO_COLOR means nothing (https://no-color.org).
        #expect(try runOnTerminal(["NO_COLOR="], [subcommand, vector]).contains("\u{1b}["))
        #expect(!(try Command.run(subcommand, vector).text.contains("\u{1b}")))
    }
}
