import ArgumentParser
import EventStreamCodec

/// The options of `decode` that do not name its input, which other commands that print an event stream share.
///
/// Add them to a command as an option group, and pass them to a ``StreamPrinter``.
struct DecodeOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, text, payload
    }

    @Option(help: "What to print (default: text on a terminal, otherwise json).")
    var format: Format?

    @Flag(
        help: ArgumentHelp(
            #"Replace payloads of the form {"bytes":"<base64>"}, Bedrock's chunks, by what they hold; with --format payload "#
                + "whatever other members they have."))
    var unwrapBytes = false

    @Flag(
        help: "Replace each signed message by the message in it. Signatures are not verified; see 'eventstream verify'."
    )
    var unwrapSigned = false

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
