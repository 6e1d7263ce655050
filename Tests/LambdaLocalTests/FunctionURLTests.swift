import Foundation
import TestSupport
import Testing

/// The function URL: requests become events, and the function's output becomes a response.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct FunctionURLTests {
    private let lambda: LocalLambda

    init() throws {
        lambda = try LocalLambda()
    }

    /// An event and its header fields as the function received them.
    private struct Echo: Decodable {
        var event: Event
        var headers: [String: String]

        struct Event: Decodable {
            var version: String
            var rawPath: String
            var rawQueryString: String
            var cookies: [String]?
            var headers: [String: String]
            var queryStringParameters: [String: String]?
            var requestContext: Context
            var body: String?
            var isBase64Encoded: Bool
        }

        struct Context: Decodable {
            var http: [String: String]
            var requestId: String
            var timeEpoch: Int
        }
    }

    @Test func aRequestBecomesAnEvent() throws {
        let result = try Client.curl(
            "-X", "PUT", "-H", "Cookie: a=1; b=2", "-H", "X-Twice: 1", "-H", "X-Twice: 2", "-H",
            "Content-Type: application/json", "-d", #"{"hi":"ü"}"#, lambda.url("echo/a%20b?x=1&x=%26&y=a+b&z"))
        let echo = try JSONDecoder().decode(Echo.self, from: Data(result.output))
        let event = echo.event
        #expect(event.version == "2.0" && event.rawPath == "/echo/a%20b" && event.rawQueryString == "x=1&x=%26&y=a+b&z")
        #expect(event.queryStringParameters == ["x": "1,&", "y": "a b", "z": ""])
        #expect(event.cookies == ["a=1", "b=2"] && event.headers["x-twice"] == "1,2" && event.headers["cookie"] == nil)
        #expect(event.body == #"{"hi":"ü"}"# && !event.isBase64Encoded)
        #expect(event.headers["x-forwarded-for"] == "127.0.0.1" && event.headers["x-forwarded-proto"] == "http")
        #expect(event.headers["x-forwarded-port"] == "\(lambda.port)")
        #expect(event.headers["x-amzn-trace-id"] == echo.headers["Lambda-Runtime-Trace-Id"])
        #expect(event.requestContext.http["method"] == "PUT" && event.requestContext.http["sourceIp"] == "127.0.0.1")
        #expect(echo.headers["Lambda-Runtime-Aws-Request-Id"] == event.requestContext.requestId)
        let deadline = try #require(echo.headers["Lambda-Runtime-Deadline-Ms"].flatMap { Int($0) })
        #expect((59_000...61_000).contains(deadline - event.requestContext.timeEpoch))
        #expect(
            echo.headers["Lambda-Runtime-Invoked-Function-Arn"]
                == "arn:aws:lambda:us-east-1:000000000000:function:function")
        #expect(echo.headers["Lambda-Runtime-Trace-Id"]?.hasPrefix("Root=1-") == true)
    }

    @Test func bytesBecomeBase64() throws {
        let bytes: [UInt8] = [0, 255, 10]
        let result = try ChildProcess.shell(
            #"printf '\000\377\n' | curl -sS --data-binary @- -H 'Content-Type: image/png' "$1""#, lambda.url("echo"))
        let event = try JSONDecoder().decode(Echo.self, from: Data(result.output)).event
        #expect(event.body == Data(bytes).base64EncodedString() && event.isBase64Encoded)
    }

    @Test func thePreludeBecomesTheHead() throws {
        let result = try Client.curl("-i", lambda.url("prelude"))
        let parts = result.text.components(separatedBy: "\r\n\r\n")
        let lines = Set(parts[0].components(separatedBy: "\r\n"))
        #expect(parts[0].hasPrefix("HTTP/1.1 418 "))
        #expect(
            lines.isSuperset(of: [
                "X-One: 1", "X-Many: a", "X-Many: b", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2",
                "Content-Type: text/plain", "Transfer-Encoding: chunked",
            ]))
        // The function's length would contradict the chunks.
        #expect(!lines.contains("Content-Length: 9") && lines.contains("x-amzn-remapped-content-length: 9"))
        #expect(parts[1] == "short and stout")
    }

    @Test func aPreludeWithoutBodyIsAResponse() throws {
        #expect(try Client.status(lambda.url("empty")) == "404")
        #expect(try Client.curl(lambda.url("empty")).output.isEmpty)
    }

    @Test func aPreludeThatIsNoneIsABadGateway() throws {
        #expect(try Client.status(lambda.url("bad-prelude")) == "502")
        #expect(try lambda.line(containing: "GET /bad-prelude 502").contains("Runtime.InvalidResponse"))
    }

    @Test func aResponseWithoutItsPreludeIsABadGateway() throws {
        #expect(try Client.status(lambda.url("no-prelude")) == "502")
        let line = try lambda.line(containing: "GET /no-prelude 502")
        #expect(line.contains("found the end of the body, expected the rest of an HTTP prelude"), "\(line)")
    }

    @Test(arguments: [
        (#"{"statusCode":"204","headers":{"X-A":null,"X-B":1},"cookies":null,"body":null}"#, "204", " 204, "),
        (#"{"statusCode":101}"#, "502", "found statusCode 101, expected 100 to 599 and not 1xx"),
        (#"{"statusCode":600}"#, "502", "found statusCode 600, expected an integer from 100 to 599"),
        (
            #"{"statusCode":200,"headers":{"X-A":{"b":1}}}"#, "502",
            #"found headers \"X-A\" {\"b\":1}, expected a string"#
        ),
    ])
    func preludesAndDescriptionsFollowTheSameRules(description: String, status: String, reason: String) throws {
        for path in ["describe", "prelude-of"] {
            let answer = try Client.curl("-i", "-d", description, "-H", "Content-Type: text/plain", lambda.url(path))
                .text
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(!answer.contains("X-A:") && answer.contains("X-B: 1\r\n") == (status == "204"), "\(answer)")
            #expect(try lambda.line(containing: "POST /\(path) \(status)").contains(reason))
        }
    }

    @Test(arguments: [
        (#"{"statusCode":200,"body":{"a":[1]}}"#, #"found body {\"a\":[1]}, expected a string"#),
        (#"{"statusCode":200,"body":7}"#, "found body 7, expected a string"),
        (#"{"statusCode":200,"body":"?","isBase64Encoded":true}"#, #"found body \"?\" with isBase64Encoded true"#),
        (#"{"statusCode":200,"isBase64Encoded":"yes"}"#, #"found isBase64Encoded \"yes\", expected true or false"#),
    ])
    func aDescriptionThatIsNoneNamesMemberAndValue(description: String, reason: String) throws {
        #expect(try Client.status("-d", description, "-H", "Content-Type: text/plain", lambda.url("describe")) == "502")
        #expect(try lambda.line(containing: "POST /describe 502").contains(reason))
    }

    @Test func aResponseThatCameWholeDescribesItself() throws {
        let result = try Client.curl("-i", lambda.url("described"))
        #expect(result.text.hasPrefix("HTTP/1.1 201 "))
        #expect(result.text.contains("X-Number: 7\r\n") && result.text.contains("Set-Cookie: c=3\r\n"))
        #expect(result.text.hasSuffix("\r\n\r\nhi\n"))
        #expect(result.text.contains("X-Amzn-Trace-Id: Root=1-"))
        let date = try Regex(
            "\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT\r\n")
        #expect(try date.firstMatch(in: result.text) != nil)
        let plain = try Client.curl("-i", lambda.url("print"))
        #expect(plain.text.contains("Content-Type: application/json\r\n") && plain.text.hasSuffix(#""printed""#))
    }

    @Test func anErrorBeforeTheFirstByteIsABadGateway() throws {
        for path in ["fail", "fail-at-once"] {
            #expect(try Client.status(lambda.url(path)) == "502", "\(path)")
        }
        #expect(try lambda.line(containing: "GET /fail 502").contains("Teapot.Cold"))
        #expect(try lambda.line(containing: "GET /fail-at-once 502").contains("Teapot.Broken"))
    }

    @Test func anErrorAfterTheFirstByteCutsTheBodyOff() throws {
        let result = try Client.curl(lambda.url("fail-midway"))
        #expect(result.text == "so far so good\n")
        #expect(result.status == 18, "curl's status for a transfer that ended early")
        let line = try lambda.line(containing: "GET /fail-midway 200")
        #expect(line.contains(#"Teapot.Broken: {"errorType": "Teapot.Broken", "errorMessage": "the \"pot\" broke""#))
    }

    @Test func methodsAndVersionsKeepTheirRules() throws {
        let head = try Client.curl("-I", lambda.url("ping"))
        #expect(head.text.hasPrefix("HTTP/1.1 200 "))
        let old = try Client.curl("-i", "-0", lambda.url("ping"))
        #expect(old.text.contains("Connection: close\r\n") && !old.text.contains("Transfer-Encoding"))
        #expect(old.text.hasSuffix("\r\n\r\npong"))
        // One connection serves them all.
        let twice = try Client.curl("-w", " %{num_connects}\n", lambda.url("ping"), lambda.url("ping"))
        #expect(twice.text == "pong 1\npong 0\n")
    }
}
