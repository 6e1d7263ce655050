import EventStreamCodec
import Foundation

/// A test vector: a stream and what must come of it.
package struct EventStreamVector: Sendable, CustomStringConvertible {
    /// The file's name without extension.
    package let name: String

    /// The stream.
    package let bytes: [UInt8]

    /// What comes of it by default.
    package let expected: Outcome

    /// What comes of it when every policy is lenient and nothing is limited, where that differs.
    package let expectedWhenLenient: Outcome?

    package var description: String { name }

    /// Messages, and the error after them if there is one.
    package struct Outcome: Sendable, Equatable {
        /// The lines of JSON for the messages.
        package var lines: [String]
        package var messages: [Message]
        package var error: Failure?
    }

    /// A message as a vector describes it.
    package struct Message: Sendable, Equatable {
        package var offset: UInt64
        package var length: Int
        package var message: EventStreamMessage
        package var preludeCRC: String
        package var messageCRC: String

        /// A message at a place of the stream; the CRCs are eight hexadecimal digits.
        package init(
            offset: UInt64, length: Int, message: EventStreamMessage, preludeCRC: String, messageCRC: String
        ) {
            self.offset = offset
            self.length = length
            self.message = message
            self.preludeCRC = preludeCRC
            self.messageCRC = messageCRC
        }
    }

    /// An error as a vector describes it.
    package struct Failure: Sendable, Equatable, Decodable {
        package var code: String
        package var offset: UInt64

        /// An error of this code at this byte of the stream.
        package init(code: String, offset: UInt64) {
            self.code = code
            self.offset = offset
        }
    }

    /// All vectors of the package.
    package static func all() throws -> [EventStreamVector] {
        let folder = Repository.vectors.appendingPathComponent("eventstream")
        return try Repository.files(in: folder, withExtension: "bin").map { file in
            let base = file.deletingPathExtension()
            let lenient = base.appendingPathExtension("lenient.json")
            return EventStreamVector(
                name: base.lastPathComponent, bytes: try Repository.bytes(of: file),
                expected: try Outcome(contentsOf: base.appendingPathExtension("json")),
                expectedWhenLenient: FileManager.default.fileExists(atPath: lenient.path)
                    ? try Outcome(contentsOf: lenient) : nil)
        }
    }
}

extension EventStreamVector.Outcome {
    /// Reads the lines of a vector's JSON.
    init(contentsOf file: URL) throws {
        self.init(lines: [], messages: [], error: nil)
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let object = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            if let error = object.error {
                self.error = error
            } else {
                lines.append(String(line))
                messages.append(try object.message())
            }
        }
    }

    /// A line: a message, or the error.
    private struct Line: Decodable {
        var error: EventStreamVector.Failure?
        var offset: UInt64?
        var length: Int?
        var headers: [Header]?
        var payload: String?
        var payloadBase64: Data?
        var preludeCRC: String?
        var messageCRC: String?

        func message() throws -> EventStreamVector.Message {
            guard let offset, let length, let headers, let preludeCRC, let messageCRC else {
                throw CocoaError(.coderValueNotFound)
            }
            let payload = payload.map { Array($0.utf8) } ?? payloadBase64.map { Array($0) }
            return EventStreamVector.Message(
                offset: offset, length: length,
                message: EventStreamMessage(
                    headers: EventStreamHeaders(headers.map(\.header)), payload: payload ?? []),
                preludeCRC: preludeCRC, messageCRC: messageCRC)
        }
    }

    private struct Header: Decodable {
        var header: EventStreamHeader

        private enum Key: CodingKey {
            case name, type, value
        }

        init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: Key.self)
            let type = try object.decode(String.self, forKey: .type)
            let value: EventStreamHeaderValue? =
                switch type {
                case "boolean": .boolean(try object.decode(Bool.self, forKey: .value))
                case "byte": .byte(try object.decode(Int8.self, forKey: .value))
                case "short": .short(try object.decode(Int16.self, forKey: .value))
                case "integer": .integer(try object.decode(Int32.self, forKey: .value))
                case "long": .long(try object.decode(Int64.self, forKey: .value))
                case "byteArray": .byteArray(Array(try object.decode(Data.self, forKey: .value)))
                case "string": .string(try object.decode(String.self, forKey: .value))
                case "timestamp": .timestamp(try object.decode(Int64.self, forKey: .value))
                case "uuid": EventStreamUUID(try object.decode(String.self, forKey: .value)).map { .uuid($0) }
                default: nil
                }
            guard let value else {
                throw DecodingError.dataCorruptedError(forKey: .value, in: object, debugDescription: "type \(type)")
            }
            header = EventStreamHeader(try object.decode(String.self, forKey: .name), value)
        }
    }
}
