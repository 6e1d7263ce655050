import EventStreamCodec
import TextCoding

/// Lines of JSON that describe messages, for `eventstream encode`, and the memory that they share.
///
/// The keys may have any order, and all keys except those of a header are optional. An unknown key is an error, because it
/// may be a misspelling.
struct MessageLines {
    /// The headers of the message before, as they were written. Most messages of a stream have the same headers as the message
    /// before them.
    private var headersText: [UInt8] = []
    private var headers = EventStreamHeaders()

    /// ``headers`` encoded, once a second message has them.
    private var encodedHeaders: EventStreamEncodedHeaders?
    private var payload: [UInt8] = []

    /// What the reader of the line before has left to that of the next line.
    private var readerMemory = JSONReader.Memory()

    private let encoder: EventStreamEncoder

    /// A longer text is not remembered, because it would cost more to compare.
    private static let longestText = 4_096

    /// Creates the memory for lines whose messages are encoded by `encoder`.
    init(encoder: EventStreamEncoder) {
        self.encoder = encoder
    }

    /// Appends the message that a line describes; nothing if the line is blank.
    ///
    /// - Throws: `JSONError` if the line is not one JSON object, or if a value is not what its key requires. `EventStreamError` if
    ///   the message cannot be encoded.
    mutating func encode(_ line: RawSpan, to output: inout [UInt8]) throws {
        guard !isBlank(line) else { return }
        do {
            var reader = try JSONReader(line, taking: &readerMemory)
            try read(&reader)
            try reader.end(returning: &readerMemory)
        } catch var error as JSONError {
            if error.offset >= line.byteCount {
                error.expected += " in the same line (one object per line: jq needs -c)"
            }
            throw error
        }
        if let encodedHeaders {
            try encoder.append(headers: encodedHeaders, payload: payload, to: &output)
        } else {
            try encoder.append(headers: headers, payload: payload, to: &output)
        }
    }

    private func isBlank(_ line: RawSpan) -> Bool {
        for offset in line.byteOffsets {
            switch line.byte(at: offset) {
            case 0x20, 0x09, 0x0d: continue
            default: return false
            }
        }
        return true
    }

    /// Reads the object of a line into ``headers`` and ``payload``.
    private mutating func read(_ reader: inout JSONReader) throws {
        var hasHeaders = false
        var hasPayload = false
        payload.removeAll(keepingCapacity: true)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if key == "payload" || key == "payloadBase64" {
                let isText = key == "payload"
                guard try !reader.skipNull() else { continue }
                guard !hasPayload else {
                    throw reader.error(at: key.offset, found: "both payload and payloadBase64", expected: "one of them")
                }
                hasPayload = true
                if isText {
                    try reader.string(as: "text as payload").append(to: &payload)
                } else {
                    try reader.base64(of: "payloadBase64", to: &payload)
                }
            } else if key == "headers" {
                guard try !reader.skipNull() else { continue }
                try readHeaders(&reader)
                hasHeaders = true
            } else if key == "offset" || key == "length" || key == "preludeCRC" || key == "messageCRC"
                || key == "signed"
                || key == "time"
            {
                try reader.skipValue()
            } else if key == "end" {
                throw reader.error(
                    at: key.offset, found: "the end of a signed stream",
                    expected: "a message; 'eventstream sign' writes the end")
            } else {
                throw reader.unknown(
                    key, in: "a message",
                    known: "offset, length, headers, payload, payloadBase64, preludeCRC, messageCRC, signed, time")
            }
        }
        if !hasHeaders { forgetHeaders() }
    }

    private mutating func readHeaders(_ reader: inout JSONReader) throws {
        let isKnown = try headersText.withBytes { known throws(JSONError) in try reader.skip(known: known) }
        guard !isKnown else {
            if encodedHeaders == nil {
                encodedHeaders = try EventStreamEncodedHeaders(headers, limits: encoder.limits, policy: encoder.policy)
            }
            return
        }
        forgetHeaders()
        let start = reader.position
        var list: [EventStreamHeader] = []
        try reader.beginArray(as: "a list of headers")
        while try reader.nextElement() { list.append(try reader.header()) }
        headers = EventStreamHeaders(list)
        let text = reader.text.extracting(start..<reader.position)
        if text.byteCount <= Self.longestText { headersText.append(contentsOf: text) }
    }

    private mutating func forgetHeaders() {
        headersText.removeAll(keepingCapacity: true)
        headers = EventStreamHeaders()
        encodedHeaders = nil
    }
}

