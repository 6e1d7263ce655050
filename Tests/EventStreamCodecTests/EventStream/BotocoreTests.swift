import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// A second opinion: botocore's decoder on what we encode, and on every vector.
@Suite(.enabled(if: Botocore.isInstalled, "botocore is not installed (pip install botocore)"))
struct BotocoreTests {
    @Test func botocoreReadsWhatWeEncode() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("BotocoreTests.botocoreReadsWhatWeEncode: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let messages = (0..<300).map { _ in EventStreamMessage.random(using: &generator) }
        let folder = try TemporaryFolder()
        let stream = try folder.write(try messages.flatMap { try $0.encoded() }, to: "stream.bin")
        let opinion = try #require(try Botocore.opinions(on: [stream]).first)
        #expect(opinion.error == nil, "seed \(seed)")
        #expect(opinion.messages == messages.map(Botocore.Message.init), "seed \(seed)")
    }

    /// The errors that botocore does not report: empty names, values that are cut short by the end of the block, and
    /// messages that are too short. If a length exceeds the message, botocore waits for more bytes.
    private static let moreLenient: Set<String> = ["headerNameEmpty", "headerTruncated", "messageLengthTooSmall"]

    @Test func botocoreAgreesOnEveryVector() throws {
        let vectors = try EventStreamVector.all()
        let files = vectors.map {
            Repository.vectors.appendingPathComponent("eventstream/\($0.name).bin").path
        }
        let opinions = try Botocore.opinions(on: files)
        #expect(opinions.count == vectors.count)
        var compared = 0
        for (vector, opinion) in zip(vectors, opinions) {
            if let failure = vector.expected.error, Self.moreLenient.contains(failure.code) { continue }
            compared += 1
            #expect(
                (opinion.error == nil) == (vector.expected.error == nil), "\(vector): \(opinion.error ?? "no error")")
            #expect(opinion.messages == vector.expected.messages.map { Botocore.Message($0.message) }, "\(vector)")
        }
        #expect(compared > 300)
    }
}

/// botocore, asked through Tests/CrossChecks/botocore_check.py.
enum Botocore {
    private static let python = URL(fileURLWithPath: "/usr/bin/env")

    static let isInstalled =
        (try? ChildProcess.run(python, ["python3", "-c", "import botocore.eventstream"]).status) == 0

    /// What botocore makes of a file.
    struct Opinion: Decodable {
        var messages: [Message]
        var error: String?
    }

    /// A message as botocore sees it: values lose their width.
    struct Message: Decodable, Equatable {
        var headers: [String: Value]
        var payload: Data

        init(_ message: EventStreamMessage) {
            headers = [:]
            for header in message.headers { headers[header.name] = Value(header.value) }
            payload = Data(message.payload)
        }
    }

    enum Value: Decodable, Equatable {
        case boolean(Bool)
        case number(Int64)
        case text(String)

        init(_ value: EventStreamHeaderValue) {
            switch value {
            case .boolean(let value): self = .boolean(value)
            case .byte(let value): self = .number(Int64(value))
            case .short(let value): self = .number(Int64(value))
            case .integer(let value): self = .number(Int64(value))
            case .long(let value), .timestamp(let value): self = .number(value)
            case .byteArray(let bytes): self = .text(Data(bytes).base64EncodedString())
            case .string(let string): self = .text(string)
            case .uuid(let uuid):
                let bytes = [uuid.high, uuid.low].flatMap { half in
                    (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
                }
                self = .text(Data(bytes).base64EncodedString())
            }
        }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let boolean = try? value.decode(Bool.self) {
                self = .boolean(boolean)
            } else if let number = try? value.decode(Int64.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    static func opinions(on files: [String]) throws -> [Opinion] {
        let script = Repository.root.appendingPathComponent("Tests/CrossChecks/botocore_check.py").path
        let result = try ChildProcess.run(python, ["python3", script] + files)
        guard result.status == 0 else { throw CocoaError(.featureUnsupported, userInfo: ["error": result.error]) }
        return try result.lines.map { try JSONDecoder().decode(Opinion.self, from: Data($0.utf8)) }
    }
}
