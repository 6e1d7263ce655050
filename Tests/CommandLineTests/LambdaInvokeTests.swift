import EventStreamCodec
import Foundation
import LambdaStreaming
import TestSupport
import Testing

/// `eventstream lambda invoke` with a recorded response.
@Suite struct LambdaInvokeTests {
    private func stream(_ pieces: [String], _ complete: InvokeComplete? = InvokeComplete()) throws -> [UInt8] {
        try Command.invokeResponse(pieces, complete)
    }

    @Test func thePayloadIsPrintedAndNothingElse() throws {
        let result = try Command.run("lambda", "invoke", "-", input: try stream(["Hello ", "wörld"]))
        #expect(result.text == "Hello wörld" && result.error == "" && result.status == 0)
    }

    @Test func aStreamWithoutInvokeCompleteIs75() throws {
        let result = try Command.run("lambda", "invoke", "-", input: try stream(["half"], nil))
        #expect(result.text == "half" && result.status == 75)
        let expected = "byte 110: found the end of the stream, expected an InvokeComplete"
        #expect(result.error == "eventstream: standard input: \(expected)\n")
        let cut = try Command.run("lambda", "invoke", "-", input: try stream(["half"]).dropLast())
        #expect(cut.text == "half" && cut.status == 75)
        #expect(cut.error.contains("byte 211: found the end of the stream after 101 bytes of a message"))
    }

    @Test func aFunctionErrorIs76AndTheLogIsShown() throws {
        let complete = InvokeComplete(
            errorCode: "Function.Bad", errorDetails: "no\u{1b}[31m luck", logTail: Array("START\nEND\u{1b}\n".utf8))
        let result = try Command.run("lambda", "invoke", "-", input: try stream(["half"], complete))
        #expect(result.text == "half" && result.status == 76)
        let expected =
            "START\nEND\\u{1b}\neventstream: standard input: the function failed: Function.Bad: no\\u{1b}[31m luck\n"
        #expect(result.error == expected)
    }

    @Test func anExceptionOfTheServiceIs76() throws {
        let bytes = try EventStreamMessage(.exception(type: "Throttled"), payload: Array("{}".utf8)).encoded()
        let result = try Command.run("lambda", "invoke", "-", input: bytes)
        #expect(result.status == 76)
        #expect(result.error == "{}\neventstream: standard input: the service refused: exception Throttled\n")
    }

    @Test func anErrorOfTheServiceNeedsNoCode() throws {
        for (headers, found) in [
            ([":error-message": "We are sorry", ":message-type": "error"], "error without :error-code: We are sorry"),
            ([":message-type": "error"], "error without :error-code"),
            ([":message-type": "exception"], "exception without :exception-type"),
        ] as [(EventStreamHeaders, String)] {
            let bytes = try stream(["half"], nil) + EventStreamMessage(headers: headers).encoded()
            let result = try Command.run("lambda", "invoke", "-", input: bytes)
            #expect(result.status == 76 && result.text == "half")
            #expect(result.error == "eventstream: standard input: the service refused: \(found)\n")
        }
    }

    @Test func aMessageOfNoKnownTypeIsReported() throws {
        let stray = try EventStreamMessage(headers: [":event-type": "PayloadChunk"], payload: "lost").encoded()
        let other = try EventStreamMessage(.event(type: "Progress"), payload: Array("x".utf8)).encoded()
        let result = try Command.run("lambda", "invoke", "-", input: stray + other + stream(["all"]))
        #expect(result.status == 0 && result.text == "all")
        let expected = "eventstream: standard input: byte 0: found a message without :message-type, not printed\n"
        #expect(result.error == expected)
    }

    @Test func corruptionIs65AfterWhatCameBefore() throws {
        var bytes = try stream(["fine"])
        bytes[bytes.count - 1] ^= 1
        let result = try Command.run("lambda", "invoke", "-", input: bytes)
        #expect(result.text == "fine" && result.status == 65 && result.error.contains("message CRC"))
    }

    @Test func thePreludeIsSplitOffOnRequest() throws {
        let prelude = HTTPResponsePrelude(statusCode: 404, headers: ["a": "b"])
        let bytes = try stream([String(decoding: prelude.encoded, as: UTF8.self) + "body"])
        let result = try Command.run("lambda", "invoke", "--http-prelude", "-", input: bytes)
        #expect(result.text == "body" && result.status == 0)
        #expect(result.error == #"{"statusCode":404,"headers":{"a":"b"}}"# + "\n")
        #expect(try Command.run("lambda", "invoke", "-", input: bytes).output.count == prelude.encoded.count + 4)
        let none = try Command.run("lambda", "invoke", "--http-prelude", "-", input: try stream(["no prelude"]))
        #expect(none.status == 65 && none.error.contains("payload byte 10: found the end of the body"))
    }

    @Test func aSourceThatCannotBeOpenedHasItsStatus() throws {
        #expect(try Command.run("lambda", "invoke", "/nowhere").status == 66)
        #expect(try Command.run("lambda", "invoke", "-", "--data", "{}").status == 64)
        let forgotten = try Command.run("lambda", "invoke", "127.0.0.1:9000")
        #expect(forgotten.status == 66 && forgotten.error.contains("(a URL begins with http:// or https://)"))
    }

    #if !Network
    @Test(arguments: [
        ["lambda", "invoke", "http://127.0.0.1:1"], ["lambda", "invoke", "https://example.com/"],
        ["lambda", "invoke", "--function", "name"], ["request", "https://example.com/", "--no-sign"],
    ])
    func aBuildWithoutTheTraitNetworkSaysHowToGetOne(arguments: [String]) throws {
        let result = try ChildProcess.run(Command.program, arguments)
        #expect(result.status == 69 && result.output.isEmpty)
        #expect(result.error.contains(": this build cannot open URLs; run Scripts/install"))
        #expect(result.error.hasSuffix("\n") && result.error.filter { $0 == "\n" }.count == 1)
        #expect(result.error.contains("'swift build -c release --product eventstream --traits Network'"))
    }
    #endif
}