extension JSONReader {
    /// Reads an element of `headers`.
    fileprivate mutating func header() throws(JSONError) -> EventStreamHeader {
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
    fileprivate mutating func skipNull() throws(JSONError) -> Bool {
        guard try kind() == .null else { return false }
        try null()
        return true
    }

    /// Reads a string and appends the bytes that it encodes to `output`.
    fileprivate mutating func base64(of key: String, to output: inout [UInt8]) throws(JSONError) {
        let text = try string(as: "padded base64 as \(key)")
        guard text.withBytes({ Base64.append(decoding: $0, to: &output) }) else {
            throw error(
                at: text.offset, found: "a \(key) that is not padded base64",
                expected: "padded base64 (RFC 4648, section 4)")
        }
    }

    private func missing(_ key: String, in which: String, at offset: Int) -> JSONError {
        error(at: offset, found: "\(which) without \"\(key)\"", expected: "a header's name, type and value")
    }

    fileprivate func unknown(_ key: borrowing JSONString, in what: String, known: String) -> JSONError {
        error(at: key.offset, found: "the key \"\(key.text)\" in \(what)", expected: "only \(known)")
    }
}

/// The line of JSON for a message.
extension TextBuffer {
    /// Appends the line for `message` and its line feed.
    ///
    /// - Parameters:
    ///   - payload: The payload to print, which may differ from the message's own.
    ///   - headers: The headers, formatted by ``append(jsonHeaders:)``, and whether the payload is CBOR.
    ///   - signed: What the message was signed with, if it was in a signed message.
    ///   - time: When the message was complete, in microseconds, if it is printed.
    mutating func append(
        lineFor message: EventStreamMessageView, payload: RawSpan, _ headers: borrowing HeaderMemory,
        _ signed: SignedNote?, time: UInt64?
    ) {
        append("{\"offset\":")
        append(decimal: message.offset)
        append(",\"length\":")
        append(decimal: message.prelude.totalLength)
        append(",\"headers\":[")
        headers.append(to: &self)
        let start = count
        append("],\"payload\":")
        if headers.isCBOR || !append(jsonStringIfUTF8: payload) {
            removeAll(after: start)
            append("],\"payloadBase64\":")
            append(jsonBase64: payload)
        }
        append(",\"preludeCRC\":\"")
        append(hexadecimal: message.prelude.crc)
        append("\",\"messageCRC\":\"")
        append(hexadecimal: message.messageCRC)
        append(UInt8(ascii: "\""))
        if let signed { append(memberFor: signed) }
        appendEnd(time: time)
    }

    /// Appends the line for the end of a signed stream and its line feed.
    mutating func append(lineForEnd end: EventStreamMessageView, _ signed: SignedNote, time: UInt64?) {
        append("{\"end\":true,\"offset\":")
        append(decimal: end.offset)
        append(",\"length\":")
        append(decimal: end.prelude.totalLength)
        append(memberFor: signed)
        appendEnd(time: time)
    }

    /// Appends the elements of the list of headers, without its brackets.
    mutating func append(jsonHeaders headers: EventStreamHeadersView) {
        var iterator = headers.makeIterator()
        var isFirst = true
        while let header = iterator.next() {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            append("{\"name\":")
            append(jsonString: header.name.utf8)
            append(",\"type\":\"")
            append(header.type.name)
            append("\",\"value\":")
            append(jsonValue: header.value)
            append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(jsonValue value: EventStreamHeaderValueView) {
        switch value {
        case .boolean(true): append("true")
        case .boolean(false): append("false")
        case .byte(let value): append(decimal: value)
        case .short(let value): append(decimal: value)
        case .integer(let value): append(decimal: value)
        case .long(let value), .timestamp(let value): append(decimal: value)
        case .byteArray(let bytes): append(jsonBase64: bytes)
        case .string(let string): append(jsonString: string.utf8)
        case .uuid(let uuid):
            append(UInt8(ascii: "\""))
            append(uuid: uuid)
            append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(memberFor signed: SignedNote) {
        append(",\"signed\":{\"date\":")
        append(decimal: signed.date)
        append(",\"signature\":\"")
        append(signed.signature.hexadecimal)
        append("\"}")
    }

    private mutating func appendEnd(time: UInt64?) {
        if let time {
            append(",\"time\":")
            append(milliseconds: time)
        }
        append("}\n")
    }

    /// Appends a number of microseconds as milliseconds with three digits after the decimal point.
    mutating func append(milliseconds microseconds: UInt64) {
        append(decimal: microseconds / 1_000)
        append(UInt8(ascii: "."))
        append(decimalMagnitude: microseconds % 1_000, minimumDigitCount: 3)
    }

    /// Appends a UUID in its text form.
    mutating func append(uuid: EventStreamUUID) {
        append(hexadecimal: UInt32(truncatingIfNeeded: uuid.high >> 32))
        append(UInt8(ascii: "-"))
        append(lastHexadecimal: uuid.high >> 16, digitCount: 4)
        append(UInt8(ascii: "-"))
        append(lastHexadecimal: uuid.high, digitCount: 4)
        append(UInt8(ascii: "-"))
        append(lastHexadecimal: uuid.low >> 48, digitCount: 4)
        append(UInt8(ascii: "-"))
        append(lastHexadecimal: uuid.low >> 32, digitCount: 4)
        append(hexadecimal: UInt32(truncatingIfNeeded: uuid.low))
    }

    /// Appends the last digits of a number in hexadecimal.
    private mutating func append(lastHexadecimal value: UInt64, digitCount: Int) {
        for index in (0..<digitCount).reversed() { append(Hexadecimal.digit(value >> UInt64(4 * index))) }
    }
}

extension EventStreamHeaderValue.WireType {
    /// The type's name in lines of JSON.
    var name: StaticString {
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
