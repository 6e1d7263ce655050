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

    @Argument(help: "The stream; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Option(help: "What to print (default: text on a terminal, otherwise json).")
    var format: Format?

    @Option(help: ArgumentHelp("Bytes per read. The output does not depend on it.", valueName: "n"))
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

    @Flag(
        help: "Replace each signed message by the message in it. Signatures are not verified; see 'eventstream verify'."
    )
    var unwrapSigned = false

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
        let unwrapper = unwrapSigned ? SignedUnwrapper(limits: limits) : nil

        do {
            while try input.readNext({ bytes in
                try decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() {
                        try unwrapper.print(message, with: &printer, to: &output)
                    }
                }
            }) {
                try output.flush()
            }
            try decoder.finish()
        } catch let error as EventStreamError {
            try output.flush()
            throw CommandFailure(error, in: input.name)
        } catch let error as SigV4Error {
            try output.flush()
            throw CommandFailure(error, in: input.name)
        }
        try output.flush()
        if printer.sawFailure { throw CommandFailure(status: CommandFailure.Status.exceptionInStream) }
    }
}

/// Prints messages in the requested format.
struct MessagePrinter {
    let format: Decode.Format
    let unwrapsBytes: Bool

    /// The input's name, for messages on standard error.
    let file: String

    /// Whether an exception or error message arrived while only the payloads of events are printed.
    private(set) var sawFailure = false

    private var text = MessageText(style: ColorMode.auto.style)

    init(format: Decode.Format, unwrapsBytes: Bool, file: String) {
        self.format = format
        self.unwrapsBytes = unwrapsBytes
        self.file = file
    }

    /// Prints `message`, with the signature that it was signed with if there is one.
    mutating func print(
        _ message: EventStreamMessageView, signed: SignedNote? = nil, to output: inout OutputFile
    ) throws {
        guard unwrapsBytes, let inner = WrappedBytes.unwrap(message.payload, ignoresOtherMembers: format == .payload)
        else {
            return try print(message, payload: message.payload, signed, to: &output)
        }
        try inner.withBytes { try print(message, payload: $0, signed, to: &output) }
    }

    /// Prints the end of a signed stream, which has no message in it.
    mutating func print(
        endOfSignedStream end: EventStreamMessageView, _ signed: SignedNote, to output: inout OutputFile
    ) throws {
        switch format {
        case .json: try output.print { $0.append(lineForEnd: end, signed) }
        case .text: try output.print { text.append(endOfSignedStream: end, signed, to: &$0) }
        case .payload: break
        }
    }

    private mutating func print(
        _ message: EventStreamMessageView, payload: RawSpan, _ signed: SignedNote?, to output: inout OutputFile
    ) throws {
        switch format {
        case .json: try output.print { $0.append(lineFor: message, payload: payload, signed) }
        case .text: try output.print { text.append(message, payload: payload, signed, to: &$0) }
        case .payload: try print(payloadOf: message, payload, to: &output)
        }
    }

    /// Prints the payload of an event, and reports every other message.
    private mutating func print(
        payloadOf message: EventStreamMessageView, _ payload: RawSpan, to output: inout OutputFile
    ) throws {
        if case .event = message.kind { return try output.print { $0.append(contentsOf: payload) } }
        // Keeps the order if both outputs are one terminal.
        try output.flush()
        let place = "\(file): byte \(message.offset)"
        guard message.messageType == "exception" || message.messageType == "error" else {
            return CommandFailure.report("\(place): found \(message.notPrinted)")
        }
        sawFailure = true
        let details = String(decoding: [UInt8](payload), as: UTF8.self)
        let found = message.summary + (details.isEmpty ? "" : ": " + details)
        CommandFailure.report("\(place): found \(found), expected an event")
    }
}

extension EventStreamMessageView {
    /// The line on standard error about a message whose payload is not printed.
    var notPrinted: String { (summary.hasPrefix("message") ? "a " : "an ") + summary + ", not printed" }
}

/// A payload of the form `{"bytes":"<base64>"}`, as in Bedrock's chunks, which are padded with a second key, `p`.
enum WrappedBytes {
    /// Returns the bytes in a payload of this form, or nil for any other payload.
    ///
    /// - Parameter ignoresOtherMembers: Whether the object may have members other than `bytes` and `p`, which are then dropped.
    static func unwrap(_ payload: RawSpan, ignoresOtherMembers: Bool) -> [UInt8]? {
        guard payload.byteCount > 0 else { return nil }
        do throws(JSONError) {
            var reader = try JSONReader(payload)
            var bytes: [UInt8]?
            guard try reader.kind() == .object else { return nil }
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key == "bytes" {
                    guard try reader.kind() == .string else { return nil }
                    bytes = try reader.string().withBytes { Base64.decode($0) }
                    if bytes == nil { return nil }
                } else if key == "p" || ignoresOtherMembers {
                    try reader.skipValue()
                } else {
                    return nil
                }
            }
            try reader.end()
            return bytes
        } catch {
            return nil
        }
    }
}
