import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `eventstream decode`, as a process.
@Suite struct DecodeTests {
    @Test func everyVectorPrintsItsLines() throws {
        for vector in try EventStreamVector.all() {
            let result = try Command.run("decode", "--format", "json", Command.vector(vector.name))
            #expect(result.lines == vector.expected.lines, "\(vector)")
            try check(result, vector)
        }
    }

    @Test func theReadSizeChangesNothing() throws {
        for (number, vector) in try EventStreamVector.all().enumerated() where vector.bytes.count < 3_000 {
            for size in [["1"], ["7"], []][number % 3] {
                let result = try Command.run("decode", "--read-size", size, input: vector.bytes)
                #expect(result.lines == vector.expected.lines, "\(vector), reads of \(size)")
                try check(result, vector)
            }
        }
    }

    private func check(_ result: ChildProcess.Result, _ vector: EventStreamVector) throws {
        guard let failure = vector.expected.error else {
            #expect(result.status == 0 && result.error.isEmpty, "\(vector): \(result.error)")
            return
        }
        #expect(result.status == (failure.code == "unexpectedEnd" ? 75 : 65), "\(vector)")
        #expect(result.error.hasPrefix("eventstream: "), "\(vector)")
        #expect(result.error.contains(": byte \(failure.offset): found "), "\(vector): \(result.error)")
        #expect(result.error.filter { $0 == "\n" }.count == 1 && result.error.hasSuffix("\n"), "\(vector)")
    }

