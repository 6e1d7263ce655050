import EventStreamCodec
import TestSupport
import Testing

/// What an input is, and where its first message begins.
@Suite struct InputKindTests {
    /// The kind that a vector names.
    private func expected(_ vector: InputVector) throws -> EventStreamInputKind.Examination {
        let kind: EventStreamInputKind? =
            switch vector.kind {
            case "eventStream": .eventStream
            case "json": .json
            case "markup": .markup
            case "serverSentEvents": .serverSentEvents
            case "httpResponse": .httpResponse(bodyOffset: vector.offset)
            case "chunkedBody": .chunkedBody
            case "gzip": .gzip
            case "base64": .base64
            case "hexadecimal": .hexadecimal
            case "byteLiteral": .byteLiteral
            case "decodedAsText": .decodedAsText
            case "middleOfStream": .middleOfStream(messageOffset: try #require(vector.offset))
            default: nil
            }
        return kind.map { .kind($0) } ?? .unknown
    }

    @Test func everyVectorIsOfItsKind() throws {
        let vectors = try InputVector.all()
        #expect(vectors.count > 30)
        for vector in vectors {
            let found = EventStreamInputKind.examine(vector.bytes, isComplete: true)
            #expect(found == (try expected(vector)), "\(vector)")
        }
    }

    /// An answer that was given once does not change when more bytes arrive.
    @Test func moreBytesChangeNoAnswer() throws {
        for vector in try InputVector.all() {
            let final = EventStreamInputKind.examine(vector.bytes, isComplete: true)
            for count in 0...vector.bytes.count {
                let found = EventStreamInputKind.examine(vector.bytes[..<count], isComplete: false)
                #expect(found == .needsMoreBytes || found == final, "\(vector), \(count) bytes: \(found)")
            }
        }
    }

    @Test(arguments: [
        ("", EventStreamInputKind.Examination.unknown), ("   \n", .unknown), ("\u{feff}{}", .kind(.json)),
        ("data", .unknown), ("data:", .kind(.serverSentEvents)), ("\n\nid:1", .kind(.serverSentEvents)),
        (" id:1", .unknown), ("retry:1", .kind(.serverSentEvents)), ("HTTP/2 200\r\n\r\n", .unknown),
        ("HTTP/1.0 200\n\nbody", .kind(.httpResponse(bodyOffset: 14))), ("\u{1f}\u{fffd}", .kind(.decodedAsText)),
        ("0123456789abcd\u{fffd}", .unknown), ("0123456789abc\u{fffd}", .kind(.decodedAsText)),
        ("5\r\nhello\r\n0\r\n\r\n", .unknown), ("AAAA", .unknown), ("b'\\x00'", .unknown), ("b'\\x00", .unknown),
    ])
    func shortTexts(_ text: String, _ expected: EventStreamInputKind.Examination) {
        #expect(EventStreamInputKind.examine(Array(text.utf8), isComplete: true) == expected)
    }

    @Test func liveTextIsKnownBeforeItEnds() {
        for (text, kind) in [
            ("data: {\"a\":1}\n\n", EventStreamInputKind.serverSentEvents),
            ("HTTP/1.1 200 OK\r\n\r\n", .httpResponse(bodyOffset: 19)),
            ("{" + String(repeating: " ", count: 1_023), .json), ("<" + String(repeating: " ", count: 1_023), .markup),
        ] {
            let found = EventStreamInputKind.examine(Array(text.utf8), isComplete: false)
            #expect(found == .kind(kind), "\(text.prefix(20))")
        }
        #expect(
            EventStreamInputKind.examine([0x1f, 0x8b] + [UInt8](repeating: 0, count: 10), isComplete: false)
                == .kind(.gzip))
    }

    /// Text that begins like JSON is the end of a message if a message follows.
    @Test func theEndOfAMessageIsNoText() throws {
        let message = try EventStreamMessage(.event(type: "a"), payload: Array("{}".utf8)).encoded()
        for start in ["{\"a\":1}", "<a/>", ":a\u{0}", "data:\u{0}"] {
            let input = Array(start.utf8) + [1, 2, 3, 4] + message
            let expected = EventStreamInputKind.middleOfStream(messageOffset: start.utf8.count + 4)
            #expect(EventStreamInputKind.examine(input, isComplete: true) == .kind(expected), "\(start)")
        }
        let text = Array("{\"a\":\"\u{0}\"}".utf8)
        #expect(EventStreamInputKind.examine(text, isComplete: true) == .kind(.json))
        #expect(EventStreamInputKind.examine(text + [0, 0], isComplete: false) == .needsMoreBytes)
    }

