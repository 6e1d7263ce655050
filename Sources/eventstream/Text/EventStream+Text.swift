import EventStreamCodec

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        case .timestamp(let milliseconds): "\(milliseconds)" + Self.date(milliseconds)
        case .uuid(let uuid): "\(uuid)"
        }
    }

    /// A timestamp as a date in parentheses; nothing beyond the years 0 to 9999, which ISO 8601 writes in four digits.
    private static func date(_ milliseconds: Int64) -> String {
        guard (-62_167_219_200_000..<253_402_300_800_000).contains(milliseconds) else { return "" }
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return " (" + date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) + ")"
    }
}
