import EventStreamCodec
import Foundation
import LambdaStreaming
import TestSupport
import Testing

/// `eventstream lambda invoke`: recorded answers, and answers over HTTP.
@Suite struct LambdaInvokeTests {
    private func stream(_ pieces: [String], _ complete: InvokeComplete? = InvokeComplete()) throws -> [UInt8] {
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        for piece in pieces { try encoder.append(payload: Array(piece.utf8), to: &bytes) }
        if let complete { try encoder.append(complete, to: &bytes) }
        return bytes
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

    @Test func whatCannotBeOpenedOrMeantIsSaid() throws {
        #expect(try Command.run("lambda", "invoke", "/nowhere").status == 66)
        let port = try #require(LoopbackPort.free())
        let nobody = try Command.run("lambda", "invoke", "http://127.0.0.1:\(port)")
        #expect(nobody.status == 66 && nobody.error.contains("http://127.0.0.1:\(port): Connection refused"))
        for wrong in ["https://127.0.0.1/", "http://", "http://a:0/", "http://a:x", "http://a b/", "http://a/\r\nb"] {
            let result = try Command.run("lambda", "invoke", wrong)
            #expect(result.status == 64 && result.output.isEmpty, "\(wrong): \(result.error)")
        }
        #expect(try Command.run("lambda", "invoke", "-", "--data", "{}").status == 64)
    }

    /// Invokes over HTTP a server that answers with `content`, and returns what it was asked too.
    private func invoke(
        _ how: String, _ content: [UInt8], path: String = "", _ options: String...
    ) throws -> (result: ChildProcess.Result, asked: Asked) {
        let folder = try TemporaryFolder()
        let server = try Peer.python.start("invoke_server.py", how, try folder.write(content, to: "content"))
        let url = "http://127.0.0.1:\(try server.readLine())\(path)"
        let result = try ChildProcess.run(Command.program, ["lambda", "invoke", url] + options)
        let asked = try JSONDecoder().decode(Asked.self, from: Data(try server.readLine().utf8))
        _ = try server.finish()
        return (result, asked)
    }

    private struct Asked: Decodable, Equatable {
        var path: String
        var event: String
        var log: String
    }

    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"), arguments: ["chunked", "length", "close"])
    func anAnswerOverHTTPIsPrinted(how: String) throws {
        let long = String(repeating: "0123456789", count: 30_000)
        let (result, asked) = try invoke(how, try stream(["Hello ", long]))
        #expect(result.text == "Hello " + long && result.error == "" && result.status == 0)
        let path = "/2021-11-15/functions/function/response-streaming-invocations"
        #expect(asked == Asked(path: path, event: "{}", log: "Tail"))
    }

    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func pathAndEventAreThoseAskedFor() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array(#"{"from":"file"}"#.utf8), to: "event")
        let path = "/2021-11-15/functions/other/response-streaming-invocations?Qualifier=1"
        let given = try invoke("chunked", try stream([]), path: path, "--data", #"{"a":"ö"}"#)
        #expect(given.asked == Asked(path: path, event: #"{"a":"ö"}"#, log: "Tail") && given.result.status == 0)
        #expect(try invoke("chunked", try stream([]), "--data", "@" + file).asked.event == #"{"from":"file"}"#)
    }

    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func anAnswerThatIsCutOrIsNoneIsSaid() throws {
        // The chunked body stops before its last chunk: in the middle of the stream, and after InvokeComplete.
        let half = try invoke("cut", try stream(["half"], nil)).result
        #expect(half.text == "half" && half.status == 75)
        let whole = try invoke("cut", try stream(["all"])).result
        #expect(whole.text == "all" && whole.status == 75 && whole.error.contains("the rest of a chunked body"))
        let failed = try invoke("cut", try stream(["x"], InvokeComplete(errorCode: "A.B"))).result
        #expect(failed.status == 76 && failed.error.contains("the function failed: A.B"))
        let none = try invoke("status", Array(#"{"Message":"no such function"}"#.utf8)).result
        #expect(none.status == 66 && none.output.isEmpty)
        #expect(none.error.contains(#"found status 404 and {"Message":"no such function"}, expected status 200"#))
    }

    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func aServerOfSomethingElseIsSaid() throws {
        // None of them ends its connection: what they have sent says enough.
        for text in ["SSH-2.0-OpenSSH_9.2\r\n", "\u{15}\u{3}\u{3}", "HTTP/2 200\r\n"] {
            let result = try invoke("garbage", Array(text.utf8)).result
            #expect(
                result.status == 65 && result.error.contains("expected the head of an HTTP/1.1 response"), "\(text)")
        }
        let endless = try invoke(
            "garbage", Array(("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000)).utf8))
        #expect(endless.result.status == 65 && endless.result.error.contains("found a head without an end"))
        let refusal = try invoke("refusal", Array("<p>\u{1b}[31mbusy".utf8)).result
        #expect(refusal.status == 66 && refusal.output.isEmpty)
        #expect(
            refusal.error.contains("found status 503 and <p>\\u{1b}[31mbusy, expected status 200"), "\(refusal.error)")
        let page = try invoke("type", Array("<p>hello".utf8)).result
        #expect(page.status == 65 && page.output.isEmpty)
        #expect(page.error.contains("found text/html, expected application/vnd.amazon.eventstream"))
        let broken = try invoke("length", Array("no event stream at all, only text of some length".utf8)).result
        #expect(broken.status == 65 && broken.error.contains(": byte "), "\(broken.error)")
        let forgotten = try Command.run("lambda", "invoke", "127.0.0.1:9000")
        #expect(forgotten.status == 66 && forgotten.error.contains("(a URL begins with http://)"))
    }
}
