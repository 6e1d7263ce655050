import EventStreamCodec
import Foundation
import Testing

/// The short calls that documentation and adopters use, each as a user of the library would write it.
@Suite struct APITests {
    private struct Event: Decodable {
        let text: String
    }

    private static let date: Int64 = 1_700_000_000_000
    private static let uuidText = "00112233-4455-6677-8899-aabbccddeeff"

    private static func encodedMessage(type: String = "chunk", _ payload: String = #"{"text":"hello"}"#) throws
        -> [UInt8]
    {
        try EventStreamMessage(
            .event(type: type), contentType: "application/json", headers: [":date": .timestamp(date), "n": 7],
            payload: Array(payload.utf8)
        ).encoded()
    }

    @Test func everyKindOfInputDecodes() throws {
        let message = try Self.encodedMessage()
        let framed: [UInt8] = [0] + message + [0]
        var decoder = EventStreamDecoder()
        var segments = EventStreamSegmentDecoder()
        var (text, ends) = ("", 0)
        func end(_ segment: EventStreamSegmentDecoder.Segment) { if case .end = segment { ends += 1 } }

        try decoder.decode(message) { message in text += String(message.payload) ?? "" }
        try segments.decode(message) { end($0) }
        try decoder.decode(framed[1..<(framed.count - 1)]) { message in text += String(message.payload) ?? "" }
        try segments.decode(framed[1..<(framed.count - 1)]) { end($0) }
        try decoder.decode(ContiguousArray(message)) { message in text += String(message.payload) ?? "" }
        try segments.decode(ContiguousArray(message)) { end($0) }
        try decoder.decode(ContiguousArray(message).span) { message in text += String(message.payload) ?? "" }
        try segments.decode(ContiguousArray(message).span) { end($0) }
        try decoder.decode(message.rawSpan) { message in text += String(message.payload) ?? "" }
        try segments.decode(message.rawSpan) { end($0) }
        try unsafe message.withUnsafeBytes { bytes in
            try unsafe decoder.decode(bytes) { message in text += String(message.payload) ?? "" }
            try unsafe segments.decode(bytes) { end($0) }
        }
        try unsafe message.withUnsafeBufferPointer { bytes in
            try unsafe decoder.decode(bytes) { message in text += String(message.payload) ?? "" }
            try unsafe segments.decode(bytes) { end($0) }
        }
        #expect(text == String(repeating: #"{"text":"hello"}"#, count: 7) && ends == 7)
        try decoder.finish()
        try segments.finish()
    }

    /// A decoder keeps the array that it was given until it returns.
    @Test func theBodyMayChangeTheArrayThatIsDecoded() throws {
        var bytes = try Self.encodedMessage() + Self.encodedMessage("second")
        var decoder = EventStreamDecoder()
        var payloads: [String] = []
        try decoder.decode(bytes) { message in
            for index in bytes.indices { bytes[index] = 0 }
            bytes.removeAll()
            payloads.append(String(message.payload) ?? "")
        }
        #expect(payloads == [#"{"text":"hello"}"#, "second"] && bytes.isEmpty)

        var chunks = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
        var chunked = ChunkedDecoder()
        var body: [UInt8] = []
        try chunked.decode(chunks) { element in
            chunks.removeAll()
            if case .data(let data) = element { body.append(contentsOf: data) }
        }
        #expect(body == Array("hello".utf8) && chunks.isEmpty && chunked.isComplete)
    }

    @Test func theBodyMayThrow() throws {
        let bytes = try Self.encodedMessage() + Self.encodedMessage("no JSON") + Self.encodedMessage()
        var decoder = EventStreamDecoder()
        var texts: [String] = []
        func decode(_ bytes: [UInt8]) throws {
            try decoder.decode(bytes) { message in
                let event = try JSONDecoder().decode(Event.self, from: Data([UInt8](message.payload)))
                if message.eventType == "chunk" { texts.append(event.text) }
            }
        }
        #expect(throws: DecodingError.self) { try decode(bytes) }
        #expect(texts == ["hello"])
        // The message after the one that failed is kept.
        try decode([])
        #expect(texts == ["hello", "hello"])
        try decoder.finish()

        var segments = EventStreamSegmentDecoder()
        #expect(throws: CancellationError.self) {
            try segments.decode(bytes) { segment in
                if case .payload = segment { throw CancellationError() }
            }
        }
        var count = 0
        try segments.decode([]) { _ in count += 1 }
        #expect(count == 7)
        try segments.finish()
    }

