import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// The options of `decode` that select, time, judge and format.
@Suite struct DecodeOptionsTests {
    private func event(_ type: String, _ payload: String = "") throws -> [UInt8] {
        try EventStreamMessage(.event(type: type), payload: Array(payload.utf8)).encoded()
    }

    private func exception(_ type: String, _ payload: String = "") throws -> [UInt8] {
        try EventStreamMessage(.exception(type: type), payload: Array(payload.utf8)).encoded()
    }

    // MARK: Selecting

    @Test func onlyMessagesOfTheTypesArePrinted() throws {
        let error = try EventStreamMessage(.error(code: "500", message: "oops")).encoded()
        let stream = try event("a", "1") + event("b", "2") + exception("c", "3") + error + event("a", "4")
        let offsets = { (result: ChildProcess.Result) in result.lines.map { $0.prefix { $0 != "," } } }
        let all = offsets(try Command.run("decode", input: stream))
        #expect(all.count == 5)
        for (types, indices) in [
            (["a"], [0, 4]), (["a", "b"], [0, 1, 4]), (["c"], [2]), (["500"], [3]), (["c", "500", "none"], [2, 3]),
            (["none"], []),
        ] {
            let arguments = ["decode"] + types.flatMap { ["--event", $0] }
            let result = try ChildProcess.run(Command.program, arguments, input: stream)
            #expect(result.status == 0 && offsets(result) == indices.map { all[$0] }, "\(types)")
        }
        // An exception decides the status although it is not selected.
        let payload = try Command.run("decode", "--format", "payload", "--event", "a", input: stream)
        #expect(payload.text == "14" && payload.status == 76)
        #expect(payload.error.contains("found exception c: 3, expected an event"))
        let text = try Command.run("decode", "--format", "text", "--event", "b", input: stream)
        #expect(text.lines.first?.hasPrefix("message 1: event b") == true && !text.text.contains("event a"))
    }

    @Test func messagesThatAreNotSelectedAreChecked() throws {
        var stream = try event("a", "1") + event("b", "2")
        stream[stream.count - 1] ^= 1
        let result = try Command.run("decode", "--event", "a", input: stream)
        #expect(result.status == 65 && result.lines.count == 1)
    }

