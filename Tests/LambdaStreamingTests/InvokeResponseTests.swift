import EventStreamCodec
import LambdaStreaming
import TestSupport
import Testing

/// The event stream of `InvokeWithResponseStream`.
@Suite struct InvokeResponseTests {
    /// What came of a response.
    struct Found: Equatable {
        var payload: [UInt8] = []
        var elements: [String] = []
        var outcome: InvokeResponseDecoder.Outcome?
        var error: String?
    }

    /// Decodes `input`, cut at `cuts`.
    static func decode(_ input: [UInt8], cuts: [Int], splitsHTTPPrelude: Bool = false) -> Found {
        var response = InvokeResponseDecoder(splitsHTTPPrelude: splitsHTTPPrelude)
        var found = Found()
        let bounds = [0] + cuts + [input.count]
        do throws(InvokeResponseError) {
            for (start, end) in zip(bounds, bounds.dropFirst()) {
                try response.decode(Array(input[start..<end])) { element in
                    switch element {
                    case .prelude(let prelude): found.elements.append("prelude \(prelude.statusCode)")
                    case .payload(let bytes): found.payload += [UInt8](bytes)
                    case .complete(let complete): found.elements.append("complete \(complete.errorCode ?? "")")
                    case .failure(let kind, let details): found.elements.append("\(kind) \(details.byteCount)")
                    case .unknown(let message):
                        found.elements.append("unknown \(EventStreamMessage(message).kind)")
                    }
                }
            }
            found.outcome = try response.finish()
        } catch {
            found.error = "\(error)"
            var again: String?
            do throws(InvokeResponseError) { try response.decode([0]) { _ in } } catch { again = "\(error)" }
            #expect(again == found.error)
        }
        return found
    }

    /// What comes of `input`, the same at every cut and byte by byte.
    private func decoded(_ input: [UInt8], splitsHTTPPrelude: Bool = false) -> Found {
        let whole = Self.decode(input, cuts: [], splitsHTTPPrelude: splitsHTTPPrelude)
        for cut in 0...input.count {
            #expect(Self.decode(input, cuts: [cut], splitsHTTPPrelude: splitsHTTPPrelude) == whole, "cut at \(cut)")
        }
        #expect(Self.decode(input, cuts: Array(input.indices), splitsHTTPPrelude: splitsHTTPPrelude) == whole)
        return whole
    }

    private func encoded(_ pieces: [String], _ complete: InvokeComplete?) throws -> [UInt8] {
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        for piece in pieces { try encoder.append(payload: Array(piece.utf8), to: &bytes) }
        if let complete { try encoder.finish(complete, to: &bytes) }
        return bytes
    }

