import ArgumentParser
import EventStreamCodec

/// `eventstream decode`: messages out of a stream.
struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the messages of an event stream.",
        discussion: """
            json     one object a line, for jq and for 'eventstream encode'; the default into a file or pipe
            text     for reading; the default on a terminal
            payload  the payloads of event messages, raw, one after the other, and nothing else; messages that are \
            neither an event nor an exception or error are reported on standard error

            EXAMPLES
              eventstream decode capture.bin
              curl -N … | eventstream decode
              eventstream decode capture.bin --format json | jq 'select(.length > 1000)'
              eventstream decode bedrock.bin --format payload --unwrap-bytes | jq .
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, text, payload
    }

    @Argument(help: "The stream; absent or '-' is standard input.", completion: .file())
    var file: String?

    @Option(help: "What to print (default: text on a terminal, otherwise json).")
    var format: Format?

    @Option(help: ArgumentHelp("Bytes a read; the output never depends on it.", valueName: "n"))
    var readSize = InputFile.defaultReadSize

    @Option(
        help: ArgumentHelp(
            "The longest message to accept, in bytes; 0 for any (default: the specification's 24 MiB of payload and "
                + "128 KiB of headers).", valueName: "n"))
    var maxMessageBytes: Int?

    @Flag(
        help: ArgumentHelp(
            #"Replace payloads of the form {"bytes":"<base64>"}, Bedrock's chunks, by what they hold; with --format payload "#
                + "whatever other members they have."))
    var unwrapBytes = false

    func validate() throws {
        try InputFile.validate(readSize: readSize)
        if let maxMessageBytes, maxMessageBytes < 0 {
            throw ValidationError("--max-message-bytes takes a number of bytes, or 0 for any.")
        }
    }

    private var limits: EventStreamLimits {
        switch maxMessageBytes {
        case nil: .decoding
        case 0: .unlimited
        case let most?: EventStreamLimits(messageLength: most)
        }
    }

    func run() throws {
        var input = try InputFile(file, readSize: readSize)
        var output = OutputFile()
        var decoder = EventStreamDecoder(limits: limits)
        var printer = MessagePrinter(
            format: format ?? (standardOutputIsTerminal ? .text : .json), unwrapsBytes: unwrapBytes, file: input.name)

        do {
            while try input.readNext({ bytes in
                try decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() {
                        try printer.print(message, to: &output)
                    }
                }
            }) {
                try output.flush()
            }
            try decoder.finish()
        } catch let error as EventStreamError {
            try output.flush()
            throw CommandFailure(error, in: input.name)
        }
        try output.flush()
        if printer.sawFailure { throw CommandFailure(status: CommandFailure.Status.exceptionInStream) }
    }
}
