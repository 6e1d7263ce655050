import ArgumentParser
import EventStreamCodec
import TextCoding

/// `eventstream decode`: the messages of a stream.
struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the messages of an event stream.",
        discussion: """
            json     one object a line, for jq and for 'eventstream encode'; the default into a file or pipe
            text     for reading; the default on a terminal
            payload  the payloads of event messages, raw, one after the other, and nothing else; messages that are \
            neither an event nor an exception or error are reported on standard error
            sse      server-sent events, one for each message, for a browser; an exception, an error or corrupt data is a \
            last event of the type 'error'

            If the input is not an event stream, the error says what it looks like, and how to read it.

            EXAMPLES
              eventstream decode capture.bin
              curl -N … | eventstream decode
              eventstream decode capture.bin --format json | jq 'select(.length > 1000)'
              eventstream decode bedrock.bin --format payload --unwrap-bytes | jq .
              eventstream decode answer.bin --format payload --event contentBlockDelta --expect-last messageStop
              curl -N … | eventstream decode --time --summary --fail
              eventstream decode damaged.bin --resync
              pbpaste | eventstream decode --input base64
            """
    )

    @Argument(help: "The stream; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Option(name: .customLong("input"), help: "How the bytes of the stream are written.")
    var encoding = InputEncoding.raw

    @OptionGroup var options: DecodeOptions

    func run() throws {
        var input = StreamInput(try InputFile(file, readSize: options.readSize), encoding)
        var printer = StreamPrinter(options, name: input.name)
        do {
            while try input.readNext({ try printer.print($0) }) {}
        } catch let failure as CommandFailure {
            try printer.finish(after: failure)
        }
        try printer.finish()
    }
}
