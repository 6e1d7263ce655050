import ArgumentParser
import EventStreamCodec

/// The options of `decode` that do not name its input, which other commands that print an event stream share.
///
/// Add them to a command as an option group, and pass them to a ``StreamPrinter``.
struct DecodeOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, text, payload, sse
    }

    @Option(help: "What to print (default: text on a terminal, otherwise json).")
    var format: Format?

    @Option(
        name: .customLong("event"),
        help: ArgumentHelp(
            "Print only messages whose :event-type, :exception-type or :error-code is this. Repeat it for more types.",
            valueName: "type"))
    var types: [String] = []

    @Flag(
        name: .customLong("time"),
        help: "Print when each message was complete, in milliseconds since the first byte; with json and text.")
    var printsTime = false

    @Flag(
        name: .customLong("summary"),
        help: "Print on standard error, at the end, what kinds of messages arrived, and when.")
    var printsSummary = false

    @Flag(
        name: .customLong("fail"),
        help: "Exit with 76 if the stream carried an exception or error message, in every format.")
    var failsForExceptions = false

    @Option(
        name: .customLong("expect-last"),
        help: ArgumentHelp(
            "Exit with 75 if the stream ends and its last message is not an event of this type.", valueName: "type"))
    var expectedLastType: String?

    @Flag(help: "Continue after corrupt data, and report what was skipped. The exit status is still 65.")
    var resync = false

    @Flag(
        help: ArgumentHelp(
            #"Replace payloads of the form {"bytes":"<base64>"}, Bedrock's chunks, by what they hold; with --format payload "#
                + "whatever other members they have."))
    var unwrapBytes = false

    @Flag(
        help: "Replace each signed message by the message in it. Signatures are not verified; see 'eventstream verify'."
    )
    var unwrapSigned = false

    @Flag(help: "Accept a header name that occurs twice in a message.")
    var allowDuplicateHeaders = false

    @Option(help: ArgumentHelp("Bytes per read. The output does not depend on it.", valueName: "n"))
    var readSize = InputFile.defaultReadSize

    @Option(
        help: ArgumentHelp(
            "The longest message to accept, in bytes; 0 for any (default: the specification's 24 MiB of payload and "
                + "128 KiB of headers).", valueName: "n"))
    var maxMessageBytes: Int?

    func validate() throws {
        try InputFile.validate(readSize: readSize)
        if let maxMessageBytes, maxMessageBytes < 0 {
            throw ValidationError("--max-message-bytes takes a number of bytes, or 0 for any.")
        }
    }

    /// The lengths that the options accept.
    var limits: EventStreamLimits {
        switch maxMessageBytes {
        case nil: .decoding
        case 0: .unlimited
        case let most?: EventStreamLimits(messageLength: most)
        }
    }

    /// The format that is asked for, or the default for standard output.
    var chosenFormat: Format { format ?? (standardOutputIsTerminal ? .text : .json) }
}
