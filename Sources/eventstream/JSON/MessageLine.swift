import EventStreamCodec

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A line of JSON that describes a message, as it is read.
enum MessageLine {
    /// Why a line describes no message.
    struct Malformed: Error {
        var found: String
        var expected: String
    }

    /// The message that a line describes; nil for a line of nothing but white space.
    static func parse(_ line: ArraySlice<UInt8>) throws -> EventStreamMessage? {
        guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { return nil }
        do {
            return try JSONDecoder().decode(MessageObject.self, from: Data(line)).message
        } catch let error as DecodingError {
            throw Malformed(error)
        }
    }
}

extension MessageLine.Malformed {
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            let path = Self.path(context.codingPath)
            self.init(found: "no \"\(key.stringValue)\" in \(path)", expected: "a header's name, type and value")
        case .typeMismatch(let type, let context):
            self.init(found: "something else at \(Self.path(context.codingPath))", expected: Self.name(of: type))
        case .valueNotFound(let type, let context):
            self.init(found: "null at \(Self.path(context.codingPath))", expected: Self.name(of: type))
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(found: "no JSON", expected: "one object a line (jq needs -c for that)")
        case .dataCorrupted(let context):
            self.init(found: context.debugDescription, expected: "a value that fits \(Self.path(context.codingPath))")
        @unknown default:
            self.init(found: "\(error)", expected: "a message")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the line" }
        return keys.reduce(into: "") { path, key in
            path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? key.stringValue : "." + key.stringValue)
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }
}

/// The object on a line.
private struct MessageObject: Decodable {
    var message: EventStreamMessage

    private enum Key: String, CodingKey, CaseIterable {
        case offset, length, headers, payload, payloadBase64, preludeCRC, messageCRC
    }

    init(from decoder: any Decoder) throws {
        try decoder.rejectUnknownKeys(Key.self, in: "a message")
        let object = try decoder.container(keyedBy: Key.self)
        let headers = try object.decodeIfPresent([HeaderObject].self, forKey: .headers) ?? []
        let text = try object.decodeIfPresent(String.self, forKey: .payload)
        let bytes = try object.decodeIfPresent(String.self, forKey: .payloadBase64).map { text in
            guard let bytes = Base64.decode(text) else {
                throw MessageLine.Malformed(found: "a payloadBase64 that is none", expected: "padded base64")
            }
            return bytes
        }
        if text != nil, bytes != nil {
            throw MessageLine.Malformed(found: "both payload and payloadBase64", expected: "one of them")
        }
        message = EventStreamMessage(
            headers: EventStreamHeaders(headers.map(\.header)),
            payload: text.map { Array($0.utf8) } ?? bytes ?? [])
    }
}

/// An element of a line's `headers`.
private struct HeaderObject: Decodable {
    var header: EventStreamHeader

    private enum Key: String, CodingKey, CaseIterable {
        case name, type, value
    }

    init(from decoder: any Decoder) throws {
        try decoder.rejectUnknownKeys(Key.self, in: "a header")
        let object = try decoder.container(keyedBy: Key.self)
        let name = try object.decode(String.self, forKey: .name)

        // Through Decimal, because it keeps every digit; a narrower type would round a number such as 1.0000000001e10.
        func integer<T: FixedWidthInteger>() throws -> T {
            guard let number = try? object.decode(Decimal.self, forKey: .value),
                let integer = T("\(number)")
            else {
                throw MessageLine.Malformed(
                    found: "a value of header \"\(name)\" that does not fit its type",
                    expected: "a whole number from \(T.min) to \(T.max)")
            }
            return integer
        }

        func bytes() throws -> [UInt8] {
            guard let bytes = Base64.decode(try object.decode(String.self, forKey: .value)) else {
                throw MessageLine.Malformed(
                    found: "a value of header \"\(name)\" that is no base64", expected: "padded base64")
            }
            return bytes
        }

        let value: EventStreamHeaderValue
        switch try object.decode(String.self, forKey: .type) {
        case "boolean": value = .boolean(try object.decode(Bool.self, forKey: .value))
        case "byte": value = .byte(try integer())
        case "short": value = .short(try integer())
        case "integer": value = .integer(try integer())
        case "long": value = .long(try integer())
        case "byteArray": value = .byteArray(try bytes())
        case "string": value = .string(try object.decode(String.self, forKey: .value))
        case "timestamp": value = .timestamp(try integer())
        case "uuid":
            let text = try object.decode(String.self, forKey: .value)
            guard let uuid = EventStreamUUID(text) else {
                throw MessageLine.Malformed(
                    found: "\"\(text)\" as a uuid", expected: "8-4-4-4-12 hexadecimal digits")
            }
            value = .uuid(uuid)
        case let type:
            throw MessageLine.Malformed(
                found: "header type \"\(type)\"",
                expected: "boolean, byte, short, integer, long, byteArray, string, timestamp or uuid")
        }
        header = EventStreamHeader(name, value)
    }
}

extension Decoder {
    /// Refuses an object with a key that means nothing: it may be a misspelling of one that does.
    fileprivate func rejectUnknownKeys<Key: CodingKey & CaseIterable>(_ keys: Key.Type, in what: String) throws {
        let known = keys.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw MessageLine.Malformed(
                found: "the key \"\(key.stringValue)\" in \(what)", expected: "only " + known.joined(separator: ", "))
        }
    }
}

private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
