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
        guard unwrapsBytes, let inner = WrappedBytes.unwrap(message.payload) else {
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

    /// Prints the payload of an event. The message type alone decides: an event without a name is one all the same.
    private mutating func print(
        payloadOf message: EventStreamMessageView, _ payload: RawSpan, to output: inout OutputFile
    ) throws {
        if message.messageType == "event" {
            try output.print { $0.append(contentsOf: payload) }
        } else if message.messageType == "exception" || message.messageType == "error" {
            sawFailure = true
            // What came before stands first, where both outputs are one terminal.
            try output.flush()
            let details = String(decoding: [UInt8](copying: payload), as: UTF8.self)
            let found = summary(of: message) + (details.isEmpty ? "" : ": " + details)
            CommandFailure.report("\(file): byte \(message.offset): found \(found), expected an event")
        }
    }

    private func summary(of message: EventStreamMessageView) -> String {
        if case .unrecognized = message.kind { return "an exception or error that has no name" }
        return message.kind.summary
    }
}
