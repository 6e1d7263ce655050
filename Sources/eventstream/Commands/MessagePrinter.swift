import EventStreamCodec

/// Prints messages in the format asked for.
struct MessagePrinter {
    let format: Decode.Format
    let unwrapsBytes: Bool

    /// The input's name, for messages on standard error.
    let file: String

    /// Whether an exception or error message came where only payloads of events are printed.
    private(set) var sawFailure = false

    private var text = MessageText(style: ColorMode.auto.style)

    init(format: Decode.Format, unwrapsBytes: Bool, file: String) {
        self.format = format
        self.unwrapsBytes = unwrapsBytes
        self.file = file
    }

    /// Prints `message`.
    mutating func print(_ message: EventStreamMessageView, to output: inout OutputFile) throws {
        guard unwrapsBytes, let inner = WrappedBytes.unwrap(message.payload, ignoresOtherMembers: format == .payload)
        else {
            return try print(message, payload: message.payload, to: &output)
        }
        try inner.withBytes { try print(message, payload: $0, to: &output) }
    }

    private mutating func print(
        _ message: EventStreamMessageView, payload: RawSpan, to output: inout OutputFile
    ) throws {
        switch format {
        case .json: try output.print { $0.append(lineFor: message, payload: payload) }
        case .text: try output.print { text.append(message, payload: payload, to: &$0) }
        case .payload: try print(payloadOf: message, payload, to: &output)
        }
    }

    /// Prints the payload of an event, and reports every other message.
    private mutating func print(
        payloadOf message: EventStreamMessageView, _ payload: RawSpan, to output: inout OutputFile
    ) throws {
        if case .event = message.kind { return try output.print { $0.append(contentsOf: payload) } }
        // What came before stands first, where both outputs are one terminal.
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
    /// What standard error says of a message that means nothing to a command that prints payloads.
    var notPrinted: String { (summary.hasPrefix("message") ? "a " : "an ") + summary + ", not printed" }
}