    @Test func theFramesAreThoseOfLambda() throws {
        let folder = Repository.vectors.appendingPathComponent("eventstream")
        let chunk = try Repository.bytes(of: folder.appendingPathComponent("lambda-payload-chunk.bin"))
        #expect(try encoded(["Hello, world!"], nil) == chunk)
        let complete = try encoded([], InvokeComplete())
        #expect(complete.count == 102 && complete.suffix(4) == [0x7d, 0x70, 0x06, 0xd4, 0x67].suffix(4))
        #expect(
            decoded(chunk + complete)
                == Found(
                    payload: Array("Hello, world!".utf8), elements: ["complete "], outcome: .succeeded(InvokeComplete())
                ))
    }

    @Test func framingBesideBorrowedPayloadIsTheSameAsTogether() throws {
        let payload = Array("Hello, world!".utf8)
        let parts = try payload.withBytes { try InvokeResponseEncoder().parts(payload: $0) }
        #expect(parts.head + payload + parts.tail == (try encoded(["Hello, world!"], nil)))
    }

    @Test func noPayloadIsNoMessageAndALongOneIsSeveral() throws {
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        try encoder.append(payload: [], to: &bytes)
        #expect(bytes.isEmpty)
        try encoder.append(
            payload: [UInt8](repeating: 7, count: EventStreamLimits.specifiedPayloadLength + 1), to: &bytes)
        var (messages, payload) = (0, 0)
        var decoder = EventStreamDecoder()
        try decoder.decode(bytes) { message in
            messages += 1
            payload += message.payload.byteCount
        }
        #expect(messages == 2 && payload == EventStreamLimits.specifiedPayloadLength + 1)
    }

    @Test func nothingFollowsInvokeComplete() throws {
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        try encoder.finish(to: &bytes)
        #expect(encoder.isFinished)
        #expect(throws: StreamingResponseError.self) { try encoder.append(payload: [1], to: &bytes) }
        #expect(throws: StreamingResponseError.self) { try encoder.finish(to: &bytes) }
        #expect(bytes.count == 102)
        for late in [try encoded(["x"], nil), try encoded([], InvokeComplete())] {
            let found = decoded(bytes + late)
            #expect(found.elements == ["complete "] && found.payload.isEmpty)
            #expect(found.error == "byte 102: found an event after InvokeComplete, expected none")
        }
    }

    @Test func aStreamWithoutInvokeCompleteIsIncomplete() throws {
        #expect(decoded([]).outcome == .incomplete)
        let found = decoded(try encoded(["half"], nil))
        #expect(found.payload == Array("half".utf8) && found.outcome == .incomplete)
    }

    @Test func aFunctionErrorIsAnOutcome() throws {
        let complete = InvokeComplete(
            errorCode: "Runtime.TruncatedResponse", errorDetails: "{\"a\":\"é\"}", logTail: Array("END".utf8))
        let found = decoded(try encoded(["half"], complete))
        #expect(found.payload == Array("half".utf8))
        #expect(found.outcome == .failed(complete) && complete.logTail == Array("END".utf8))
    }

    @Test func detailsOfAnyLengthAreTold() throws {
        let long = String(repeating: "\u{1}", count: 8 << 20)
        let bytes = try encoded([], InvokeComplete(errorCode: "A.B", errorDetails: long))
        guard case .failed(let complete) = Self.decode(bytes, cuts: []).outcome else {
            Issue.record("no failure")
            return
        }
        #expect(complete.errorCode == "A.B" && complete.errorDetails?.utf8.count == 1 << 20)
    }

    /// A backspace is two bytes of JSON, but six when it is encoded again: these are over 24 MiB.
    @Test func whatADecoderAcceptedIsSentOn() throws {
        let count = EventStreamLimits.specifiedPayloadLength / 6 + 1
        var json = Array("{\"LogResult\":\"".utf8)
        for _ in 0..<count { json += [UInt8(ascii: "\\"), UInt8(ascii: "b")] }
        json += Array("\"}".utf8)
        let bytes = try EventStreamMessage(.event(type: "InvokeComplete"), payload: json).encoded()
        var response = InvokeResponseDecoder()
        var sent: [UInt8] = []
        var received: InvokeComplete?
        try response.decode(bytes) { if case .complete(let complete) = $0 { received = complete } }
        var encoder = InvokeResponseEncoder()
        try encoder.finish(try #require(received), to: &sent)
        var again = InvokeResponseDecoder()
        var shortened: InvokeComplete?
        try again.decode(sent) { if case .complete(let complete) = $0 { shortened = complete } }
        #expect(received?.logResult?.utf8.count == count)
        #expect(shortened?.logResult == String(repeating: "\u{8}", count: 1 << 20))
    }

    @Test func ofALongLogTheEndIsSentOn() throws {
        let log = [UInt8]((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0) })
        let bytes = try encoded([], InvokeComplete(logTail: log))
        guard case .succeeded(let complete) = Self.decode(bytes, cuts: []).outcome else {
            Issue.record("no success")
            return
        }
        let tail = try #require(complete.logTail)
        #expect(tail.count == (1 << 20) / 4 * 3 - 1 && tail == Array(log.suffix(tail.count)))
    }

    @Test func exceptionsErrorsAndUnknownEventsPassThrough() throws {
        let unknown = try EventStreamMessage(.event(type: "Later"), payload: [1]).encoded()
        let exception = try EventStreamMessage(.exception(type: "Throttled"), payload: Array("{}".utf8)).encoded()
        let end = try encoded(["x"], InvokeComplete())
        #expect(decoded(unknown + end).elements == ["unknown event Later", "complete "])
        let found = decoded(unknown + exception)
        #expect(found.outcome == .refused(.exception(type: "Throttled")) && found.elements.count == 2)
        let error = try EventStreamMessage(.error(code: "500", message: "no")).encoded()
        #expect(decoded(error).outcome == .refused(.error(code: "500", message: "no")))
    }

    /// They end the stream and are reported, also without the header that names them.
    @Test func exceptionsAndErrorsNeedNoName() throws {
        for (headers, kind) in [
            ([":error-message": "sorry", ":message-type": "error"], .error(code: nil, message: "sorry")),
            ([":message-type": "error", ":error-code": .integer(5)], .error(code: nil, message: nil)),
            ([":message-type": "exception"], .exception(type: "")),
        ] as [(EventStreamHeaders, EventStreamMessage.Kind)] {
            let found = decoded(
                try encoded(["half"], nil) + EventStreamMessage(headers: headers, payload: "abc").encoded())
            #expect(found.payload == Array("half".utf8) && found.elements == ["\(kind) 3"])
            #expect(found.outcome == .refused(kind))
        }
        for headers in [[":message-type": "event"], [":message-type": "other"], [:]] as [EventStreamHeaders] {
            let found = decoded(try EventStreamMessage(headers: headers).encoded() + encoded(["all"], InvokeComplete()))
            #expect(found.elements == ["unknown message", "complete "] && found.payload == Array("all".utf8))
        }
    }

    @Test func corruptionAndTruncationAreErrors() throws {
        var bytes = try encoded(["Hello, world!"], InvokeComplete())
        let cut = decoded(Array(bytes.dropLast()))
        #expect(cut.payload.count == 13 && cut.error?.contains("end of the stream") == true)
        bytes[bytes.count - 1] ^= 1
        let found = decoded(bytes)
        #expect(found.payload.count == 13 && found.error?.contains("message CRC") == true)
    }

    @Test(arguments: ["[]", "{", "\"\"", #"{"ErrorCode":1}"#])
    func anInvokeCompleteOfAnotherFormIsAnError(json: String) throws {
        let bytes = try EventStreamMessage(.event(type: "InvokeComplete"), payload: Array(json.utf8)).encoded()
        #expect(decoded(bytes).error?.hasPrefix("byte 0: found an InvokeComplete with another payload") == true)
    }

    @Test(arguments: ["", "{}", #"{"ErrorCode":null,"Later":{"a":[1,2.5e-3,true]}}"#])
    func anInvokeCompleteWithoutAnErrorIsASuccess(json: String) throws {
        let bytes = try EventStreamMessage(.event(type: "InvokeComplete"), payload: Array(json.utf8)).encoded()
        #expect(decoded(bytes).outcome == .succeeded(InvokeComplete()))
    }

    @Test func thePreludeIsSplitOffOnRequest() throws {
        let prelude = HTTPResponsePrelude(statusCode: 418)
        let whole = prelude.encoded + Array("short".utf8)
        for cut in 0...whole.count {
            var encoder = InvokeResponseEncoder()
            var bytes: [UInt8] = []
            try encoder.append(payload: Array(whole[..<cut]), to: &bytes)
            try encoder.append(payload: Array(whole[cut...]), to: &bytes)
            try encoder.finish(to: &bytes)
            let expected = Found(
                payload: Array("short".utf8), elements: ["prelude 418", "complete "],
                outcome: .succeeded(InvokeComplete()))
            #expect(Self.decode(bytes, cuts: [], splitsHTTPPrelude: true) == expected)
            #expect(Self.decode(bytes, cuts: Array(bytes.indices), splitsHTTPPrelude: true) == expected)
            #expect(Self.decode(bytes, cuts: []).payload == whole)
        }
    }

    @Test func aPreludeThatIsMissingIsAnErrorOfASuccessAlone() throws {
        let success = decoded(try encoded(["{}"], InvokeComplete()), splitsHTTPPrelude: true)
        #expect(success.error?.hasPrefix("payload byte 2: found the end of the body") == true)
        let failure = InvokeComplete(errorCode: "A.B")
        #expect(decoded(try encoded([], failure), splitsHTTPPrelude: true).outcome == .failed(failure))
        #expect(decoded(try encoded(["{}"], nil), splitsHTTPPrelude: true).outcome == .incomplete)
    }

    /// Decodes `input` in one piece, with a body that cannot throw and with one that can.
    private func elements(_ input: borrowing some RawBytes & ~Copyable & ~Escapable) throws -> [[String]] {
        func name(_ element: borrowing InvokeResponseDecoder.Element) -> String {
            switch element {
            case .payload(let payload): "payload \(payload.byteCount)"
            case .complete: "complete"
            case .prelude, .failure, .unknown: "another element"
            }
        }
        var plain = InvokeResponseDecoder()
        var (found, throwing) = (plain, [[String](), []])
        try plain.decode(input) { element in throwing[0].append(name(element)) }
        try found.decode(input) { element throws in
            throwing[1].append(name(element))
            if throwing[1].count > 100 { throw CancellationError() }
        }
        #expect(plain.isComplete && found.isComplete && plain.offset == found.offset)
        #expect(try plain.finish() == .succeeded(InvokeComplete()) && found.finish() == .succeeded(InvokeComplete()))
        return throwing
    }

    @Test func allInputsDecodeTheSame() throws {
        let bytes = try encoded(["Hello, ", "world!"], InvokeComplete())
        let expected = [["payload 7", "payload 6", "complete"], ["payload 7", "payload 6", "complete"]]
        #expect(try elements(bytes) == expected)
        #expect(try elements(([0] + bytes).dropFirst()) == expected)
        let (span, rawSpan) = try (elements(bytes.span), elements(bytes.rawSpan))
        #expect(span == expected && rawSpan == expected)
        let buffer = try unsafe bytes.withUnsafeBytes { try unsafe elements($0) }
        #expect(buffer == expected)
    }

    /// A body that throws loses no element: the rest of the input waits, also the payload after a prelude.
    @Test func aBodyThatThrowsLosesNothing() throws {
        struct Stop: Error {}
        let prelude = HTTPResponsePrelude(statusCode: 201)
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        try encoder.append(payload: prelude.encoded + Array("first".utf8), to: &bytes)
        try encoder.append(payload: Array("second".utf8), to: &bytes)
        try encoder.finish(to: &bytes)
        for cut in 0...bytes.count {
            var decoder = InvokeResponseDecoder(splitsHTTPPrelude: true)
            var found: [String] = []
            var inputs = [Array(bytes[..<cut]), Array(bytes[cut...]), [], [], [], []]
            while !inputs.isEmpty {
                do {
                    // Stops after each element.
                    try decoder.decode(inputs.removeFirst()) { element in
                        switch element {
                        case .prelude(let prelude): found.append("prelude \(prelude.statusCode)")
                        case .payload(let payload): found.append(String(decoding: [UInt8](payload), as: UTF8.self))
                        case .complete: found.append("complete")
                        case .failure, .unknown: found.append("another element")
                        }
                        throw Stop()
                    }
                } catch is Stop {}
            }
            #expect(found == ["prelude 201", "first", "second", "complete"], "cut at \(cut)")
            #expect(try decoder.finish() == .succeeded(InvokeComplete()))
        }
    }

    /// A body that returns after each element, and one that reads nothing, lose no element. Nor does one that awaits.
    @Test func elementsArePulled() async throws {
        let prelude = HTTPResponsePrelude(statusCode: 201)
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        try encoder.append(payload: prelude.encoded + Array("first".utf8), to: &bytes)
        try encoder.append(payload: Array("second".utf8), to: &bytes)
        try encoder.finish(to: &bytes)
        func name(_ element: borrowing InvokeResponseDecoder.Element) -> String {
            switch element {
            case .prelude(let prelude): "prelude \(prelude.statusCode)"
            case .payload(let payload): String(decoding: [UInt8](payload), as: UTF8.self)
            case .complete: "complete"
            case .failure, .unknown: "another element"
            }
        }
        let expected = ["prelude 201", "first", "second", "complete"]
        for cut in stride(from: 0, through: bytes.count, by: 7) {
            var pulled = InvokeResponseDecoder(splitsHTTPPrelude: true)
            var awaited = pulled
            var (found, foundLater) = ([String](), [String]())
            for input in [Array(bytes[..<cut]), Array(bytes[cut...]), [], [], [], []] {
                pulled.withElements(in: input) { _ in }
                try pulled.withElements(in: [UInt8]()) { elements in
                    if let element = try elements.next() { found.append(name(element)) }
                }
                try await awaited.withElements(in: input) { elements in
                    while let element = try elements.next() {
                        await Task.yield()
                        foundLater.append(name(element))
                    }
                }
            }
            #expect(found == expected && foundLater == expected, "cut at \(cut)")
            #expect(try pulled.finish() == .succeeded(InvokeComplete()) && awaited.finish() == pulled.finish())
        }
    }

    @Test func payloadThatWasNotReadIsNoSuccess() throws {
        struct Stop: Error {}
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        try encoder.append(payload: HTTPResponsePrelude().encoded + [1], to: &bytes)
        var decoder = InvokeResponseDecoder(splitsHTTPPrelude: true)
        #expect(throws: Stop.self) { try decoder.decode(bytes) { _ in throw Stop() } }
        let error = #expect(throws: InvokeResponseError.self) { try decoder.finish() }
        #expect(error?.code == .unreadPayload && error?.offset == UInt64(bytes.count))
    }

    @Test func resetBeginsAnotherResponse() throws {
        let response = try encoded([String(decoding: HTTPResponsePrelude(statusCode: 404).encoded, as: UTF8.self)], nil)
        var decoder = InvokeResponseDecoder(splitsHTTPPrelude: true)
        #expect(throws: InvokeResponseError.self) { try decoder.decode([UInt8](repeating: 0, count: 16)) { _ in } }
        for _ in 0..<2 {
            decoder.reset()
            #expect(decoder.offset == 0 && !decoder.isComplete)
            var statuses: [Int] = []
            try decoder.decode(response) { if case .prelude(let prelude) = $0 { statuses.append(prelude.statusCode) } }
            try decoder.decode(encoded([], InvokeComplete())) { _ in }
            #expect(statuses == [404] && decoder.isComplete)
            #expect(try decoder.finish() == .succeeded(InvokeComplete()))
        }
    }

    @Test func errorsCanBeMadeByOthers() {
        let error = InvokeResponseError(.prelude, at: 7, foundDescription: "a", expectedDescription: "b")
        #expect("\(error)" == "byte 7: found a, expected b" && error.preludeError == nil)
        let prelude = HTTPResponsePreludeError(.tooLong, at: 3, foundDescription: "c", expectedDescription: "d")
        let wrapped = InvokeResponseError(prelude, at: 9)
        #expect(wrapped.code == .prelude && wrapped.offset == 9 && wrapped.preludeError == prelude)
        #expect("\(wrapped)" == "payload byte 3: found c, expected d")
    }
}
