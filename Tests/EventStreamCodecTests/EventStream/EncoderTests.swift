import EventStreamCodec
import TestSupport
import Testing

/// The encoder's outputs, all of which carry the same bytes, and what it refuses.
@Suite struct EncoderTests {
    static let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
    static let payload = Array("Hello, world!".utf8)

    @Test func allOutputsAreTheSame() throws {
        let encoder = EventStreamEncoder()
        let expected = try EventStreamMessage(headers: Self.headers, payload: Self.payload).encoded()
        let length = try encoder.encodedLength(headers: Self.headers, payloadLength: Self.payload.count)
        #expect(length == expected.count)

        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 1)
        defer { unsafe buffer.deallocate() }
        let written = try unsafe Self.payload.withUnsafeBytes { payload in
            try unsafe encoder.encode(headers: Self.headers, payload: payload, into: buffer)
        }
        #expect(unsafe Array(buffer[..<written]) == expected)

        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        try encoder.encode(headers: Self.headers, payload: Self.payload.span, into: &output)
        #expect(output.byteCount == expected.count)
        try encoder.encode(EventStreamMessage(headers: Self.headers, payload: Self.payload), into: &output)
        let count = unsafe output.finalize(for: buffer)
        #expect(unsafe Array(buffer[..<count]) == expected + expected)

        var bytes: [UInt8] = [1, 2, 3]
        try encoder.append(headers: Self.headers, payload: Self.payload, to: &bytes)
        #expect(bytes == [1, 2, 3] + expected)

        let parts = try unsafe encoder.parts(headers: Self.headers, payload: Self.payload.span.bytes)
        #expect(parts.head + Self.payload + parts.tail == expected)
        #expect(parts.tail.count == 4)

