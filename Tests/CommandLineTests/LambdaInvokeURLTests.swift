#if Network
import EventStreamCodec
import Foundation
import LambdaStreaming
import TestSupport
import Testing

/// `eventstream lambda invoke` with a URL, against servers written in Python.
@Suite(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
struct LambdaInvokeURLTests {
    private func stream(_ pieces: [String], _ complete: InvokeComplete? = InvokeComplete()) throws -> [UInt8] {
        try Command.invokeResponse(pieces, complete)
    }

    /// A server that responds with `content`, and the URL where it listens.
    private func start(
        _ how: String, _ content: [UInt8], coding: String? = nil, in folder: TemporaryFolder
    ) throws -> (server: ChildProcess, url: String) {
        let file = try folder.write(content, to: "content")
        let server = try ChildProcess(
            Peer.env, ["python3", Peer.script("invoke_server.py"), how, file] + (coding.map { [$0] } ?? []))
        return (server, "http://127.0.0.1:\(try server.readLine())")
    }

    /// Invokes a server that responds with `content`, and returns what it was asked too.
    private func invoke(
        _ how: String, _ content: [UInt8], coding: String? = nil, path: String = "", _ options: String...
    ) throws -> (result: ChildProcess.Result, asked: Asked) {
        let folder = try TemporaryFolder()
        let (server, url) = try start(how, content, coding: coding, in: folder)
        let result = try ChildProcess.run(Command.program, ["lambda", "invoke", url + path] + options)
        let asked = try JSONDecoder().decode(Asked.self, from: Data(try server.readLine().utf8))
        _ = try server.finish()
        return (result, asked)
    }

    private struct Asked: Decodable, Equatable {
        var path: String
        var event: String
        var log: String
    }

    // MARK: Responses

    @Test(arguments: ["chunked", "length", "close"])
    func aResponseIsPrinted(how: String) throws {
        let long = String(repeating: "0123456789", count: 30_000)
        let (result, asked) = try invoke(how, try stream(["Hello ", long]))
        #expect(result.text == "Hello " + long && result.error == "" && result.status == 0)
        let path = "/2021-11-15/functions/function/response-streaming-invocations"
        #expect(asked == Asked(path: path, event: "{}", log: "Tail"))
    }

    /// No socket or epoll instance takes the number of a closed stream, where the payload would be written.
    @Test(arguments: [">&-", "<&- >&-", "<&- >&- 2>&-"])
    func aClosedOutputStaysClosed(streams: String) throws {
        let folder = try TemporaryFolder()
        let (server, url) = try start("chunked", try stream(["Hello, world!"]), in: folder)
        let result = try ChildProcess.shell(#""$1" lambda invoke "$2" \#(streams)"#, Command.program.path, url)
        #expect(result.status == 74)
        if !streams.contains("2>") { #expect(result.error == "eventstream: standard output: Bad file descriptor\n") }
        #expect(try JSONDecoder().decode(Asked.self, from: Data(try server.readLine().utf8)).event == "{}")
    }

    /// Nothing is sent: no server listens at the URL, but the error is about the event.
    @Test func anEventThatIsNotJSONIsNotSent() throws {
        let port = try RefusingPort()
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("{\n\"a\": 1,\n}".utf8), to: "event")
        let inline = try Command.run("lambda", "invoke", "http://127.0.0.1:\(port.number)", "--data", #"{"a":1,}"#)
        #expect(inline.status == 65 && inline.output.isEmpty)
        #expect(
            inline.error
                == "eventstream: --data: byte 7: line 1, column 8: found '}', expected a key in double quotes\n")
        let named = try Command.run("lambda", "invoke", "http://127.0.0.1:\(port.number)", "--data", "@" + file)
        #expect(named.status == 65)
        #expect(named.error.hasSuffix("event: byte 10: line 3, column 1: found '}', expected a key in double quotes\n"))
    }

    @Test func pathAndEventAreThoseAskedFor() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array(#"{"from":"file"}"#.utf8), to: "event")
        let path = "/2021-11-15/functions/other/response-streaming-invocations?Qualifier=1"
        let given = try invoke("chunked", try stream([]), path: path, "--data", #"{"a":"ö"}"#)
        #expect(given.asked == Asked(path: path, event: #"{"a":"ö"}"#, log: "Tail") && given.result.status == 0)
        #expect(try invoke("chunked", try stream([]), "--data", "@" + file).asked.event == #"{"from":"file"}"#)
    }

    @Test(arguments: ["gzip", "deflate", "bare", "members"], ["chunked", "length", "close"])
    func aContentCodingIsDecoded(coding: String, how: String) throws {
        var generator = SeededGenerator(seed: 17)
        // Stored blocks and both kinds of codes: noise, repetition and text.
        let noise = generator.bytes(90_000).map { String($0, radix: 16) }.joined()
        let long = noise + String(repeating: "a", count: 500_000) + noise.prefix(40_000)
        let (result, _) = try invoke(how, try stream(["Hello ", long]), coding: coding)
        #expect(result.text == "Hello " + long && result.error == "" && result.status == 0)
        #expect(try invoke(how, try stream([]), coding: coding).result.status == 0)
    }

    @Test(arguments: ["gzip", "deflate", "bare", nil])
    func aPieceIsPrintedBeforeTheNextOneIsSent(coding: String?) throws {
        let folder = try TemporaryFolder()
        let half = try stream([String(repeating: "1", count: 80)], nil)
        let (server, url) = try start("paused", half + half, coding: coding, in: folder)
        let command = try ChildProcess(Command.program, ["lambda", "invoke", url])
        #expect(try command.read(80) == [UInt8](repeating: UInt8(ascii: "1"), count: 80))
        try server.write(Array("go on\n".utf8))
        let result = try command.finish()
        #expect(result.output.count == 80 && result.status == 75)
        _ = try server.finish()
    }

    // MARK: Failures

    /// The payload must not be written to a socket that has got the number of standard output.
    @Test(arguments: [">&-", "<&- >&-", "<&- >&- 2>&-"])
    func aClosedOutputIsAnError(redirections: String) throws {
        let folder = try TemporaryFolder()
        let (server, url) = try start("chunked", try stream([String(repeating: "payload ", count: 100)]), in: folder)
        let script = #""$1" lambda invoke "$2" \#(redirections)"#
        #expect(try ChildProcess.shell(script, Command.program.path, url).status == 74)
        _ = try server.finish()
    }

    @Test func aURLThatIsNoneIsAUsageError() throws {
        for wrong in [
            "ftp://127.0.0.1/", "http://", "http://a:0/", "http://a:x", "http://a:+80/", "http://::1/", "http://a b/",
            "http://a/\r\nb", "http://a?b",
            "http://[]/",
        ] {
            let result = try Command.run("lambda", "invoke", wrong)
            #expect(result.status == 64 && result.output.isEmpty, "\(wrong): \(result.error)")
        }
    }

    @Test func aServerThatCannotBeReachedIs69() throws {
        let port = try RefusingPort()
        let refused = try Command.run("lambda", "invoke", "http://127.0.0.1:\(port.number)")
        #expect(refused.status == 69 && refused.output.isEmpty)
        #expect(refused.error == "eventstream: http://127.0.0.1:\(port.number): Connection refused\n")
        // RFC 6761 §6.4: this name never has an address.
        let unknown = try Command.run("lambda", "invoke", "http://nowhere.invalid")
        #expect(unknown.status == 69 && unknown.error.hasPrefix("eventstream: http://nowhere.invalid: found no "))
    }

    @Test(arguments: ["silent", "partial", "reset"])
    func aConnectionThatEndsBeforeTheHeadIs75(how: String) throws {
        let result = try invoke(how, []).result
        #expect(result.status == 75 && result.output.isEmpty)
        #expect(result.error.hasSuffix(": found the end of the connection, expected the head of a response\n"))
    }

    @Test func aResponseThatIsCutIsSaid() throws {
        // The chunked body stops before its last chunk: in the middle of the stream, and after InvokeComplete.
        let half = try invoke("cut", try stream(["half"], nil)).result
        #expect(half.text == "half" && half.status == 75)
        let whole = try invoke("cut", try stream(["all"])).result
        #expect(whole.text == "all" && whole.status == 75)
        #expect(whole.error.contains("found the end of the connection, expected the rest of the response"))
        let failed = try invoke("cut", try stream(["x"], InvokeComplete(errorCode: "A.B"))).result
        #expect(failed.status == 76 && failed.error.contains("the function failed: A.B"))
    }

    /// AsyncHTTPClient drops data when a connection fails. The command must not.
    @Test func allThatArrivedBeforeACutIsPrintedToASlowReader() throws {
        let folder = try TemporaryFolder()
        let pieces = (0..<40).map { String(repeating: "\($0 % 10)", count: 20_000) }
        let (server, url) = try start("cut", try stream(pieces, nil), in: folder)
        let command = try ChildProcess(Command.program, ["lambda", "invoke", url])
        try server.waitForLine(containing: "closed")
        let result = try command.finish()
        #expect(result.text == pieces.joined() && result.status == 75)
        #expect(result.error.hasSuffix("found the end of the stream, expected an InvokeComplete\n"))
        _ = try server.finish()
    }

    @Test func anotherStatusShowsTheBody() throws {
        let none = try invoke("status", Array(#"{"Message":"no such function"}"#.utf8)).result
        #expect(none.status == 66 && none.output.isEmpty)
        #expect(none.error.contains(#"found status 404 and {"Message":"no such function"}, expected status 200"#))
        let refusal = try invoke("refusal", Array("<p>\u{1b}[31mbusy".utf8)).result
        #expect(refusal.status == 66 && refusal.output.isEmpty)
        #expect(
            refusal.error.contains("found status 503 and <p>\\u{1b}[31mbusy, expected status 200"), "\(refusal.error)")
    }

    @Test func aServerOfSomethingElseIsSaid() throws {
        // None of them ends its connection: what they have sent says enough.
        for text in ["SSH-2.0-OpenSSH_9.2\r\n", "\u{15}\u{3}\u{3}", "HTTP/2 200\r\n"] {
            let result = try invoke("garbage", Array(text.utf8)).result
            #expect(
                result.status == 65 && result.error.contains("expected the head of an HTTP/1.1 response"),
                "\(text): \(result.error)")
        }
        for field in [String(repeating: "x", count: 100_000), String(repeating: "x\r\nX: ", count: 1_000)] {
            let result = try invoke("garbage", Array(("HTTP/1.1 200 OK\r\nX: " + field).utf8)).result
            #expect(result.status == 65 && result.error.contains("that is too long"), "\(result.error)")
        }
        let page = try invoke("type", Array("<p>hello".utf8)).result
        #expect(page.status == 65 && page.output.isEmpty)
        #expect(page.error.contains("found text/html, expected application/vnd.amazon.eventstream"))
        let broken = try invoke("length", Array("no event stream at all, only text of some length".utf8)).result
        #expect(broken.status == 65 && broken.error.contains(": byte "), "\(broken.error)")
    }

    @Test func aBodyWithInvalidFramingIs65AfterWhatCameBefore() throws {
        let message = try stream(["fine"], nil)
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n"
        let body = Array("\(String(message.count, radix: 16))\r\n".utf8) + message + Array("\r\nno size\r\n".utf8)
        let result = try invoke("garbage", Array(head.utf8) + body).result
        #expect(result.text == "fine" && result.status == 65 && result.error.contains("invalid framing"))
    }

    @Test func aBodyThatCannotBeDecodedIsSaidAfterWhatCameBefore() throws {
        func respond(with body: [UInt8], coding: String = "gzip") throws -> ChildProcess.Result {
            try invoke("length", body, coding: coding).result
        }
        let unknown = try invoke("length", try stream(["x"]), coding: "br").result
        #expect(unknown.status == 65 && unknown.output.isEmpty)
        #expect(unknown.error.contains("found Content-Encoding br, expected gzip, deflate or identity"))
        // Declared and not applied.
        let plain = try invoke("length", try stream(["x"]), coding: "GZIP").result
        #expect(
            plain.status == 65 && plain.error.contains("byte 0 of the compressed body: found data that is not gzip"))

        let gzip = try ChildProcess.run(
            Peer.env, ["gzip", "-c"], input: try stream([String(repeating: "fine ", count: 50)]))
        let text = String(repeating: "fine ", count: 50)
        for (change, found, status) in [
            // The last four bytes are the length, those before them the CRC.
            ({ $0[$0.count - 5] ^= 1 }, "a checksum or length that differs", 65),
            ({ $0[$0.count - 1] ^= 1 }, "a checksum or length that differs", 65),
            ({ $0.removeLast(3) }, "found the end of the body, expected the rest of the compressed data", 75),
            ({ $0 += Array("more".utf8) }, "found data that is not gzip", 65),
        ] as [((inout [UInt8]) -> Void, String, Int32)] {
            var body = gzip.output
            change(&body)
            // The server must send these bytes as they are.
            let result = try respond(with: body, coding: "GZip")
            #expect(result.text == text && result.status == status, "\(found): \(result.error)")
            #expect(result.error.contains(found), "\(result.error)")
        }
    }

    // MARK: Memory

    @Test(
        .enabled(if: !Allocations.isUnderSanitizer, "a sanitizer needs memory of its own"), arguments: [nil, "members"])
    func memoryDoesNotGrowWithTheResponse(coding: String?) throws {
        let payload = String(repeating: "a", count: 9_000)
        func peak(pieces: Int) throws -> Int {
            let folder = try TemporaryFolder()
            let content = try stream([String](repeating: payload, count: pieces), nil)
            let (server, url) = try start("flood", content, coding: coding, in: folder)
            let command = try ChildProcess(
                URL(fileURLWithPath: "/bin/bash"),
                ["-c", #"exec "$0" lambda invoke "$1" > /dev/null"#, Command.program.path, url])
            try server.waitForLine(containing: "sent")
            let peak = try command.peakMemory()
            try server.write(Array("end\n".utf8))
            #expect(try command.finish().status == 75)
            _ = try server.finish()
            return peak
        }
        let (little, much) = (try peak(pieces: 1), try peak(pieces: 20))
        print("peak memory of lambda invoke URL: \(little) bytes for 3.6 MB, \(much) for 72 MB")
        #expect(much - little < 4 << 20)
    }

    @Test func aServerWaitsForASlowReader() throws {
        let folder = try TemporaryFolder()
        let (server, url) = try start("stuck", try stream([String(repeating: "a", count: 60_000)], nil), in: folder)
        // Nothing reads the command's output.
        let command = try ChildProcess(Command.program, ["lambda", "invoke", url])
        _ = try server.readLine()
        let sent = try #require(Int(try server.readLine()))
        print("a server has sent \(sent) bytes to a command whose output nothing reads")
        #expect(sent < 1 << 26)
        #expect(try command.peakMemory() < 200 << 20)
        kill(command.identifier, SIGKILL)
        _ = try server.finish()
    }
}
#endif
