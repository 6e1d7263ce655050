import EventStreamCodec
import TextCoding

/// Server-sent events, as the HTML standard (§9.2) defines them.
extension TextBuffer {
    /// Appends an event for a message.
    ///
    /// - Parameters:
    ///   - type: The event's type; nil for the default of server-sent events, `message`.
    ///   - payload: Becomes one line `data:` for each of its lines, or base64 if it is not text.
    ///   - isBinary: Whether the payload is not text although it may be UTF-8.
    mutating func append(eventOf type: EventStreamStringView?, payload: RawSpan, isBinary: Bool) {
        let isText = !isBinary && EventStreamStringView(validating: payload) != nil
        if let type {
            append("event: ")
            append(safe: type.utf8, keepsLines: false)
            append(isText ? "\n" : ";base64\n")
        } else if !isText {
            append("event: message;base64\n")
        }
        if isText {
            append(dataLines: payload)
        } else {
            append("data: ")
            append(base64: payload)
            append("\n")
        }
        append("\n")
    }

    /// Appends a line `data:` for each line. CR, LF and CRLF end a line, as for the reader of the events.
    private mutating func append(dataLines text: RawSpan) {
        var rest = text
        while true {
            let end = rest.endOfLine
            append("data: ")
            append(rest.extracting(first: end))
            append("\n")
            guard end < rest.byteCount else { return }
            rest = rest.extracting(droppingFirst: rest.hasLineEnd(at: end) ? end + 2 : end + 1)
        }
    }

    /// Appends the event that ends a stream with an error.
    mutating func append(errorEvent error: StreamFailure) {
        append("event: error\ndata: {\"code\":")
        append(jsonStringOrNull: error.code)
        append(",\"message\":")
        append(jsonStringOrNull: error.message)
        append("}\n\n")
    }

    private mutating func append(jsonStringOrNull text: String?) {
        guard let text else { return append("null") }
        text.withUTF8Bytes { append(jsonString: $0) }
    }
}

/// The error that a stream carried or ended with, in words.
struct StreamFailure {
    /// The type of an exception, the code of an error, or the name of a decoder's error.
    let code: String?
    let message: String?

    init(code: String?, message: String?) {
        self.code = code
        self.message = message
    }

    /// Reads an exception or error message.
    init(_ message: EventStreamMessageView, payload: RawSpan) {
        let isError = message.messageType == "error"
        code = String?(
            message.headers.string(
                named: isError ? EventStreamHeaderName.errorCode : EventStreamHeaderName.exceptionType))
        let text = isError ? String?(message.headers.string(named: EventStreamHeaderName.errorMessage)) : nil
        self.message = text ?? Self.message(in: payload)
    }

    /// Returns the member `message` of an exception's JSON, or all of its payload if it has none; nil if it is empty.
    private static func message(in payload: RawSpan) -> String? {
        guard !payload.isEmpty else { return nil }
        if let members = try? JSONValue(payload, rules: .ecmaScript) {
            for key in ["message", "Message"] {
                if let text = members[key]?.string { return text }
            }
        }
        return String(decoding: [UInt8](payload), as: UTF8.self)
    }
}

extension RawSpan {
    /// The position of the first CR or LF; the end if there is none.
    fileprivate var endOfLine: Int {
        var position = 0
        while position < byteCount {
            let byte = byte(at: position)
            if byte == 0x0a || byte == 0x0d { break }
            position += 1
        }
        return position
    }
}
