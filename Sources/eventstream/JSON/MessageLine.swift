import EventStreamCodec
import TextCoding

/// A line of JSON that describes a message, for `eventstream encode`.
///
/// The keys may have any order, and all keys except those of a header are optional. An unknown key is an error, because it
/// may be a misspelling.
enum MessageLine {
    /// Returns the message that a line describes, or nil if the line is blank.
    ///
    /// - Throws: `JSONError` if the line is not one JSON object, or if a value is not what its key requires.
    static func parse(_ line: RawSpan) throws(JSONError) -> EventStreamMessage? {
        guard !isBlank(line) else { return nil }
        do throws(JSONError) {
            var reader = try JSONReader(line)
            let message = try reader.message()
            try reader.end()
            return message
        } catch {
            guard error.offset >= line.byteCount else { throw error }
            var error = error
            error.expected += " in the same line (one object per line: jq needs -c)"
            throw error
        }
    }

    private static func isBlank(_ line: RawSpan) -> Bool {
        for offset in line.byteOffsets {
            switch line.byte(at: offset) {
            case 0x20, 0x09, 0x0d: continue
            default: return false
            }
        }
        return true
    }
}

extension JSONReader {
    /// Reads the object of a line.
    fileprivate mutating func message() throws(JSONError) -> EventStreamMessage {
        var headers: [EventStreamHeader] = []
        var payload: [UInt8]?
        try beginObject()
        while let key = try nextKey() {
            switch key.text {
            case "headers":
                guard try !skipNull() else { continue }
                try beginArray(as: "a list of headers")
                while try nextElement() { headers.append(try header()) }
            case "payload", "payloadBase64":
                let isText = key == "payload"
                guard try !skipNull() else { continue }
                guard payload == nil else {
                    throw error(at: key.offset, found: "both payload and payloadBase64", expected: "one of them")
                }
                payload = isText ? try string(as: "text as payload").bytes : try base64(of: "payloadBase64")
            case "offset", "length", "preludeCRC", "messageCRC", "signed": try skipValue()
            case "end":
                throw error(
                    at: key.offset, found: "the end of a signed stream",
                    expected: "a message; 'eventstream sign' writes the end")
            default:
                throw unknown(
                    key, in: "a message",
                    known: "offset, length, headers, payload, payloadBase64, preludeCRC, messageCRC")
            }
        }
        return EventStreamMessage(headers: EventStreamHeaders(headers), payload: payload ?? [])
    }

    /// Reads an element of `headers`.
    private mutating func header() throws(JSONError) -> EventStreamHeader {
        _ = try kind()
        let start = position
        var name: String?
        var type: String?
        var typeOffset = 0
        // A value may precede its type.
        var value: JSONValue?
        var valueOffset = 0
        try beginObject(as: "a header: an object with name, type and value")
        while let key = try nextKey() {
            switch key.text {
            case "name": name = try string(as: "a string as a header's name").text
            case "type":
                let text = try string(as: "a string as a header's type")
                (type, typeOffset) = (text.text, text.offset)
            case "value":
                let kind = try kind()
                valueOffset = position
                guard kind != .object, kind != .array else { throw unexpected("a header's value") }
                value = try self.value()
            default: throw unknown(key, in: "a header", known: "name, type, value")
            }
        }
        guard let name else { throw missing("name", in: "a header", at: start) }
        let which = "header \"\(name)\""
        guard let type else { throw missing("type", in: which, at: start) }
        guard let value else { throw missing("value", in: which, at: start) }
        return EventStreamHeader(name, try headerValue(type, value, of: which, at: (typeOffset, valueOffset)))
    }

    private func headerValue(
        _ type: String, _ value: JSONValue, of which: String, at offsets: (type: Int, value: Int)
    ) throws(JSONError) -> EventStreamHeaderValue {
        func unfit(_ expected: String) -> JSONError {
            error(at: offsets.value, found: "\(shown(value)) as the value of \(which)", expected: expected)
        }
        func integer<T: FixedWidthInteger>() throws(JSONError) -> T {
            guard let integer = value.integer(as: T.self) else {
                throw unfit("an integer from \(T.min) to \(T.max) for type \(type)")
            }
            return integer
        }
        func string() throws(JSONError) -> String {
            guard case .string(let text) = value else { throw unfit("a string for type \(type)") }
            return text
        }
        switch type {
        case "boolean":
            guard case .boolean(let value) = value else { throw unfit("true or false for type boolean") }
            return .boolean(value)
        case "byte": return .byte(try integer())
        case "short": return .short(try integer())
        case "integer": return .integer(try integer())
        case "long": return .long(try integer())
        case "timestamp": return .timestamp(try integer())
        case "string": return .string(try string())
        case "byteArray":
            guard let bytes = Base64.decode(try string()) else { throw unfit("padded base64 for type byteArray") }
            return .byteArray(bytes)
        case "uuid":
            guard let uuid = EventStreamUUID(try string()) else {
                throw unfit("8-4-4-4-12 hexadecimal digits for type uuid")
            }
            return .uuid(uuid)
        default:
            throw error(
                at: offsets.type, found: "header type \"\(type)\"",
                expected: "boolean, byte, short, integer, long, byteArray, string, timestamp or uuid")
        }
    }

    /// Returns a value in the form that errors show.
    private func shown(_ value: JSONValue) -> String {
        var text: [UInt8] = []
        text.append(json: value)
        return SafeText.singleLine(String(decoding: text, as: UTF8.self), atMost: 60)
    }

    /// Skips the next value if it is null, which means that it is absent.
    private mutating func skipNull() throws(JSONError) -> Bool {
        guard try kind() == .null else { return false }
        try null()
        return true
    }

    private mutating func base64(of key: String) throws(JSONError) -> [UInt8] {
        let text = try string(as: "padded base64 as \(key)")
        guard let bytes = text.withBytes({ Base64.decode($0) }) else {
            throw error(
                at: text.offset, found: "a \(key) that is not padded base64",
                expected: "padded base64 (RFC 4648, section 4)")
        }
        return bytes
    }

    private func missing(_ key: String, in which: String, at offset: Int) -> JSONError {
        error(at: offset, found: "\(which) without \"\(key)\"", expected: "a header's name, type and value")
    }

    private func unknown(_ key: borrowing JSONString, in what: String, known: String) -> JSONError {
        error(at: key.offset, found: "the key \"\(key.text)\" in \(what)", expected: "only \(known)")
    }
}

/// The line of JSON for a message.
extension [UInt8] {
    /// Appends the line for `message` and its line feed.
    ///
    /// - Parameter payload: The payload to print if it is not the message's own.
    /// - Parameter signed: What the message was signed with, if it was in a signed message.
    mutating func append(lineFor message: EventStreamMessageView, payload: RawSpan, _ signed: SignedNote?) {
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
        append(UInt8(ascii: "\""))
        if let signed {
            append(memberFor: signed)
        } else {
            append(json: "}\n")
        }
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

extension EventStreamHeaderValue.WireType {
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
