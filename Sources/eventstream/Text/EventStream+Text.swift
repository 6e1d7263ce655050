import EventStreamCodec

extension EventStreamMessageKindView {
    /// The meaning in a few words, as the stream spells it.
    var summary: String {
        switch self {
        case .event(let type): "event \(String(type))"
        case .exception(let type): "exception \(String(type))"
        case .error(let code, nil): "error \(String(code))"
        case .error(let code, let message?): "error \(String(code)): \(String(message))"
        case .unrecognized: "no message type"
        }
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
