import Foundation
import TestSupport
import Testing

/// Peers that send invalid HTTP or disconnect.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct HostilePeerTests {
    private let lambda: LocalLambda

    init() throws {
        lambda = try LocalLambda()
    }

    /// Sends bytes on a new connection, and returns the answer.
    private func answer(to request: String, port: Int? = nil, closesHalf: Bool = false) throws -> String {
        try Client.run(
            "python3", "lambda_client.py", ["raw", "\(port ?? lambda.port)"] + (closesHalf ? ["half"] : []),
            input: Array(request.utf8)
        ).text
    }

    private static let refused = [
        ("GET\r\n\r\n", "400", "expected METHOD TARGET HTTP/1.1"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400", "expected METHOD TARGET HTTP/1.1"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400", "expected a field"),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", "400", "expected CRLF"),
        ("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "400", "expected a path"),
        ("GET / HTTP/1.1\r\n\r\n", "400", "found 0 Host fields, expected one"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", "found 2 Host fields, expected one"),
        // Neither has an end of its head, and both peers wait for an answer.
        ("\u{16}\u{3}\u{1}\u{1}", "400", "found 0x16 as TLS begins, expected http://"),
        ("GET /\u{0}", "400", "found 0x00 in the request's head"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400",
            "one statement of the length"
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400", "expected one number"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400", "expected one number"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501", "expected chunked"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 x", "400", "byte 2: found 0x78"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello", "400", "byte 0: found 0x2d"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "400",
            "expected a chunk size of at most 7fffffffffffffff"
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", "413", "RequestTooLargeException"),
        ("GET / HTTP/1.1\r\nHost: a\nX: b", "400", "byte 23: found LF (0x0a), expected CRLF"),
        ("GET / HTTP/1.1\r\nHost: a\rX: b", "400", "byte 23: found CR (0x0d) without LF, expected CRLF"),
        // Read to its end before the connection is closed. Otherwise a reset could discard the answer.
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 200_000), "431", "more than 65536 bytes"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 65_536) + "\r\n\r\n", "431",
            "more than 65536 bytes"
        ),
    ]

    @Test func whatIsNoRequestIsRefused() throws {
        for (request, status, reason) in Self.refused {
            let answer = try answer(to: request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(80)): \(answer)")
            #expect(answer.contains(reason), "\(request.prefix(80)): \(answer)")
        }
        _ = try lambda.line(containing: "a request of 127.0.0.1: 431, found a head of more than 65536 bytes")
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
    }

    @Test(arguments: [
        ("Content-Length:", "400"), ("Content-Length: ,", "400"), ("Content-Length: 0,", "400"),
        ("Content-Length: 0\r\nContent-Length: 0", "400"), ("Content-Length: 0\r\nContent-Length: 5", "400"),
        ("Content-Length: +0", "400"), ("Content-Length: 0 0", "400"), ("Content-Length: 0x0", "400"),
        ("Content-Length: 18446744073709551616", "400"), ("Transfer-Encoding:", "400"),
        ("Transfer-Encoding: ,", "400"), ("Transfer-Encoding: identity", "400"), ("Transfer-Encoding: chunked,", "400"),
        ("Transfer-Encoding: chunked, identity", "400"), ("Transfer-Encoding: gzip, chunked", "501"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "501"),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", "400"),
    ])
    func anAmbiguousLengthEndsTheConnection(field: String, status: String) throws {
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        for port in [lambda.port, lambda.runtimePorts[0]] {
            let answer = try answer(to: "POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n\(smuggled)", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.components(separatedBy: "HTTP/1.1 \(status) ").count == 2, "\(answer)")
            #expect(answer.components(separatedBy: "\r\nContent-Length: ").count == 2, "\(answer)")
        }
        #expect(!lambda.lines().contains { $0.contains("/smuggled") })
    }

    @Test func whoClosesItsHalfIsAnswered() throws {
        // A client that seems to have left does not wait for a runtime, so the runtime must be waiting already.
        _ = try lambda.poll("an answer") {
            let answer = try answer(to: "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n", closesHalf: true)
            return answer.hasSuffix("pong\r\n0\r\n\r\n") ? true : nil
        }
        for request in ["GET /pi", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"] {
            let answer = try answer(to: request, closesHalf: true)
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("found the end of the stream"), "\(answer)")
        }
    }

    @Test func requestsInOnePieceAreAnsweredInTurn() throws {
        let ping = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"
        let invoke = "/2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: a\r\n"
        let last = "GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        #expect(try answer(to: ping + ping + ping + last).components(separatedBy: "pong").count == 5)
        // The body of a refused request is not parsed as a request.
        for (refused, status) in [
            ("GET \(invoke)Content-Length: 4\r\n\r\nBODY", "404"),
            ("POST \(invoke)X-Amz-Invocation-Type: Never\r\nContent-Length: 2\r\n\r\n{}", "400"),
            ("POST \(invoke)X-Amz-Log-Type: All\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "400"),
        ] {
            let answer = try answer(to: refused + last)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.hasSuffix("pong\r\n0\r\n\r\n"), "\(answer)")
        }
        let runtime = lambda.runtimePorts[0]
        let wrong = "POST /2018-06-01/runtime/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nBODY"
        let answer = try answer(
            to: wrong + "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: runtime)
        #expect(answer.components(separatedBy: "HTTP/1.1 404 ").count == 3, "\(answer)")
    }

    @Test func whoWaitsForTheRequestToBeWantedIsTold() throws {
        let request =
            "POST /ping HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %\r\nConnection: close\r\n\r\n"
        let wanted = try answer(to: request.replacing("%", with: "3"), closesHalf: true)
        #expect(wanted.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 "), "\(wanted)")
        let result = try Client.curl("-H", "Expect: 100-continue", "-d", "abc", lambda.url("ping"))
        #expect(result.text == "pong" && result.status == 0)
        let unwanted = try answer(to: request.replacing("%", with: "30000000"))
        #expect(unwanted.hasPrefix("HTTP/1.1 413 "), "\(unwanted)")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd"), "no /proc"))
    func noConnectionIsLeftBehind() throws {
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        let before = try lambda.openDescriptors()
        let folder = try TemporaryFolder()
        let result = try Client.run("python3", "lambda_client.py", ["abandon", "\(lambda.port)", folder.path("hold")])
        #expect(result.status == 0, "\(result.error)")
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        // The function's own connections change.
        _ = try lambda.poll("\(before) open files again") { try lambda.openDescriptors() <= before + 1 ? true : nil }
    }
}