    @Test func onlyTheFirstMebibyteIsExamined() throws {
        let message = try EventStreamMessage(payload: "x").encoded()
        let length = EventStreamInputKind.examinedLength
        #expect(length == 1 << 20)
        let junk = [UInt8](repeating: 0xff, count: length - 12)
        #expect(
            EventStreamInputKind.examine(junk + message, isComplete: false)
                == .kind(.middleOfStream(messageOffset: length - 12)))
        #expect(EventStreamInputKind.examine([0xff] + junk + message, isComplete: true) == .unknown)
    }

    @Test func textFarFromItsFirstMessage() throws {
        let message = try EventStreamMessage(payload: "x").encoded()
        let bytes = [UInt8](repeating: 0x55, count: 9_000) + message
        let text = Array(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().utf8)
        #expect(EventStreamInputKind.examine(text, isComplete: true) == .kind(.hexadecimal))
        #expect(EventStreamInputKind.examine(text, isComplete: false) == .needsMoreBytes)
    }

    @Test func limitsRuleOutMessages() throws {
        let message = try EventStreamMessage(payload: [UInt8](repeating: 7, count: 100)).encoded()
        let tight = EventStreamLimits(messageLength: 50)
        let input = [UInt8](repeating: 1, count: 20) + message
        #expect(EventStreamInputKind.examine(input, isComplete: true, limits: tight) == .unknown)
        #expect(EventStreamInputKind.examine(message, isComplete: true, limits: tight) == .kind(.eventStream))
    }

    @Test func kindsHaveNames() {
        #expect("\(EventStreamInputKind.json)" == "JSON")
        #expect("\(EventStreamInputKind.httpResponse(bodyOffset: 3))" == "an HTTP response")
        #expect("\(EventStreamInputKind.middleOfStream(messageOffset: 3))".contains("middle of a message"))
    }
}

/// The search for the next valid prelude.
@Suite struct PreludeSearchTests {
    @Test func everyMessageIsFound() throws {
        for vector in try EventStreamVector.all() where vector.expected.error == nil && vector.bytes.count < 5_000 {
            var offsets: [Int] = []
            var start = 0
            while let offset = EventStreamPrelude.firstOffset(in: vector.bytes, from: start, limits: .unlimited) {
                offsets.append(offset)
                start = offset + 1
            }
            // A payload may contain a message.
            for message in vector.expected.messages { #expect(offsets.contains(Int(message.offset)), "\(vector)") }
            let valid = vector.bytes.indices.filter { isPrelude(vector.bytes[$0...], .unlimited) }
            #expect(offsets == valid, "\(vector)")
        }
    }

    private func isPrelude(_ bytes: ArraySlice<UInt8>, _ limits: EventStreamLimits) -> Bool {
        (try? EventStreamPrelude.parse(bytes, limits: limits)) != nil && bytes.count >= 12
    }

    @Test func theEndsOfTheSearch() throws {
        let message = try EventStreamMessage(payload: "x").encoded()
        let input = [0, 0, 0] + message
        #expect(EventStreamPrelude.firstOffset(in: input) == 3)
        #expect(EventStreamPrelude.firstOffset(in: input, from: 3) == 3)
        #expect(EventStreamPrelude.firstOffset(in: input, from: 4) == nil)
        #expect(EventStreamPrelude.firstOffset(in: input, from: -1) == 3)
        #expect(EventStreamPrelude.firstOffset(in: input, from: .max) == nil)
        #expect(EventStreamPrelude.firstOffset(in: input[..<15]) == 3)
        #expect(EventStreamPrelude.firstOffset(in: input[..<14]) == nil)
        #expect(EventStreamPrelude.firstOffset(in: [UInt8]()) == nil)
    }

    @Test func limitsRuleOutPreludes() throws {
        let message = try EventStreamMessage(headers: ["name": "value"], payload: "payload").encoded()
        let headersLength = message.count - 16 - 7
        for (limits, isFound) in [
            (EventStreamLimits(headersLength: headersLength), true),
            (EventStreamLimits(headersLength: headersLength - 1), false),
            (EventStreamLimits(payloadLength: 7), true), (EventStreamLimits(payloadLength: 6), false),
            (EventStreamLimits(messageLength: message.count), true),
            (EventStreamLimits(messageLength: message.count - 1), false),
        ] {
            #expect((EventStreamPrelude.firstOffset(in: message, limits: limits) == 0) == isFound, "\(limits)")
        }
    }

    /// Lengths that cannot be are no prelude, even if their CRC is right.
    @Test func impossibleLengthsAreNoPrelude() {
        for lengths: [UInt8] in [[0, 0, 0, 15, 0, 0, 0, 0], [0, 0, 0, 20, 0, 0, 0, 5], [0, 0, 0, 0, 0, 0, 0, 0]] {
            let crc = CRC32.checksum(of: lengths)
            let prelude = lengths + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) }
            #expect(EventStreamPrelude.firstOffset(in: prelude, limits: .unlimited) == nil, "\(lengths)")
        }
    }
}