    @Test func theBodyMayThrowTheStreamsError() throws {
        var bytes = try Self.encodedMessage()
        bytes[bytes.count - 1] ^= 1
        var decoder = EventStreamDecoder()
        func typed() throws(EventStreamError) { try decoder.decode(bytes) { message in _ = message.payload } }
        let error = #expect(throws: EventStreamError.self) { try typed() }
        #expect(error?.code == .messageCRCMismatch && error?.found != nil && error?.expected != nil)
    }

    @Test func theAsynchronousBodyMayAwaitAndThrow() async throws {
        let bytes = try Self.encodedMessage()
        var decoder = EventStreamDecoder()
        let count = try await decoder.withMessages(in: bytes) { messages in
            var count = 0
            while let message = try messages.next() {
                await Task.yield()
                count += message.payload.byteCount
            }
            return count
        }
        var segments = EventStreamSegmentDecoder()
        let payload = try await segments.withSegments(in: bytes[...]) { segments async throws(EventStreamError) in
            var payload: [UInt8] = []
            while let segment = try segments.next() {
                await Task.yield()
                if case .payload(let bytes) = segment { payload.append(contentsOf: bytes) }
            }
            return payload
        }
        #expect(count == payload.count && count == 16)
    }

    /// An actor cannot call an asynchronous mutating function on its own property.
    private actor Connection {
        private var decoder = EventStreamDecoder()
        private(set) var messages: [EventStreamMessage] = []

        func receive(_ bytes: [UInt8]) async throws {
            var decoder = self.decoder
            defer { self.decoder = decoder }
            try await decoder.withMessages(in: bytes) { messages in
                while let message = try messages.next() { await keep(EventStreamMessage(message)) }
            }
        }

        private func keep(_ message: EventStreamMessage) async { messages.append(message) }
    }

    @Test func anActorsDecoderMovesOutAndBack() async throws {
        let bytes = try Self.encodedMessage()
        let connection = Connection()
        try await connection.receive(Array(bytes[..<40]))
        try await connection.receive(Array(bytes[40...]))
        #expect(await connection.messages.map(\.description) == ["event chunk (5 headers, 16 bytes)"])
    }

    @Test func bytesAndTextFromViews() throws {
        var decoder = EventStreamDecoder()
        try decoder.decode(Self.encodedMessage()) { message in
            let bytes = [UInt8](message.payload)
            let text = String(message.payload) ?? ""
            #expect(bytes == Array(text.utf8) && text == #"{"text":"hello"}"#)
            var names: [String] = []
            var headers = message.headers.makeIterator()
            while let header = headers.next() {
                let name = String(header.name)
                names.append(name)
            }
            #expect(names == [":message-type", ":event-type", ":content-type", ":date", "n"])
            let type = String?(message.eventType)
            let date = message.headers[":date"]?.timestamp
            #expect(type == "chunk" && date == Self.date)
            let description = message.description
            #expect(description == "event chunk (5 headers, 16 bytes)")
        }
        let invalid: [UInt8] = [0x61, 0xff]
        #expect(String(invalid.rawSpan) == nil)
    }

