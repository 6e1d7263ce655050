import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `eventstream replay`, read by other programs.
struct ReplayTests {
    /// A server and where it listens. It ends with the test.
    struct Server {
        let process: ChildProcess
        let url: String

        init(_ file: String, _ options: String...) throws {
            process = try ChildProcess(Command.program, ["replay", file] + options)
            url = try process.readLine()
        }

        var port: String { String(url.split(separator: ":").last ?? "") }

        /// Fetches the URL with curl. The head is part of the output with `-i`.
        func curl(_ options: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(Peer.env, ["curl", "-sS", "--noproxy", "*", "--max-time", "60"] + options + [url])
        }

        /// Sends bytes and returns those that came back.
        func raw(_ steps: String) throws -> String {
            let result = try ChildProcess.run(Peer.env, ["python3", Peer.script("raw_client.py"), port, steps])
            guard result.status == 0 else { throw ChildProcess.Failure(description: result.error) }
            return try JSONDecoder().decode(String.self, from: Data(result.output))
        }
    }

    private static let stream = Command.vector("bedrock-converse")

    private static func bytes() throws -> [UInt8] { try Repository.bytes(of: URL(fileURLWithPath: stream)) }

    // MARK: Answers

    @Test func theURLIsTheOnlyOutputAndControlCEndsWithZero() throws {
        for ending in [SIGINT, SIGTERM] {
            let server = try Server(Self.stream)
            #expect(server.url.hasPrefix("http://127.0.0.1:") && UInt16(server.port) != nil)
            kill(server.process.identifier, ending)
            let result = try server.process.finish()
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty)
        }
    }

    @Test(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
    func everyMethodAndPathIsAnsweredWithTheStream() throws {
        let bytes = try Self.bytes()
        let server = try Server(Self.stream, "--status", "418")
        let shown = try server.curl("-i", "--raw")
        let lines = shown.text.split(separator: "\r\n", maxSplits: 3)
        let head = ["HTTP/1.1 418 ", "Content-Type: application/vnd.amazon.eventstream", "Transfer-Encoding: chunked"]
        #expect(lines.prefix(3).map(String.init) == head)
        for options in [
            ["-X", "DELETE"], ["-d", "text"], ["-T", Self.stream], ["-H", "Transfer-Encoding: chunked", "-d", "x"],
        ] {
            let arguments = ["-sS", "--noproxy", "*"] + options + ["\(server.url)/any/path?query"]
            #expect(try ChildProcess.run(Peer.env, ["curl"] + arguments).output == bytes, "\(options)")
        }
        // Each message is one chunk.
        let decoded = try ChildProcess.run(
            Command.program, ["chunked", "decode", "--json"], input: try server.curl("--raw").output)
        let messages = try Command.run("decode", Self.stream).lines.count
        #expect(messages > 3 && decoded.text.contains(#""chunks":\#(messages),"#), "\(decoded.text.suffix(200))")
    }

    @Test(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
    func standardInputAndCorruptStreamsAreServed() throws {
        let server = try ChildProcess(Command.program, ["replay", "-"])
        try server.write(Array("no stream at all".utf8))
        try server.closeInput()
        let url = try server.readLine()
        #expect(try ChildProcess.run(Peer.env, ["curl", "-sS", "--noproxy", "*", url]).text == "no stream at all")
        let empty = try Server(Command.vector("empty-stream"))
        let result = try empty.curl()
        #expect(result.status == 0 && result.output.isEmpty)
    }

    @Test func wrongOptionsAreUsageErrors() throws {
        let count = try Self.bytes().count
        for (options, text) in [
            (["--cut-at", "\(count + 1)"], "expected at most \(count)"),
            (["--flip-bit", "\(count * 8)"], "expected at most \(count * 8 - 1)"),
            (["--stall-at", "\(count + 1):1"], "expected at most \(count)"), (["--cut-at=-1"], "--cut-at"),
            (["--stall-at", "1"], "--stall-at"), (["--stall-at", "1:-1"], "--stall-at"), (["--speed", "0"], "--speed"),
            (["--speed", "nan"], "--speed"), (["--status", "204"], "--status"), (["--status", "99"], "--status"),
            (["--port", "65536"], "--port"),
        ] {
            let result = try ChildProcess.run(Command.program, ["replay", Self.stream] + options)
            #expect(result.status == 64 && result.output.isEmpty && result.error.contains(text), "\(result.error)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
        #expect(try Command.run("replay", "/no/such/file").status == 66)
    }

    @Test func aTakenPortIs69() throws {
        let server = try Server(Self.stream)
        let second = try Command.run("replay", Self.stream, "--port", server.port)
        #expect(second.status == 69 && second.output.isEmpty)
        #expect(second.error == "eventstream: port \(server.port) of 127.0.0.1: Address already in use; see --port\n")
    }

    // MARK: Times

    private func lines(_ messages: [(payload: String, time: String)]) -> String {
        let headers = #"[{"name":":event-type","type":"string","value":"chunk"}]"#
        return messages.map { #"{"offset":0,"headers":\#(headers),"payload":"\#($0.payload)"\#($0.time)}"# + "\n" }
            .joined()
    }

    @Test(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
    func linesAreServedAsTheStreamTheyDescribe() throws {
        let folder = try TemporaryFolder()
        let decoded = try Command.run("decode", Self.stream)
        let server = try Server(try folder.write(decoded.output, to: "lines.json"))
        #expect(try server.curl().output == Self.bytes())
    }

    /// A long pause is kept, and `--speed` divides it. Only lower bounds are compared: a machine may be slow, never fast.
    @Test(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
    func recordedTimesAreKept() throws {
        let folder = try TemporaryFolder()
        let text = lines([("a", #","time":0.000"#), ("b", #","time":400.500"#), ("c", ""), ("d", #","time":401"#)])
        let file = try folder.write(Array(text.utf8), to: "lines.json")
        func seconds(_ options: String...) throws -> Double {
            let process = try ChildProcess(Command.program, ["replay", file] + options)
            let url = try process.readLine()
            let result = try ChildProcess.run(
                Peer.env, ["curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{time_total}", url])
            return try #require(Double(result.text))
        }
        #expect(try seconds() >= 0.4)
        let slow = try seconds("--speed", "0.5")
        #expect(slow >= 0.8)
        // Far below the recorded time of an hour.
        let hour = try folder.write(Array(lines([("a", #","time":3600000"#)]).utf8), to: "hour.json")
        for options in [["--speed", "max"], ["--speed", "36000000"]] {
            let process = try ChildProcess(Command.program, ["replay", hour] + options)
            let url = try process.readLine()
            let result = try ChildProcess.run(
                Peer.env, ["curl", "-sS", "--noproxy", "*", "--max-time", "60", url])
            #expect(result.status == 0 && !result.output.isEmpty)
        }
    }

    /// The first message arrives although the second one is due in an hour.
    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func aMessageIsSentWhenItIsDue() throws {
        let folder = try TemporaryFolder()
        let text = lines([("first", #","time":0"#), ("second", #","time":3600000"#)])
        let server = try Server(try folder.write(Array(text.utf8), to: "lines.json"))
        let received = try server.raw(#"[["send", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"], ["read", 144]]"#)
        #expect(received.contains("first") && !received.contains("second"))
    }

    @Test func wrongLinesAreReported() throws {
        let folder = try TemporaryFolder()
        for (text, found) in [
            (lines([("a", #","time":-1"#)]), "found the time -1"),
            (lines([("a", #","time":1e300"#)]), "found the time 1e300"),
            (lines([("a", "")]) + "{\"x\":1}\n", "line 2, column 2: found the key \"x\""),
        ] {
            let result = try Command.run("replay", try folder.write(Array(text.utf8), to: "lines.json"))
            #expect(result.status == 65 && result.output.isEmpty && result.error.contains(found), "\(result.error)")
        }
    }

    // MARK: Faults

    @Test(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
    func eachFaultIsAtItsPositionAndDiffers() throws {
        let bytes = try Self.bytes()
        // Inside a message, between messages, and at both ends.
        let first = Int(bytes[3])
        for position in [0, 1, first - 1, first, first + 5, bytes.count - 1, bytes.count] {
            let cut = try Server(Self.stream, "--cut-at", "\(position)").curl()
            // 18: the transfer is incomplete.
            #expect(cut.status == 18 && cut.output == Array(bytes[..<position]), "\(position): \(cut.error)")
        }
        for bit in [0, 7, 8 * first + 3, bytes.count * 8 - 1] {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            let result = try Server(Self.stream, "--flip-bit", "\(bit)").curl()
            #expect(result.status == 0 && result.output == flipped)
        }
        let waited = try Server(Self.stream, "--stall-at", "10:100").curl()
        #expect(waited.status == 0 && waited.output == bytes)
        // Together, in the order of their positions.
        let both = try Server(Self.stream, "--flip-bit", "16", "--stall-at", "5:50", "--cut-at", "9").curl()
        #expect(both.status == 18 && both.output.count == 9 && both.output[2] == bytes[2] ^ 1)
    }

    /// All bytes before the stall arrive, and none after it.
    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func aStallIsAtItsPosition() throws {
        let bytes = try Self.bytes()
        let first = Int(bytes[3])
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nConnection: close\r\n\r\n"
        for position in [0, 1, first, first + 5, bytes.count] {
            let server = try Server(Self.stream, "--stall-at", "\(position):3600000")
            let count = head.utf8.count + position
            let received = try server.raw(#"[["send", "GET / HTTP/1.0\r\n\r\n"], ["read", \#(count)], ["idle"]]"#)
            let expected = Array(head.utf8) + bytes[..<position]
            #expect(received.unicodeScalars.map { UInt8($0.value) } == expected, "\(position)")
        }
    }

    private struct Observed: Decodable {
        var events: [String]
        var failure: String?
    }

    @Test(.enabled(if: Peer.hasBoto3, "boto3 is not installed"))
    func boto3ObservesEachFault() throws {
        func observe(_ server: Server, _ operation: String = "converse") throws -> Observed {
            let result = try ChildProcess.run(
                Peer.env, ["python3", Peer.script("replay_boto3.py"), server.url, operation])
            guard result.status == 0 else { throw ChildProcess.Failure(description: result.error) }
            return try JSONDecoder().decode(Observed.self, from: Data(result.output))
        }
        let whole = try observe(Server(Self.stream))
        #expect(whole.failure == nil && whole.events.first == "messageStart" && whole.events.count > 3)
        let invoke = try observe(Server(Command.vector("bedrock-invoke-model")), "invoke")
        #expect(invoke.failure == nil && Set(invoke.events) == ["chunk"])

        let bytes = try Self.bytes()
        let first = Int(bytes[3])
        let cut = try observe(Server(Self.stream, "--cut-at", "\(first + 20)"))
        #expect(cut.events == ["messageStart"] && ["ProtocolError", "ResponseStreamingError"].contains(cut.failure))
        let flipped = try observe(Server(Self.stream, "--flip-bit", "\(8 * (first + 40))"))
        #expect(flipped.events == ["messageStart"] && flipped.failure == "ChecksumMismatch")
        let stalled = try observe(Server(Self.stream, "--stall-at", "\(first):3600000"))
        #expect(stalled.events == ["messageStart"] && stalled.failure == "ReadTimeoutError")
        let refused = try observe(Server(Self.stream, "--status", "503"))
        #expect(refused.events.isEmpty && refused.failure?.isEmpty == false)
    }

    #if Network
    @Test func ourClientObservesEachFault() throws {
        func request(_ options: String...) throws -> ChildProcess.Result {
            let process = try ChildProcess(Command.program, ["replay", Self.stream] + options)
            let url = try process.readLine()
            return try Command.run("request", url, "--no-sign", "--idle-timeout", "3")
        }
        let whole = try Command.run("decode", Self.stream)
        let bytes = try Self.bytes()
        let first = Int(bytes[3])
        let plain = try request()
        #expect(plain.status == 0 && plain.output == whole.output && plain.error.isEmpty)
        let cut = try request("--cut-at", "\(first + 20)")
        #expect(cut.status == 75 && cut.lines == Array(whole.lines.prefix(1)))
        #expect(cut.error.contains("found the end of the connection, expected the rest of the response"))
        let flipped = try request("--flip-bit", "\(8 * (first + 40))")
        #expect(flipped.status == 65 && flipped.lines == Array(whole.lines.prefix(1)))
        let stalled = try request("--stall-at", "\(first):3600000")
        #expect(stalled.status == 75 && stalled.lines == Array(whole.lines.prefix(1)))
        #expect(stalled.error.contains("found nothing for 3 seconds"), "\(stalled.error)")
        let refused = try request("--status", "503")
        #expect(refused.status == 76 && refused.output.isEmpty && refused.error.contains("found status 503"))
    }
    #endif
}

/// What `eventstream replay` does with clients that behave unusually.
@Suite(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
struct ReplayConnectionTests {
    private static let stream = Command.vector("empty-message")

    private func exchange(_ steps: String, _ options: String...) throws -> String {
        let process = try ChildProcess(Command.program, ["replay", Self.stream] + options)
        let port = try process.readLine().split(separator: ":").last ?? ""
        let result = try ChildProcess.run(
            Peer.env, ["python3", Peer.script("raw_client.py"), String(port), steps])
        guard result.status == 0 else { throw ChildProcess.Failure(description: result.error) }
        // Whatever the client did, the next one is served.
        let next = try ChildProcess.run(
            Peer.env,
            ["python3", Peer.script("raw_client.py"), String(port), #"[["send", "\#(get)"], ["read", 12]]"#])
        #expect(next.text == "\"HTTP/1.1 200\"\n")
        return try JSONDecoder().decode(String.self, from: Data(result.output))
    }

    private let get = #"GET / HTTP/1.1\r\nHost: a\r\n\r\n"#

    private func count(of part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

    @Test func aConnectionServesManyRequests() throws {
        let close = #"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"#
        // One after the other, at once, byte by byte, with a body of each framing, and with empty lines between them.
        let posts = #"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"#
        let chunked = #"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: 1\r\n\r\n"#
        let received = try exchange(
            #"[["send", "\#(get)\#(get)\#(posts)\r\n\#(chunked)"], ["send", "HEAD / HT"], ["send", "TP/1.1\r\n\r"], ["#
                + #""send", "\n\#(close)"], ["read-all"]]"#)
        #expect(count(of: "HTTP/1.1 200 OK\r\n", in: received) == 6)
        // HEAD has no body.
        #expect(count(of: "\r\n0\r\n\r\n", in: received) == 5)
        #expect(count(of: "Connection: close\r\n", in: received) == 1)
    }

    @Test func olderClientsFindTheEndByTheEndOfTheConnection() throws {
        let received = try exchange(#"[["send", "GET / HTTP/1.0\r\n\r\n"], ["read-all"]]"#)
        let parts = received.components(separatedBy: "\r\n\r\n")
        #expect(!received.contains("chunked") && parts.count == 2 && parts[1].unicodeScalars.count == 16)
    }

    @Test func aClientThatHasEndedItsSideIsAnswered() throws {
        let received = try exchange(#"[["send", "\#(get)"], ["end"], ["read-all"]]"#, "--stall-at", "3:100")
        #expect(received.hasSuffix("\r\n0\r\n\r\n"))
        #expect(try exchange(#"[["end"], ["read-all"]]"#) == "")
        #expect(try exchange(#"[["send", "GET / HT"], ["end"], ["read-all"]]"#) == "")
    }

    @Test func aClientMayWaitForContinue() throws {
        let expect = #"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"#
        let received = try exchange(#"[["send", "\#(expect)"], ["read", 25], ["send", "{}"], ["read-all"]]"#)
        #expect(received.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    }

    @Test func whatIsNotARequestIsRefused() throws {
        let long = #"["repeat", "x", 70000]"#
        for (steps, status) in [
            (#"["send", "\u0016\u0003\u0001 hello\r\n\r\n"]"#, "400 Bad Request"),
            (#"["send", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]"#, "505 HTTP Version Not Supported"),
            (#"["send", "GET / HTTP/1.1\r\nno field\r\n\r\n"]"#, "400 Bad Request"),
            (
                #"["send", "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"]"#,
                "400 Bad Request"
            ),
            (#"["send", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]"#, "400 Bad Request"),
            (#"["send", "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"]"#, "501 Not Implemented"),
            (#"["send", "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"]"#, "400 Bad Request"),
            (long, "431 Request Header Fields Too Large"),
        ] {
            let received = try exchange("[\(steps), [\"read-all\"]]")
            #expect(received.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(steps): \(received)")
            #expect(received.contains("Connection: close\r\n"))
        }
    }

    @Test func aClientThatLeavesEndsNothingElse() throws {
        #expect(try exchange(#"[["send", "\#(get)"], ["reset"]]"#, "--stall-at", "3:200") == "")
        #expect(try exchange(#"[["send", "\#(get)"], ["read", 20]]"#) == "HTTP/1.1 200 OK\r\nCon")
    }

    /// Clients that send half a request, or do not read, hold nothing up. Their descriptors are closed when they leave.
    @Test func slowClientsDoNotHoldUpOthersAndNothingLeaks() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([UInt8](repeating: UInt8(ascii: "a"), count: 20 << 20), to: "large")
        let process = try ChildProcess(Command.program, ["replay", file])
        let port = String(try process.readLine().split(separator: ":").last ?? "")
        func client(_ steps: String) throws -> ChildProcess {
            try ChildProcess(Peer.env, ["python3", Peer.script("raw_client.py"), port, steps])
        }
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd").count
        }
        let last = #"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"#
        let before = try descriptors()
        let slow = try (0..<4).map { index in
            let request = index % 2 == 0 ? get : "GET / HT"
            return try client(#"[["send", "\#(request)"], ["read", \#(index % 2 == 0 ? 10 : 0)], ["wait"]]"#)
        }
        let large = try client(#"[["send", "\#(last)"], ["read-all"]]"#).finish()
        #expect(large.status == 0 && large.output.count > 20 << 20, "\(large.error)")
        #expect(try process.peakMemory() < 100 << 20)
        for client in slow { _ = try client.finish(input: Array("\n".utf8)) }
        // The ends of the connections arrive after the ends of the clients.
        let deadline = ContinuousClock.now + .seconds(60)
        while try descriptors() > before, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.005) }
        #expect(try descriptors() == before)
    }
}
