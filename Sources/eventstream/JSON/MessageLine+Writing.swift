import EventStreamCodec
import TextCoding

/// The line of JSON that stands for a message.
extension [UInt8] {
    /// Appends the line for `message` and its line feed.
    ///
    /// - Parameter payload: The payload to print, when it is not the message's own.
    mutating func append(lineFor message: EventStreamMessageView, payload: RawSpan) {
        append(json: "{\"offset\":")
        append(json: message.offset)
        append(json: ",\"length\":")
        append(json: message.prelude.totalLength)
        append(json: ",\"headers\":[")
        var headers = message.headers.makeIterator()
        var isFirst = true
        while let header = headers.next() {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            append(jsonObjectFor: header)
        }
        if let text = EventStreamStringView(validating: payload) {
            append(json: "],\"payload\":")
            append(jsonString: text.utf8)
        } else {
            append(json: "],\"payloadBase64\":")
            append(jsonBase64: payload)
        }
        append(json: ",\"preludeCRC\":\"")
        append(hexadecimal: message.prelude.crc)
        append(json: "\",\"messageCRC\":\"")
        append(hexadecimal: message.messageCRC)
        append(json: "\"}\n")
    }

    private mutating func append(jsonObjectFor header: EventStreamHeaderView) {
        append(json: "{\"name\":")
        append(jsonString: header.name.utf8)
        append(json: ",\"type\":\"")
        append(json: header.type.name)
        append(json: "\",\"value\":")
        switch header.value {
        case .boolean(let value): append(json: value)
        case .byte(let value): append(json: value)
        case .short(let value): append(json: value)
        case .integer(let value): append(json: value)
        case .long(let value), .timestamp(let value): append(json: value)
        case .byteArray(let bytes): append(jsonBase64: bytes)
        case .string(let string): append(jsonString: string.utf8)
        case .uuid(let uuid): append(jsonString: uuid.description)
        }
        append(UInt8(ascii: "}"))
    }
}

extension EventStreamHeaderValueType {
    /// The type's name in lines of JSON.
    var name: String {
        switch self {
        case .booleanTrue, .booleanFalse: "boolean"
        case .byte: "byte"
        case .short: "short"
        case .integer: "integer"
        case .long: "long"
        case .byteArray: "byteArray"
        case .string: "string"
        case .timestamp: "timestamp"
        case .uuid: "uuid"
        }
    }
}
