import EventStreamCodec
import TextCoding

extension EventStreamMessageView {
    /// The meaning in a few words, which name what is missing: `event TYPE`, `error without :error-code: TEXT`.
    var summary: String {
        guard let type = messageType else { return "message " + absence(of: EventStreamHeaderName.messageType) }
        if type == "event" { return summary("event", EventStreamHeaderName.eventType) }
        if type == "exception" { return summary("exception", EventStreamHeaderName.exceptionType) }
        guard type == "error" else { return "unknown message type \(String(type))" }
        let error = summary("error", EventStreamHeaderName.errorCode)
        guard let text = headers.string(EventStreamHeaderName.errorMessage) else { return error }
        return "\(error): \(String(text))"
    }

    private func summary(_ kind: String, _ header: String) -> String {
        guard let name = headers.string(header) else { return "\(kind) \(absence(of: header))" }
        return "\(kind) \(String(name))"
    }

    private func absence(of header: String) -> String {
        headers[header] == nil ? "without \(header)" : "whose \(header) is not a string"
    }
}

extension EventStreamHeaderValueView {
    /// The value for eyes, on one line.
    var text: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .byte(let value): "\(value)"
        case .short(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .long(let value): "\(value)"
        case .byteArray(let bytes): bytes.isEmpty ? "(no bytes)" : HexDump.bytes(bytes)
        case .string(let string): SafeText.singleLine(String(string))
        case .timestamp(let milliseconds):
            "\(milliseconds)"
                + (CivilTime.text(millisecondsSinceEpoch: milliseconds).map { " (\($0))" } ?? "")
        case .uuid(let uuid): "\(uuid)"
        }
    }
}