        let encoded = try EventStreamEncodedHeaders(Self.headers)
        var again: [UInt8] = []
        try encoder.append(headers: encoded, payload: Self.payload, to: &again)
        #expect(again == expected)
    }

    @Test func headersOfAMessagePassOnAsTheyAre() throws {
        let bytes = try EventStreamMessage(headers: HeaderTests.all, payload: Self.payload).encoded()
        var decoder = EventStreamDecoder()
        var copied: [UInt8] = []
        try decoder.decode(bytes) { message in
            let headers = EventStreamEncodedHeaders(message.headers)
            try? EventStreamEncoder().append(headers: headers, payload: message.payload, to: &copied)
        }
        #expect(copied == bytes)
    }

    @Test func aPayloadMayComeInPieces() throws {
        let encoder = EventStreamEncoder()
        let expected = try EventStreamMessage(headers: Self.headers, payload: Self.payload).encoded()
        for cut in 0...Self.payload.count {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 1)
            defer { unsafe buffer.deallocate() }
            var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
            var message = try encoder.begin(
                headers: Self.headers, payloadLength: Self.payload.count, into: &output)
            let head = output.byteCount
            try unsafe message.update(Self.payload.span.bytes.extracting(0..<cut))
            #expect(message.remainingLength == Self.payload.count - cut)
            if cut < Self.payload.count {
                let error = #expect(throws: EventStreamError.self) { try message.finish() }
                #expect(error?.code == .payloadLengthMismatch && error?.offset == UInt64(head + cut))
            }
            try unsafe message.update(Self.payload.span.bytes.extracting(cut..<Self.payload.count))
            try message.finish(into: &output)
            let count = unsafe output.finalize(for: buffer)
            let wire = unsafe Array(buffer[..<count])
            #expect(wire[..<head] + Self.payload + wire[head...] == expected[...])

            let error = #expect(throws: EventStreamError.self) { try unsafe message.update([1].span.bytes) }
            #expect(error?.code == .payloadLengthMismatch)
            #expect(try message.finish() == message.finish())
        }
    }

    @Test func aShortBufferIsRefusedAndLeftAlone() throws {
        let encoder = EventStreamEncoder()
        let expected = try EventStreamMessage(headers: Self.headers, payload: Self.payload).encoded()
        for size in 0..<expected.count {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
            defer { unsafe buffer.deallocate() }
            var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
            do throws(EventStreamError) {
                try encoder.encode(headers: Self.headers, payload: Self.payload.span, into: &output)
                Issue.record("no error with room for \(size)")
            } catch {
                verify(error.code == .bufferTooSmall && output.isEmpty, "room for \(size)")
            }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        do throws(EventStreamError) {
            _ = try encoder.begin(headers: [:] as EventStreamHeaders, payloadLength: 0, into: &output)
            Issue.record("a head in three bytes")
        } catch {
            #expect(error.code == .bufferTooSmall)
        }
    }

    @Test func whatTheWireCannotCarryIsRefused() {
        func refusal(_ headers: EventStreamHeaders, _ policy: EventStreamPolicy = .strict) -> EventStreamError? {
            do throws(EventStreamError) {
                _ = try EventStreamMessage(headers: headers).encoded(policy: policy)
                return nil
            } catch {
                return error
            }
        }
        let longest = String(repeating: "n", count: 255)
        #expect(refusal([longest: true]) == nil)
        #expect(refusal(["ok": true, longest + "n": true])?.code == .headerNameTooLong)
        #expect(refusal(["ok": true, longest + "n": true])?.offset == 16)
        #expect(refusal(["": true])?.code == .headerNameEmpty)
        #expect(refusal(["": true], .lenient) == nil)
        #expect(refusal(["v": .byteArray(Array(repeating: 0, count: 32_767))]) == nil)
        #expect(refusal(["v": .byteArray(Array(repeating: 0, count: 32_768))])?.code == .headerValueTooLong)
        #expect(refusal(["v": .string(String(repeating: "x", count: 65_536))])?.code == .headerValueTooLong)
        #expect(refusal(["v": .string(String(repeating: "x", count: 65_536))])?.offset == 15)
        #expect(throws: Never.self) {
            try EventStreamMessage(headers: ["v": .string(String(repeating: "x", count: 65_535))])
                .encoded(limits: .unlimited)
        }
        #expect(refusal(["a": true, "a": false])?.code == .headerNameDuplicate)
        #expect(refusal(["a": true, "a": false], .lenient) == nil)
    }

    @Test func aChecksumWithoutRoomIsRefused() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 15, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        let message = try EventStreamEncoder().begin(
            headers: [:] as EventStreamHeaders, payloadLength: 0, into: &output)
        do throws(EventStreamError) {
            try message.finish(into: &output)
            Issue.record("a checksum in three bytes")
        } catch {
            #expect(error.code == .bufferTooSmall && error.offset == 15 && output.byteCount == 12)
        }
    }

    @Test func encodedHeadersAreTheirBytes() throws {
        let headers = try EventStreamEncodedHeaders(Self.headers)
        // Checked against other limits, and as they came.
        var others = [try EventStreamEncodedHeaders(Self.headers, limits: .unlimited)]
        var decoder = EventStreamDecoder()
        try decoder.decode(try EventStreamMessage(headers: Self.headers).encoded()) { message in
            others.append(EventStreamEncodedHeaders(message.headers))
        }
        #expect(others == [headers, headers] && Set(others + [headers]).count == 1)
        #expect(try EventStreamEncodedHeaders(["other": true]) != headers)
    }

    @Test func aRefusedMessageLeavesTheArrayAsItWas() {
        var bytes: [UInt8] = [9]
        #expect(throws: EventStreamError.self) {
            try EventStreamEncoder().append(
                headers: ["a": true, "a": true] as EventStreamHeaders, payload: [1, 2], to: &bytes)
        }
        #expect(bytes == [9])
    }

    @Test func lengthsThatOverflowAreRefused() {
        let encoder = EventStreamEncoder(limits: .unlimited)
        for length in [Int(UInt32.max) - 15, .max - 20, .max] {
            let error = #expect(throws: EventStreamError.self) {
                try encoder.encodedLength(headers: [:] as EventStreamHeaders, payloadLength: length)
            }
            #expect(error?.code == .messageTooLong)
        }
        #expect(throws: Never.self) {
            try encoder.encodedLength(headers: [:] as EventStreamHeaders, payloadLength: Int(UInt32.max) - 16)
        }
    }

    @Test func negativeLengthsAreRefused() {
        for length in [-1, -100, Int.min] {
            let error = #expect(throws: EventStreamError.self) {
                try EventStreamEncoder(limits: .unlimited)
                    .encodedLength(headers: [:] as EventStreamHeaders, payloadLength: length)
            }
            #expect(error?.code == .payloadTooLong)
        }
    }

    @Test func limitsHoldForHeadersThatStandByThemselves() throws {
        let headers: EventStreamHeaders = ["name": "value"]
        let length = try headers.encodedLength()
        #expect(
            try EventStreamEncodedHeaders(headers, limits: EventStreamLimits(headersLength: length)).bytes.count
                == length)
        let error = #expect(throws: EventStreamError.self) {
            try EventStreamEncodedHeaders(headers, limits: EventStreamLimits(headersLength: length - 1))
        }
        #expect(error?.code == .headersTooLong)
    }

    @Test func aLiteralOfHeadersWillDo() throws {
        var bytes: [UInt8] = []
        try EventStreamEncoder().append(headers: ["n": .byte(1)], payload: [2], to: &bytes)
        #expect(try bytes == EventStreamMessage(headers: ["n": .byte(1)], payload: [2]).encoded())
    }

    /// The message's checksum is joined from that of the block, for blocks of any length.
    @Test func headersEncodedBeforeMakeTheSameMessages() throws {
        var generator = SeededGenerator(seed: 3)
        let encoder = EventStreamEncoder()
        for length in Array(0...270) + [1_000, 4_095, 4_096, 32_767] {
            let headers: EventStreamHeaders = ["name": .byteArray(generator.bytes(length)), "n": .byte(1)]
            let encoded = try EventStreamEncodedHeaders(headers)
            let payload = generator.bytes(length % 7 == 0 ? 2_000 : length % 40)
            let message = try EventStreamMessage(headers: headers, payload: payload).encoded()
            let copy = try unsafe EventStreamEncodedHeaders(.parse(encoded.bytes.span.bytes))
            for source in [encoded, copy] {
                var bytes: [UInt8] = []
                try encoder.append(headers: source, payload: payload, to: &bytes)
                verify(bytes == message, "a block of \(source.bytes.count) bytes")
                let parts = try encoder.parts(headers: source, payload: payload.span)
                verify(parts.head + payload + parts.tail == message, "a block of \(source.bytes.count) bytes, in parts")
            }
        }
        var bytes: [UInt8] = []
        try encoder.append(headers: EventStreamEncodedHeaders([:]), payload: [], to: &bytes)
        #expect(try bytes == EventStreamMessage().encoded())
    }

    /// A source of one's own.
    private struct Sequence: EventStreamHeaderSource {
        var number: UInt8

        func encodedLength() -> Int { 4 }

        func encode(into output: inout OutputRawSpan) {
            for byte in [1, UInt8(ascii: "n"), 2, number] { output.append(byte) }
        }
    }

    @Test func aHeaderSourceOfOnesOwn() throws {
        var bytes: [UInt8] = []
        try EventStreamEncoder().append(headers: Sequence(number: 7), payload: [], to: &bytes)
        #expect(try bytes == EventStreamMessage(headers: ["n": .byte(7)]).encoded())
    }
}
