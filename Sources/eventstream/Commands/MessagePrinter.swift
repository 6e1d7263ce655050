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

    /// Appends what is printed for `message`.
    mutating func append(_ message: EventStreamMessageView, to output: inout [UInt8]) throws {
        if unwrapsBytes, let inner = WrappedBytes.unwrap(message.payload) {
            inner.withRawSpan { append(message, payload: $0, to: &output) }
        } else {
            append(message, payload: message.payload, to: &output)
        }
    }

    private mutating func append(_ message: EventStreamMessageView, payload: RawSpan, to output: inout [UInt8]) {
        switch format {
        case .json: output.append(lineFor: message, payload: payload)
        case .text: text.append(message, payload: payload, to: &output)
        case .payload: append(payloadOf: message, payload, to: &output)
        }
    }

    private mutating func append(
        payloadOf message: EventStreamMessageView, _ payload: RawSpan, to output: inout [UInt8]
    ) {
        switch message.kind {
        case .event: output.append(contentsOf: payload)
        case .unrecognized: break
        case .exception, .error:
            sawFailure = true
            let details = String(decoding: Array(copying: payload), as: UTF8.self)
            let found = message.kind.summary + (details.isEmpty ? "" : ": " + details)
            CommandFailure.report("\(file): byte \(message.offset): found \(found), expected an event")
        }
    }
}
