import EventStreamCodec
import Foundation
import NIOCore
import Testing

@testable import SDKAdapters

/// The adapters behave as the code that they replace.
@Suite struct AdapterTests {
    private static let uuid = UUID()

    private static let messages = [
        Message(
            headers: [
                Header(name: "true", value: .bool(true)), Header(name: "false", value: .bool(false)),
                Header(name: "byte", value: .byte(-7)), Header(name: "short", value: .int16(300)),
                Header(name: "integer", value: .int32(-70_000)), Header(name: "long", value: .int64(1 << 40)),
                Header(name: "bytes", value: .byteArray(Data([1, 2, 3]))),
                Header(name: "text", value: .string("naïve")),
                Header(name: "date", value: .timestamp(Date(timeIntervalSince1970: 1_700_000_000.25))),
                Header(name: "uuid", value: .uuid(uuid)),
            ], payload: Data("payload".utf8)),
        Message(
            headers: [
                Header(name: ":message-type", value: .string("event")),
                Header(name: ":event-type", value: .string("chunk")),
            ]),
    ]

    private static func encoded() throws -> Data {
        try messages.reduce(into: Data()) { $0 += try StreamMessageEncoder().encode(message: $1) }
    }

    @Test func messagesOfAllTypesSurviveEncodingAndDecoding() throws {
        let decoder = StreamMessageDecoder()
        try decoder.feed(data: try Self.encoded())
        #expect(try decoder.message() == Self.messages[0])
        #expect(try decoder.message() == Self.messages[1])
        #expect(try decoder.message() == nil)
        try decoder.endOfStream()
    }

    @Test(arguments: [1, 7, 16, 100]) func messagesArriveInPieces(of size: Int) throws {
        let data = try Self.encoded(), decoder = StreamMessageDecoder()
        var found: [Message] = []
        for start in stride(from: 0, to: data.count, by: size) {
            try decoder.feed(data: data[start..<min(start + size, data.count)])
            while let message = try decoder.message() { found.append(message) }
        }
        #expect(found == Self.messages)
    }

    @Test func aStreamThatEndsInsideAMessageIsAnError() throws {
        let decoder = StreamMessageDecoder()
        try decoder.feed(data: try Self.encoded().dropLast())
        #expect(try decoder.message() == Self.messages[0])
        #expect(throws: EventStreamError.self) { try decoder.endOfStream() }
    }

    @Test func messagesBeforeCorruptBytesAreReturned() throws {
        var data = try Self.encoded()
        data[data.count - 1] ^= 1
        let decoder = StreamMessageDecoder()
        try decoder.feed(data: data)
        #expect(try decoder.message() == Self.messages[0])
        #expect(throws: EventStreamError.self) { try decoder.message() }
        #expect(throws: EventStreamError.self) { try decoder.feed(data: Data()) }
    }

    @Test func eventsAreReadFromABuffer() throws {
        let bytes = try EventStreamMessage(.event(type: "chunk"), payload: [UInt8]("one".utf8)).encoded()
        var buffer = ByteBuffer(bytes: bytes + bytes.dropLast())
        let event = try #require(try EventReader.readEvent(&buffer))
        #expect(event.headers[":event-type"] == "chunk")
        #expect(String(buffer: event.payload) == "one")
        let rest = buffer
        #expect(try EventReader.readEvent(&buffer) == nil)
        #expect(buffer == rest)
    }

    @Test func errorMessagesAreThrown() throws {
        let bytes = try EventStreamMessage(.error(code: "Throttled", message: "later")).encoded()
        var buffer = ByteBuffer(bytes: bytes)
        #expect(throws: EventReader.ServiceError.self) { try EventReader.readEvent(&buffer) }
    }

    @Test func eventsAreReadFromABody() async throws {
        let bytes = try EventStreamMessage(.event(type: "chunk"), payload: [UInt8]("one".utf8)).encoded()
        let stream = bytes + bytes
        let body = AsyncStream<ByteBuffer> { body in
            for start in stride(from: 0, to: stream.count, by: 5) {
                body.yield(ByteBuffer(bytes: stream[start..<min(start + 5, stream.count)]))
            }
            body.finish()
        }
        var payloads: [String] = []
        for try await event in EventReader.events(in: body) { payloads.append(String(buffer: event.payload)) }
        #expect(payloads == ["one", "one"])
    }
}