    @Test func theContractsExample() throws {
        let result = try Command.run("decode", Command.vector("lambda-payload-chunk"))
        #expect(
            result.text.hasPrefix(
                #"{"offset":0,"length":119,"headers":[{"name":":event-type","type":"string","value":"PayloadChunk"},"#))
        #expect(
            result.text.hasSuffix(
                #"],"payload":"Hello, world!","preludeCRC":"a56e5b5c","messageCRC":"afa6bd08"}"# + "\n"))
    }

    @Test(
        .enabled(if: Repository.sharedVectors != nil, "no folder ../shared/vectors beside the checkout"),
        arguments: ["1", "7", "65536"])
    func aRealCaptureGoesThereAndBack(readSize: String) throws {
        let shared = try #require(Repository.sharedVectors).appendingPathComponent("eventstream")
        let folder = try TemporaryFolder()
        for name in ["aws_transcribe_success_response_stream", "all_headers", "derived_header_value_32767"] {
            let digits = try String(contentsOf: shared.appendingPathComponent("\(name).hex"), encoding: .utf8)
                .compactMap(\.hexDigitValue)
            let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
            let file = try folder.write(bytes, to: name)
            let decoded = try Command.run("decode", file, "--read-size", readSize)
            #expect(decoded.status == 0)
            if name.contains("transcribe") { #expect(decoded.lines.count == 35) }
            let encoded = try Command.run("encode", input: decoded.output)
            #expect(encoded.output == bytes, "\(name)")
        }
    }

    @Test func aLiveStreamIsPrintedBeforeItEnds() throws {
        for format in ["json", "text", "payload"] {
            let process = try ChildProcess(Command.program, ["decode", "--format", format])
            for number in 1...3 {
                let message = EventStreamMessage(.event(type: "tick"), payload: Array("tick \(number)\n".utf8))
                let bytes = try message.encoded()
                try process.write(bytes.prefix(20))
                try process.write(bytes.dropFirst(20))
                // If the message were held back, this would wait until the test fails.
                try process.waitForLine(containing: "tick \(number)")
            }
            let result = try process.finish()
            #expect(result.status == 0 && result.error.isEmpty)
        }
    }

    /// Messages that are not events are not printed but reported.
    @Test func payloadsOfEventsAndNothingElse() throws {
        let others: [(headers: EventStreamHeaders, found: String)] = [
            ([:], "a message without :message-type"),
            ([":event-type": "a"], "a message without :message-type"),
            ([":message-type": .integer(1)], "a message whose :message-type is not a string"),
            ([":message-type": "event"], "an event without :event-type"),
            ([":message-type": "event", ":event-type": true], "an event whose :event-type is not a string"),
            ([":message-type": "ev\u{1b}ent", ":event-type": "a"], #"an unknown message type ev\u{1b}ent"#),
        ]
        let event = try EventStreamMessage(.event(type: "Records"), payload: [0xff, 0x0a]).encoded()
        for other in others {
            let message = try EventStreamMessage(headers: other.headers, payload: "not printed").encoded()
            let result = try Command.run("decode", "--format", "payload", input: event + message + event)
            #expect(result.status == 0 && result.output == [0xff, 0x0a, 0xff, 0x0a])
            #expect(
                result.error == "eventstream: standard input: byte \(event.count): found \(other.found), not printed\n")
            let text = try Command.run("decode", "--format", "text", input: message)
            #expect(text.status == 0 && text.error.isEmpty)
            let shown = other.found.split(separator: " ").dropFirst().joined(separator: " ")
            #expect(text.lines.first == "message 1: \(shown) (byte 0, \(message.count) bytes)")
        }
    }

    @Test func anExceptionInTheStreamHasItsOwnStatus() throws {
        let stream =
            try EventStreamMessage(.event(type: "a"), payload: Array("before ".utf8)).encoded()
            + EventStreamMessage(.exception(type: "Throttled\u{1b}[31m"), payload: Array("{\n}".utf8)).encoded()
            + EventStreamMessage(.error(code: "500", message: "oops")).encoded()
            + EventStreamMessage(.event(type: "a"), payload: Array("after".utf8)).encoded()
        let result = try Command.run("decode", "--format", "payload", input: stream)
        #expect(result.status == 76)
        #expect(result.text == "before after")
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix(#"found exception Throttled\u{1b}[31m: {\n}, expected an event"#))
        #expect(lines[1].hasSuffix("found error 500: oops, expected an event"))
        for format in ["json", "text"] {
            #expect(try Command.run("decode", "--format", format, input: stream).status == 0)
        }
    }

    @Test func exceptionsAndErrorsNeedNoName() throws {
        for (headers, found) in [
            ([":message-type": "exception"], "exception without :exception-type"),
            ([":message-type": "error"], "error without :error-code"),
            ([":error-message": "We are sorry", ":message-type": "error"], "error without :error-code: We are sorry"),
            (
                [":error-code": .integer(500), ":error-message": "We are sorry", ":message-type": "error"],
                "error whose :error-code is not a string: We are sorry"
            ),
        ] as [(EventStreamHeaders, String)] {
            let message = try EventStreamMessage(headers: headers, payload: "x").encoded()
            let result = try Command.run("decode", "--format", "payload", input: message)
            #expect(result.status == 76 && result.output.isEmpty)
            #expect(result.error == "eventstream: standard input: byte 0: found \(found): x, expected an event\n")
            let text = try Command.run("decode", "--format", "text", input: message)
            #expect(text.status == 0 && text.lines.first == "message 1: \(found) (byte 0, \(message.count) bytes)")
        }
    }

    @Test func whatCameBeforeAnExceptionIsPrintedBeforeIt() throws {
        let stream =
            try EventStreamMessage(.event(type: "a"), payload: Array("FIRST\n".utf8)).encoded()
            + EventStreamMessage(.exception(type: "Boom")).encoded()
            + EventStreamMessage(.event(type: "a"), payload: Array("LAST\n".utf8)).encoded()
        let result = try ChildProcess.shell(
            #""$1" decode --format payload 2>&1"#, Command.program.path, input: stream)
        #expect(result.lines.first == "FIRST" && result.lines.last == "LAST" && result.lines.count == 3)
    }

    @Test(.timeLimit(.minutes(2)))
    func aMegabyteOfControlCharactersIsPrintedInNoTime() throws {
        let payload = [UInt8](repeating: 1, count: 1 << 20)
        let text = try Command.run(
            "decode", "--format", "text", input: try EventStreamMessage(payload: payload).encoded())
        #expect(text.status == 0 && text.output.count > 5 << 20)
        let exception = try Command.run(
            "decode", "--format", "payload",
            input: try EventStreamMessage(.exception(type: "E"), payload: payload).encoded())
        #expect(exception.status == 76 && exception.error.utf8.count < 20_000)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1, "1970-01-01T00:00:00.001Z"),
            (1_700_000_000_001, "2023-11-14T22:13:20.001Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-26_640_264_307_772, "1125-10-21T14:34:52.228Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
        ] as [(Int64, String)])
    func timestampsAreDatesToo(milliseconds: Int64, date: String) throws {
        let message = EventStreamMessage(headers: ["when": .timestamp(milliseconds)])
        let result = try Command.run("decode", "--format", "text", input: try message.encoded())
        #expect(result.text.contains("\(milliseconds) (\(date))"))
    }

    @Test func datesBeyondFourDigitsAreLeftOut() throws {
        for milliseconds in [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max] {
            let message = EventStreamMessage(headers: ["when": .timestamp(milliseconds)])
            let result = try Command.run("decode", "--format", "text", input: try message.encoded())
            #expect(result.status == 0 && result.text.contains("  \(milliseconds)\n"))
        }
    }

    @Test func bedrocksBytesAreUnwrapped() throws {
        func event(_ payload: String) throws -> [UInt8] {
            try EventStreamMessage(.event(type: "chunk"), payload: Array(payload.utf8)).encoded()
        }
        let stream =
            try event(#"{"bytes":"eyJhIjoxfQ=="}"#) + event(#"{"p":"abcd", "bytes":"Cg=="}"#)
            + event(#"{"bytes":"===="}"#) + event(#"{"bytes":"not base64!"}"#) + event(#"{"bytes":"Cg==",}"#)
        let lenient =
            try event(#"{"bytes":"Cg==","bytes":"Cg=="}"#) + event(#"{"bytes":"Cg=="} x"#)
            + event("\u{feff}{\"bytes\":\"Cg==\"}") + event(#"["bytes"]"#) + event(#"{"bytes":1}"#) + event("")
        let left =
            #"{"bytes":"===="}{"bytes":"not base64!"}{"bytes":"Cg==",}{"bytes":"Cg==","bytes":"Cg=="}"#
            + "{\"bytes\":\"Cg==\"} x\u{feff}{\"bytes\":\"Cg==\"}[\"bytes\"]{\"bytes\":1}"
        let result = try Command.run("decode", "--format", "payload", "--unwrap-bytes", input: stream + lenient)
        #expect(result.text == "{\"a\":1}\n" + left)
        let json = try Command.run("decode", "--unwrap-bytes", input: stream)
        #expect(json.lines[0].contains(#""payload":"{\"a\":1}""#))
        let text = try Command.run("decode", "--format", "text", "--unwrap-bytes", input: stream)
        #expect(text.lines.contains(#"  {"a":1}"#))
    }

    /// A payload with further members is unwrapped where only payloads are printed; the other formats would lose them.
    @Test func bytesWithFurtherMembersAreUnwrappedInPayloads() throws {
        let payload = #"{"attribution":{"citations":[]},"bytes":"SGk=","n":[1,{"bytes":"x"}]}"#
        let message = try EventStreamMessage(.event(type: "chunk"), payload: Array(payload.utf8)).encoded()
        #expect(try Command.run("decode", "--format", "payload", "--unwrap-bytes", input: message).text == "Hi")
        for format in ["json", "text"] {
            let result = try Command.run("decode", "--format", format, "--unwrap-bytes", input: message)
            #expect(result.text.contains("attribution"))
        }
    }

    @Test func limitsCanBeMoved() throws {
        let message = try EventStreamMessage(payload: "four").encoded()
        #expect(try Command.run("decode", "--max-message-bytes", "20", input: message).status == 0)
        let refused = try Command.run("decode", "--max-message-bytes", "19", input: message)
        #expect(refused.status == 65 && refused.error.contains("found total length 20, expected at most 19"))
        let declared: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]
        let crc = CRC32.checksum(of: declared.span)
        let prelude = declared + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) }
        #expect(try Command.run("decode", input: prelude).status == 65)
        #expect(try Command.run("decode", "--max-message-bytes", "0", input: prelude).status == 75)
    }

    @Test func textIsFitForATerminal() throws {
        let message = EventStreamMessage(
            .event(type: "a\u{1b}[2J"), headers: ["bin": .byteArray([1, 2]), "when": .timestamp(1_000)],
            payload: Array("line one\nline\u{7} two\u{202e}\u{200f}\u{feff}".utf8))
        let binary = EventStreamMessage(payload: [UInt8](repeating: 0xff, count: 300))
        let result = try Command.run(
            "decode", "--format", "text", input: try message.encoded() + binary.encoded())
        #expect(
            !result.text.unicodeScalars.contains {
                $0 == "\u{1b}" || $0 == "\u{7}" || $0 == "\u{202e}" || $0 == "\u{200f}"
            })
        #expect(result.lines.contains { $0.contains(#"event a\u{1b}[2J"#) })
        #expect(result.lines.contains("  line one"))
        #expect(result.lines.contains { $0.contains("1000 (1970-01-01T00:00:01.000Z)") })
        #expect(result.lines.contains { $0.hasSuffix("… 44 more bytes") })
    }

    @Test func colourIsForTerminals() throws {
        let vector = Command.vector("lambda-payload-chunk")
        #expect(try Command.run("decode", "--format", "text", vector).text.contains("\u{1b}[") == false)
        #expect(try Command.run("inspect", "--color", "always", vector).text.contains("\u{1b}["))
        #expect(try Command.run("inspect", "--color", "auto", vector).text.contains("\u{1b}[") == false)
    }
}
