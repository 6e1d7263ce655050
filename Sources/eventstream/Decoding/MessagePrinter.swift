import EventStreamCodec
import TextCoding

/// Prints messages in the requested format.
struct MessagePrinter {
    let format: DecodeOptions.Format
    let unwrapsBytes: Bool

    /// The input's name, for messages on standard error.
    let file: String

    /// Whether an exception or error message arrived while only the payloads of events are printed.
    private(set) var sawFailure = false

    private var text = MessageText(style: ColorMode.auto.style)

    init(format: DecodeOptions.Format, unwrapsBytes: Bool, file: String) {
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
