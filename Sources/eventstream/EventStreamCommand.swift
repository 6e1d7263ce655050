import ArgumentParser

/// The command `eventstream`, which consists of its subcommands.
@main
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct EventStreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eventstream",
        abstract: "Decode, encode and inspect AWS event streams (application/vnd.amazon.eventstream).",
        discussion: """
            Bedrock, Transcribe, Kinesis, S3 Select and Lambda respond in this format. Without FILE, or with '-', the command \
            reads standard input as a stream: a message is printed as soon as its last byte has arrived.

            EXAMPLES
              Show the messages of a capture:
                eventstream decode capture.bin
              Watch a stream live:
                curl -N … | eventstream decode
              Count the event types:
                eventstream decode capture.bin --format json \\
                  | jq -r '.headers[] | select(.name == ":event-type").value' \\
                  | sort | uniq -c
              Show what a server sends:
                curl --raw -s http://localhost:8080/ | eventstream chunked decode --json
              Show why a parser fails:
                eventstream inspect capture.bin | less -R
              Show what a function streams:
                eventstream lambda invoke http://127.0.0.1:9000
              Call a service:
                eventstream request https://bedrock-runtime.us-east-1.amazonaws.com/model/…
              Test a client against a recording that ends early:
                eventstream replay capture.bin --cut-at 1000
              Change a header and write the stream again:
                eventstream decode in.bin | sed s/chunk/piece/ \\
                  | eventstream encode > out.bin

            RECIPES ('eventstream help TOPIC')
            \(Recipe.list)

            EXIT STATUS
              0 success; 64 usage; 65 corrupt data; 66 input cannot be opened; 69 a server or port is unavailable, or \
            this build lacks what the command needs; 74 I/O; 75 the input ends inside a message or body; 76 the stream \
            carried an exception or error message (with --fail, and the formats payload and sse), a function failed, or a \
            service refused (lambda invoke, request); 77 no credentials (request, lambda invoke, sign, verify).
            """,
        version: "0.1.0",
        subcommands: [
            Decode.self, Encode.self, Inspect.self, Sign.self, Verify.self, Chunked.self, AWSChunkedCoding.self,
            Lambda.self, Request.self, Replay.self, Help.self,
        ]
    )

    static func main() {
        occupyClosedStandardStreams()
        ignoreBrokenPipeSignal()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            failure.report()
            exit(withError: ExitCode(failure.status))
        } catch {
            // ArgumentParser reports help and the version as errors too.
            guard !exitCode(for: error).isSuccess else { exit(afterPrinting: fullMessage(for: error)) }
            CommandFailure.report(message(for: error) + " (see '\(helpCommand(for: error))')")
            exit(withError: exitCode(for: error))
        }
    }

    /// Returns the command that prints the help of the subcommand with the error. ArgumentParser's full message ends with
    /// "See 'eventstream decode --help' for more information."
    private static func helpCommand(for error: any Error) -> String {
        let parts = fullMessage(for: error).split(separator: "'")
        return parts.last { $0.hasSuffix("--help") }.map { String($0) } ?? "eventstream --help"
    }

    /// Prints help or the version, and exits.
    private static func exit(afterPrinting text: String) -> Never {
        var output = OutputFile()
        do {
            try output.print { $0 += Array("\(text)\n".utf8) }
            try output.flush()
        } catch let failure as CommandFailure {
            failure.report()
            exit(withError: ExitCode(failure.status))
        } catch {}
        exit(withError: ExitCode.success)
    }

    func run() throws {
        throw ValidationError(
            "a subcommand is needed: decode, encode, inspect, sign, verify, chunked, aws-chunked, lambda, request or replay"
        )
    }
}