    @Test func notPrintedMessagesAreReportedIfSelected() throws {
        let stream = try EventStreamMessage(headers: [":event-type": "a"], payload: "x").encoded()
        let selected = try Command.run("decode", "--format", "payload", "--event", "a", input: stream)
        #expect(
            selected.status == 0 && selected.error.hasSuffix("found a message without :message-type, not printed\n"))
        #expect(try Command.run("decode", "--format", "payload", "--event", "b", input: stream).error.isEmpty)
    }

    // MARK: Timing

    private func time(_ line: String) throws -> Double {
        let parts = line.components(separatedBy: #","time":"#)
        #expect(parts.count == 2 && parts[1].hasSuffix("}"))
        let digits = parts[1].dropLast()
        #expect(digits.split(separator: ".").map(\.count).last == 3)
        return try #require(Double(digits))
    }

    @Test func theTimeIsTheLastKey() throws {
        let process = try ChildProcess(Command.program, ["decode", "--time"])
        let message = try event("a", "1")
        try process.write(message.prefix(5))
        // The second message arrives after the first was printed.
        try process.write(message.dropFirst(5))
        let first = try time(try process.readLine())
        try process.write(message)
        let second = try time(try process.readLine())
        #expect(first >= 0 && second > first)
        let result = try process.finish()
        #expect(result.status == 0 && result.error.isEmpty)
    }

    @Test func encodeIgnoresTheTime() throws {
        let stream = try event("a", "1") + event("b", "2")
        let lines = try Command.run("decode", "--time", input: stream).output
        #expect(try Command.run("encode", input: lines).output == stream)
    }

    @Test func messagesOfOneReadHaveOneTime() throws {
        let stream = try event("a", "1") + event("b", "2")
        let lines = try Command.run("decode", "--time", input: stream).lines
        #expect(try lines.map { try time($0) } == [0, 0])
        let resynced = try Command.run(
            "decode", "--time", "--resync", "--read-size", "\(stream.count / 2)", input: stream
        ).lines
        let times = try resynced.map { try time($0) }
        #expect(times[0] == 0 && times[1] > 0)
        let text = try Command.run("decode", "--time", "--format", "text", input: stream)
        #expect(text.lines[0].hasSuffix(" bytes, 0.000 ms)"))
    }

    @Test func theSummaryCountsAThousandKindsOneByOne() throws {
        var stream: [UInt8] = []
        for number in 0..<1_010 { stream += try event("e\(number)", "xx") }
        stream += try event("e0", "xx")
        let result = try Command.run("decode", "--summary", "--event", "none", input: stream)
        let lines = result.error.components(separatedBy: "\n")
        #expect(lines.first == "event e0: 2 messages, 4 payload bytes", "\(result.error.prefix(200))")
        #expect(lines.filter { $0.hasPrefix("event e") }.count == 1_000)
        #expect(lines.contains("other kinds: 10 messages, 20 payload bytes"))
    }

    @Test func theSummaryCountsKinds() throws {
        let big = String(repeating: "x", count: 1_500)
        let stream =
            try event("a", big) + event("a", big) + event("a", big) + exception("e\n") + event("b", "1")
            + EventStreamMessage(.error(code: "500", message: "oops")).encoded()
            + EventStreamMessage(payload: "12").encoded()
        let result = try Command.run("decode", "--summary", "--event", "none", input: stream)
        #expect(result.status == 0 && result.output.isEmpty)
        let lines = result.error.split(separator: "\n").map(String.init)
        #expect(
            lines.dropLast() == [
                "event a: 3 messages, 4,500 payload bytes", #"exception e\n: 1 message, 0 payload bytes"#,
                "event b: 1 message, 1 payload byte", "error 500: 1 message, 0 payload bytes",
                "message without :message-type: 1 message, 2 payload bytes",
            ])
        let times = try #require(lines.last)
        let numbers = times.split { !$0.isNumber && $0 != "." }.map(String.init)
        #expect(numbers.count == 4)
        #expect(
            times
                == "first byte \(numbers[0]) ms, first message \(numbers[1]) ms, longest gap \(numbers[2]) ms, last message "
                + "\(numbers[3]) ms")
        #expect(try Command.run("decode", "--summary").error == "no bytes\n")
        let cut = try Command.run("decode", "--summary", input: Array(stream.prefix(20)))
        #expect(
            cut.status == 75 && cut.error.hasPrefix("first byte ")
                && cut.error.contains(" ms, no messages\neventstream: "))
    }

    // MARK: Judging

    @Test func failMakesExceptionsCountInEveryFormat() throws {
        let stream = try event("a", "1") + exception("c", "3")
        for format in ["json", "text", "payload", "sse"] {
            let result = try Command.run("decode", "--fail", "--format", format, input: stream)
            #expect(
                result.status == 76 && result.error.contains("found exception c: 3, expected an event"), "\(format)")
            let good = try Command.run("decode", "--fail", "--format", format, input: try event("a", "1"))
            #expect(good.status == 0 && good.error.isEmpty)
        }
        let hidden = try Command.run("decode", "--fail", "--event", "a", input: stream)
        #expect(hidden.status == 76 && hidden.lines.count == 1)
    }

    @Test func theLastMessageCanBeExpected() throws {
        let stream = try event("start") + event("stop")
        #expect(try Command.run("decode", "--expect-last", "stop", input: stream).status == 0)
        for (input, found) in [
            (stream + (try event("more\u{1b}")), #"event more\u{1b}"#), ([], "no message"),
            (stream + (try exception("stop")), "exception stop"),
        ] {
            let result = try Command.run("decode", "--expect-last", "stop", input: input)
            #expect(result.status == 75)
            #expect(
                result.error
                    == "eventstream: standard input: byte \(input.count): found the end of the stream after \(found), "
                    + "expected event stop as the last message\n")
        }
        let cut = try Command.run("decode", "--expect-last", "stop", input: stream.dropLast())
        #expect(cut.status == 75 && cut.error.filter { $0 == "\n" }.count == 1)
        let failed = try Command.run("decode", "--fail", "--expect-last", "stop", input: stream + (try exception("e")))
        #expect(failed.status == 76 && failed.error.filter { $0 == "\n" }.count == 2)
    }

    /// What the input so far deserves is the status if the reader of the output goes away.
    @Test func aClosedOutputKeepsTheStatus() throws {
        let folder = try TemporaryFolder()
        let many = try (0..<2_000).flatMap { try event("a", "message \($0)" + String(repeating: "x", count: 200)) }
        for (stream, status) in [(try exception("e") + many, "76"), (many, "0")] {
            let file = try folder.write(stream, to: "stream")
            let result = try ChildProcess.shell(
                #""$1" decode --format payload "$2" 2>/dev/null | head -c 10 > /dev/null; echo "${PIPESTATUS[0]}" >&2"#,
                Command.program.path, file)
            #expect(result.error == status + "\n")
        }
    }

    // MARK: Headers and limits

    @Test func duplicateHeadersAreNamedOrAccepted() throws {
        let headers = EventStreamHeaders([
            EventStreamHeader(":event-type", .string("a")), EventStreamHeader("x", .integer(1)),
            EventStreamHeader(":event-type", .string("b")),
        ])
        let good = try event("a")
        let message = try EventStreamMessage(headers: headers, payload: "p").encoded(policy: .lenient)
        let result = try Command.run("decode", input: good + message)
        #expect(result.status == 65 && result.lines.count == 1)
        let block = good.count + 12
        #expect(
            result.error
                == "eventstream: standard input: byte \(block + 23): found a second header \":event-type\", which already occurs "
                + "at byte \(block), expected each name only once; --allow-duplicate-headers accepts it\n")
        let accepted = try Command.run("decode", "--allow-duplicate-headers", input: good + message)
        #expect(accepted.status == 0 && accepted.lines[1].components(separatedBy: ":event-type").count == 3)
        // A signed message's own headers are checked too.
        let signed = try EventStreamMessage(
            headers: [":date": .timestamp(0), ":chunk-signature": .byteArray([1])], payload: message
        ).encoded()
        #expect(
            try Command.run("decode", "--unwrap-signed", input: signed).error.contains(
                "a second header \":event-type\""))
        #expect(try Command.run("decode", "--unwrap-signed", "--allow-duplicate-headers", input: signed).status == 0)
        // Equal headers are remembered; the check is not.
        #expect(try Command.run("decode", input: good + good + message + good).lines.count == 2)
    }

    @Test func anErrorOfALimitSaysHowToAcceptIt() throws {
        let message = try EventStreamMessage(payload: "four").encoded()
        let result = try Command.run("decode", "--max-message-bytes", "19", input: message)
        #expect(result.error.hasSuffix("expected at most 19; --max-message-bytes 0 accepts any\n"))
        let long = try EventStreamMessage(payload: [UInt8](repeating: 0, count: 25_165_825)).encoded(limits: .unlimited)
        let refused = try Command.run("decode", "--format", "payload", input: Array(long.prefix(100)))
        #expect(refused.status == 65 && refused.error.hasSuffix("; --max-message-bytes 0 accepts any\n"))
        #expect(try Command.run("decode", "--max-message-bytes", "0", input: Array(long.prefix(100))).status == 75)
    }

    @Test func cborIsBinary() throws {
        for (type, isBinary) in [
            ("application/cbor", true), ("Application/CBOR; a=b", true), ("application/cbor-seq", false),
            ("text/plain", false),
        ] {
            let message = try EventStreamMessage(
                .event(type: "a"), headers: [":content-type": .string(type)], payload: Array("evalue".utf8)
            ).encoded()
            let json = try Command.run("decode", input: message)
            #expect(json.text.contains(isBinary ? #""payloadBase64":"ZXZhbHVl""# : #""payload":"evalue""#), "\(type)")
            #expect(try Command.run("encode", input: json.output).output == message)
            let sse = try Command.run("decode", "--format", "sse", input: message)
            #expect(sse.text == (isBinary ? "event: a;base64\ndata: ZXZhbHVl\n\n" : "event: a\ndata: evalue\n\n"))
            let text = try Command.run("decode", "--format", "text", input: message)
            #expect(text.text.contains("65 76 61 6c 75 65") == isBinary)
        }
    }

    @Test func signedMessagesAreReplaced() throws {
        let vector = try InputVector.named("signed-messages")
        let lines = try Command.run("decode", "--unwrap-signed", vector.path).lines
        let zeros = String(repeating: "0", count: 64)
        #expect(
            lines[0].hasPrefix(
                #"{"offset":79,"length":120,"headers":[{"name":":event-type","type":"string","value":"AudioEvent"}"#))
        #expect(
            lines[0].hasSuffix(
                #""signed":{"date":1700000000000,"signature":"\#((0..<32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())"}}"#
            ))
        #expect(
            lines[1]
                == #"{"end":true,"offset":203,"length":83,"signed":{"date":1700000001000,"signature":"\#(zeros)"}}"#)
        let payload = try Command.run("decode", "--unwrap-signed", "--format", "payload", vector.path)
        #expect(payload.output == Array(0..<16) && payload.error.isEmpty)
        let encoded = try Command.run("encode", input: Array(lines[1].utf8))
        #expect(encoded.status == 65 && encoded.error.contains("found the end of a signed stream, expected a message"))
        var broken = vector.bytes
        broken.removeSubrange(79..<(79 + 120))
        let empty = try EventStreamMessage(
            headers: [":date": .timestamp(0), ":chunk-signature": .byteArray([1])], payload: "no message"
        ).encoded()
        #expect(try Command.run("decode", "--unwrap-signed", input: empty).status == 65)
        // The last message is the one in the signed message.
        #expect(try Command.run("decode", "--unwrap-signed", "--expect-last", "AudioEvent", vector.path).status == 0)
    }

    // MARK: Server-sent events

    @Test func messagesBecomeServerSentEvents() throws {
        let stream =
            try event("a", "one") + event("b", "1\n2\r\n3\r\n\n") + event("c")
            + EventStreamMessage(.event(type: "d"), payload: [0xff, 0]).encoded()
            + EventStreamMessage(payload: "x").encoded()
            + EventStreamMessage(payload: [0xff]).encoded()
        let result = try Command.run("decode", "--format", "sse", input: stream)
        #expect(result.status == 0 && result.error.isEmpty)
        #expect(
            result.text
                == "event: a\ndata: one\n\nevent: b\ndata: 1\ndata: 2\ndata: 3\ndata: \ndata: \n\nevent: c\ndata: \n\n"
                + "event: d;base64\ndata: /wA=\n\ndata: x\n\nevent: message;base64\ndata: /w==\n\n")
    }

    @Test func serverSentEventsEndWithTheError() throws {
        let good = try event("a", "one")
        var corrupt = try event("b", "two")
        corrupt[corrupt.count - 1] ^= 1
        let text = "event: a\ndata: one\n\nevent: error\ndata: "
        for (rest, status, data) in [
            (
                try exception("Throttled", #"{"message":"slow \"down\""}"#) + good, Int32(76),
                #"{"code":"Throttled","message":"slow \"down\""}"#
            ),
            (try exception("E", "no JSON"), 76, #"{"code":"E","message":"no JSON"}"#),
            (try exception("E"), 76, #"{"code":"E","message":null}"#),
            (
                try EventStreamMessage(.error(code: "500", message: "oops")).encoded(), 76,
                #"{"code":"500","message":"oops"}"#
            ),
            (
                try EventStreamMessage(headers: [":message-type": "error", ":error-message": "m"]).encoded(), 76,
                #"{"code":null,"message":"m"}"#
            ),
        ] {
            let result = try Command.run("decode", "--format", "sse", input: good + rest)
            #expect(result.status == status && result.text == text + data + "\n\n", "\(result.text)")
        }
        let damaged = try Command.run("decode", "--format", "sse", input: good + corrupt)
        #expect(
            damaged.status == 65 && damaged.text.hasPrefix(text + #"{"code":"messageCRCMismatch","message":"byte "#))
        let cut = try Command.run("decode", "--format", "sse", input: good + good.dropLast())
        #expect(cut.status == 75 && cut.text.hasPrefix(text + #"{"code":"unexpectedEnd","message":"byte "#))
        for result in [damaged, cut] { #expect(result.text.hasSuffix("\"}\n\n")) }
        let skipped = try Command.run("decode", "--format", "sse", "--resync", input: good + corrupt + good)
        #expect(
            skipped.status == 65
                && skipped.text.hasPrefix("event: a\ndata: one\n\nevent: a\ndata: one\n\nevent: error\n"))
    }

    @Test func serverSentEventsAreLive() throws {
        let process = try ChildProcess(Command.program, ["decode", "--format", "sse"])
        try process.write(try event("a", "one"))
        #expect(try process.readLine() == "event: a" && process.readLine() == "data: one" && process.readLine() == "")
        #expect(try process.finish().status == 0)
    }
}
