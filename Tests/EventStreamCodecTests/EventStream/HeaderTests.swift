import EventStreamCodec
import TestSupport
import Testing

/// Headers, lent and owned.
@Suite struct HeaderTests {
    static let all: EventStreamHeaders = [
        "true": true, "false": false, "byte": .byte(-128), "short": .short(.min), "integer": .integer(.max),
        "long": .long(.min), "bytes": .byteArray([0, 255]), "string": "naïve 🙂", "timestamp": .timestamp(-1),
        "uuid": .uuid(EventStreamUUID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)),
    ]

    /// Decodes the one message that `message` encodes to and lends it.
    private func withView(
        _ message: EventStreamMessage, policy: EventStreamPolicy = .strict,
        _ body: (EventStreamMessageView) throws -> Void
    ) throws {
        let bytes = try message.encoded(policy: policy)
        guard
            case .message(let view) = try EventStreamFrame.parse(bytes.span, policy: policy)
        else { throw CancellationError() }
        try body(view)
    }

    @Test func everyTypeIsReadAsItWasWritten() throws {
        try withView(EventStreamMessage(headers: Self.all)) { message in
            #expect(EventStreamHeaders(message.headers) == Self.all)
            #expect(message.headers.count == 10)
            let isEmpty = message.headers.isEmpty
            #expect(!isEmpty)
            var types: Set<EventStreamHeaderValue.WireType> = []
            var headers = message.headers.makeIterator()
            while let header = headers.next() { types.insert(header.type) }
            #expect(types == Set(EventStreamHeaderValue.WireType.allCases))
        }
    }

    @Test func typedAccess() throws {
        try withView(EventStreamMessage(headers: Self.all)) { message in
            let headers = message.headers
            #expect(headers["true"]?.boolean == true && headers["false"]?.boolean == false)
            #expect(headers["byte"]?.integer == -128)
            #expect(headers["short"]?.integer == Int64(Int16.min))
            #expect(headers["integer"]?.integer == Int64(Int32.max))
            #expect(headers["long"]?.integer == .min)
            #expect(headers["timestamp"]?.timestamp == -1)
            #expect(headers["uuid"]?.uuid?.description == "01234567-89ab-cdef-fedc-ba9876543210")
            let isString = headers.string(named: "string") == "naïve 🙂"
            #expect(isString)
            let isBytes = headers["bytes"]?.byteArray?.byteCount == 2
            #expect(isBytes)
            // A value of another type, a name that is not there.
            #expect(headers["string"]?.integer == nil && headers["byte"]?.boolean == nil)
            #expect(headers["byte"]?.timestamp == nil && headers["byte"]?.uuid == nil)
            let absent =
                headers.string(named: "byte") == nil && headers["byte"]?.byteArray == nil && headers["none"] == nil
            #expect(absent)
        }
    }

    @Test func stringsCompareByteByByte() throws {
        try withView(EventStreamMessage(headers: ["a": "caf\u{e9}", "empty": ""])) { message in
            let composed = message.headers.string(named: "a") == "caf\u{e9}"
            let decomposed = message.headers.string(named: "a") == "cafe\u{301}"
            let differs = message.headers.string(named: "a") != "cafe\u{301}"
            let none = message.headers.string(named: "b") != "caf\u{e9}"
            let empty = message.headers.string(named: "empty") == ""
            #expect(composed && !decomposed && differs && none && empty)
            guard let string = message.headers.string(named: "a") else { throw CancellationError() }
            let isOther = string != "cafe\u{301}"
            let isItself = string != "caf\u{e9}"
            #expect(isOther && !isItself)
        }
        var headers: EventStreamHeaders = ["caf\u{e9}": true]
        #expect(headers["cafe\u{301}"] == nil)
        headers["cafe\u{301}"] = false
        #expect(headers.count == 2)
    }

    @Test func aHeaderLeadsToItsBytes() throws {
        try withView(EventStreamMessage(headers: ["ab": "xyz", "c": .short(1)])) { message in
            var headers = message.headers.makeIterator()
            guard let first = headers.next(), let second = headers.next() else { throw CancellationError() }
            #expect(first.offset == 12 && first.encoded.byteCount == 9 && first.encodedValue.byteCount == 3)
            #expect(second.offset == 21 && second.encoded.byteCount == 5 && second.encodedValue.byteCount == 2)
            let parsed = try EventStreamHeaderView.parse(message.headers.encoded, at: 9, streamOffset: 12)
            #expect(parsed.offset == 21 && parsed.value.integer == 1)
        }
    }

    @Test func thereIsNoHeaderOutsideABlock() {
        let block: [UInt8] = [1, 0x6e, 0]
        for position in [-1, Int.min, 3, 4, 99, .max] {
            let error = #expect(throws: EventStreamError.self) {
                _ = try unsafe EventStreamHeaderView.parse(block.span.bytes, at: position).offset
            }
            #expect(error?.code == .headerTruncated && error?.offset == 3)
        }
    }

    @Test func equalityIsThatOfTheWire() {
        #expect(EventStreamHeader("n", "caf\u{e9}") != EventStreamHeader("n", "cafe\u{301}"))
        #expect(EventStreamHeader("caf\u{e9}", true) != EventStreamHeader("cafe\u{301}", true))
        #expect(EventStreamHeader("n", .long(1)) != EventStreamHeader("n", .timestamp(1)))
        #expect(Set(Self.all).count == 10)
    }

    @Test func duplicatesAreKeptWhenAccepted() throws {
        let headers: EventStreamHeaders = ["a": "first", "b": "between", "a": "second"]
        let message = EventStreamMessage(headers: headers)
        try withView(message, policy: .lenient) { view in
            #expect(EventStreamHeaders(view.headers) == headers)
            let isFirst = view.headers.string(named: "a") == "first"
            #expect(isFirst)
        }
        let error = #expect(throws: EventStreamError.self) { try message.encoded() }
        #expect(error?.code == .headerNameDuplicate)
        #expect(error?.offset == 12 + 10 + 12)
    }

    @Test func anyNumberOfNamesIsCheckedRightly() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            // Names from a small alphabet, so that some repeat and some only nearly do.
            let count = Int.random(in: 0...60, using: &generator)
            let names = (0..<count).map { _ in
                String(repeating: "n", count: Int.random(in: 0...12, using: &generator))
                    + "\(Int.random(in: 0..<200, using: &generator))" + "tail of a name"
            }
            var seen: Set<String> = []
            let firstDuplicate = names.firstIndex { !seen.insert($0).inserted }
            let message = EventStreamMessage(headers: EventStreamHeaders(names.map { EventStreamHeader($0, true) }))
            do throws(EventStreamError) {
                _ = try message.encoded()
                #expect(firstDuplicate == nil, "\(names)")
            } catch {
                #expect(error.code == .headerNameDuplicate)
                let before = names[..<(firstDuplicate ?? 0)]
                #expect(error.offset == UInt64(before.reduce(12) { $0 + $1.utf8.count + 2 }), "\(names)")
            }
        }
    }

    @Test func ownedHeadersAreACollection() {
        var headers: EventStreamHeaders = ["a": "1", "b": "2"]
        headers["a"] = "3"
        headers["c"] = .long(4)
        #expect(headers.map(\.name) == ["a", "b", "c"])
        #expect(headers["a"] == "3" && headers.string(named: "b") == "2" && headers["c"] == .long(4))
        headers["b"] = nil
        headers[0].value = false
        headers.append(EventStreamHeader("a", true))
        headers.append(contentsOf: ["z": 1] as EventStreamHeaders)
        #expect(headers == ["a": false, "c": .long(4), "a": true, "z": 1] && headers["a"] == false)
        #expect(headers.startIndex == 0 && headers.endIndex == 4 && headers.last?.name == "z")
        #expect(headers["c"]?.string == nil && headers["none"] == nil)
    }

    @Test func uuidsReadAndWriteTheirText() {
        let text = "00112233-4455-6677-8899-aabbccddeeff"
        let uuid = EventStreamUUID(text)
        #expect(uuid == EventStreamUUID(high: 0x0011_2233_4455_6677, low: 0x8899_aabb_ccdd_eeff))
        #expect(uuid?.description == text)
        #expect(EventStreamUUID(text.uppercased()) == uuid)
        for wrong in [
            "", "0", text + "0", String(text.dropLast()), text.replacing("-", with: ""), text.replacing("a", with: "g"),
            text.replacing("-", with: "_"), "0-112233-4455-6677-8899-aabbccddeeff",
        ] {
            #expect(EventStreamUUID(wrong) == nil, "\(wrong)")
        }
    }

    @Test func meanings() throws {
        let cases: [(EventStreamHeaders, EventStreamMessage.Kind)] = [
            ([":message-type": "event", ":event-type": "chunk"], .event(type: "chunk")),
            ([":event-type": "initial-response", ":message-type": "event"], .event(type: "initial-response")),
            ([":message-type": "exception", ":exception-type": "Throttled"], .exception(type: "Throttled")),
            ([":message-type": "error", ":error-code": "500"], .error(code: "500", message: nil)),
            (
                [":message-type": "error", ":error-code": "500", ":error-message": "no"],
                .error(code: "500", message: "no")
            ),
            ([:], .unrecognized), ([":message-type": "event"], .unrecognized),
            ([":message-type": "exception", ":event-type": "x"], .unrecognized),
            ([":message-type": "error"], .error(code: nil, message: nil)),
            ([":message-type": "news", ":event-type": "x"], .unrecognized),
            ([":message-type": .byte(1), ":event-type": "x"], .unrecognized),
        ]
        for (headers, kind) in cases {
            let message = EventStreamMessage(headers: headers)
            #expect(message.kind == kind)
            try withView(message) { #expect(EventStreamMessage.Kind($0.kind) == kind) }
        }
        for (_, kind) in cases where kind != .unrecognized {
            let message = EventStreamMessage(kind, contentType: "text/plain", headers: ["x": true], payload: [1])
            #expect(message.kind == kind && message.headers["x"] == true)
            try withView(message) { view in
                let isPlain = view.contentType == "text/plain"
                let hasType = view.messageType != nil
                #expect(isPlain && hasType)
            }
        }
    }
}