    @Test func ownedValues() throws {
        let uuid = try #require(EventStreamUUID(Self.uuidText))
        let headers: EventStreamHeaders = [
            ":date": .timestamp(Self.date), "n": 7, "final": true, "name": "x", "size": .long(1 << 40),
            "bytes": .byteArray([1, 2]), "id": .uuid(uuid), "small": .short(-2), "tiny": .byte(-1),
        ]
        let n: EventStreamHeaderValue = 7
        #expect(n == .integer(7) && headers["n"] == 7 && headers["n"]?.integer == 7)
        #expect(headers[":date"]?.timestamp == Self.date && headers[":date"]?.integer == nil)
        #expect(
            headers["size"]?.integer == 1 << 40 && headers["small"]?.integer == -2 && headers["tiny"]?.integer == -1)
        #expect(headers["final"]?.boolean == true && headers["n"]?.boolean == nil)
        #expect(headers["name"]?.string == "x" && headers.string(named: "name") == "x" && headers["n"]?.string == nil)
        #expect(headers["bytes"]?.byteArray == [1, 2] && headers["name"]?.byteArray == nil)
        #expect(headers["id"]?.uuid == uuid && headers["name"]?.uuid == nil && headers["name"]?.timestamp == nil)
    }

    @Test func bytesOfUUIDs() throws {
        let bytes: [UInt8] = (0..<16).map { UInt8($0 * 0x11) }
        let uuid = try #require(EventStreamUUID(bytes: bytes))
        #expect(uuid.bytes == bytes && uuid.description == Self.uuidText && uuid == EventStreamUUID(Self.uuidText))
        #expect(EventStreamUUID(bytes: bytes.dropLast()) == nil && EventStreamUUID(bytes: bytes + [0]) == nil)
    }

    @Test func descriptions() {
        let headers = EventStreamHeaders((0..<3).map { EventStreamHeader("h\($0)", true) })
        let event = EventStreamMessage(
            .event(type: "chunk"), headers: headers, payload: [UInt8](repeating: 0, count: 1_024))
        #expect("\(event)" == "event chunk (5 headers, 1,024 bytes)")
        let large = EventStreamMessage(payload: [UInt8](repeating: 0, count: 1_234_567))
        #expect("\(large)" == "message (0 headers, 1,234,567 bytes)")
        #expect("\(EventStreamMessage(headers: ["a": 1], payload: [1]))" == "message (1 header, 1 byte)")
        #expect("\(EventStreamMessage.Kind.exception(type: "Throttled"))" == "exception Throttled")
        #expect("\(EventStreamMessage.Kind.error(code: "500", message: "no"))" == "error 500: no")
        #expect("\(EventStreamMessage.Kind.error(code: nil, message: nil))" == "error")
    }

    @Test func kindsAreValues() {
        let kinds: [EventStreamMessage.Kind] = [
            .event(type: "a"), .event(type: "b"), .exception(type: "a"), .error(code: "a", message: nil),
            .error(code: nil, message: "a"), .error(code: nil, message: nil), .unrecognized,
        ]
        #expect(Set(kinds + kinds).count == kinds.count)
        // Equal as strings, but not on the wire.
        #expect(EventStreamMessage.Kind.event(type: "caf\u{e9}") != .event(type: "cafe\u{301}"))
    }

    @Test func decodersStateTheirRulesAndPosition() throws {
        let bytes = try Self.encodedMessage()
        let length = UInt64(bytes.count)
        var decoder = EventStreamDecoder(limits: EventStreamLimits(payloadLength: 16), policy: .lenient)
        #expect(decoder.limits.payloadLength == 16 && decoder.policy == .lenient)
        let offsets = try decoder.withMessages(in: bytes) { messages in
            let start = messages.offset
            _ = try messages.next()
            return [start, messages.offset]
        }
        #expect(offsets == [0, length] && decoder.offset == length)
        decoder.reset()
        #expect(decoder.offset == 0 && decoder.limits.payloadLength == 16)

        var segments = EventStreamSegmentDecoder(limits: EventStreamLimits(payloadLength: 16), policy: .lenient)
        #expect(segments.limits.payloadLength == 16 && segments.policy == .lenient)
        let ends = try segments.withSegments(in: bytes) { segments in
            var ends: [UInt64] = []
            while try segments.next() != nil { ends.append(segments.offset) }
            return ends
        }
        #expect(ends == [length - 20, length - 4, length] && segments.offset == length)
    }

    @Test func aMessageBegunInAnArray() throws {
        let encoder = EventStreamEncoder()
        let headers: EventStreamHeaders = [":event-type": "chunk"]
        var bytes: [UInt8] = [0xaa]
        var message = try encoder.begin(headers: headers, payloadLength: 5, to: &bytes)
        for piece in [[1, 2], [3, 4, 5]] as [[UInt8]] {
            #expect(message.remainingLength == 5 - Int(piece[0]) + 1)
            try message.update(piece)
            bytes += piece
        }
        try message.finish(to: &bytes)
        let whole = try EventStreamMessage(headers: headers, payload: [1, 2, 3, 4, 5]).encoded()
        #expect(bytes == [0xaa] + whole)
        let parts = try encoder.parts(headers: headers, payload: [1, 2, 3, 4, 5] as [UInt8])
        #expect(parts.head + [1, 2, 3, 4, 5] + parts.tail == whole)

        // An error leaves the array as it was.
        #expect(throws: EventStreamError.self) {
            _ = try encoder.begin(headers: headers, payloadLength: -1, to: &bytes)
        }
        #expect(bytes == [0xaa] + whole)
    }

    @Test func errorsOfAdapters() {
        let error = EventStreamError(.messageTooLong, at: 12, found: 20, expected: 16)
        #expect(error.found == 20 && error.expected == 16)
        #expect(error.description == "byte 12: found total length 20, expected at most 16")
        let plain = EventStreamError(.headerNameEmpty, at: 3)
        #expect(plain.found == nil && plain.description == "byte 3: found a header name of 0 bytes, expected 1 to 255")
        let unknown = EventStreamError(.preludeCRCMismatch, at: 8)
        #expect(unknown.foundDescription == "prelude CRC (unknown)")
    }
}
