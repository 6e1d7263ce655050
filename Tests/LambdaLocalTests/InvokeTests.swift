import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `Invoke` and `InvokeWithResponseStream`, as SDKs see them.
@Suite(.enabled(if: Client.python.isInstalled, "python3 is not installed"))
struct InvokeTests {
    private let lambda: LocalLambda

    init() throws {
        lambda = try LocalLambda()
    }

    @Test(.enabled(if: Client.boto3.isInstalled, "boto3 is not installed"))
    func boto3IsToldOfErrors() throws {
        for (what, code, body) in [
            ("fail", "Teapot.Cold", ""), ("fail-midway", "Teapot.Broken", "so far so good\n"),
            ("die", "Runtime.ExitError", "so far so good\n"),
            ("cut", "Runtime.TruncatedResponse", "so far so good\nnot thirty-two"),
        ] {
            let answer = try SDKAnswer.of(lambda, #"{"do":"\#(what)"}"#)
            #expect(answer.body == body && answer.complete?.ErrorCode == code, "\(what): \(answer)")
            let details = try #require(answer.complete?.ErrorDetails)
            #expect(details.contains(#""errorType""#) && details.contains(code), "\(details)")
        }
    }

    @Test(.enabled(if: Client.boto3.isInstalled, "boto3 is not installed"))
    func boto3ReadsAResponseWhole() throws {
        let answer = try SDKAnswer.of(lambda, #"{"do":"prelude"}"#, buffered: true)
        // For callers of the API, the prelude is part of the payload.
        #expect(answer.status == 200 && answer.version == "$LATEST" && answer.complete?.ErrorCode == nil)
        #expect(
            answer.body.hasPrefix(#"{"statusCode": 418"#) && answer.body.hasSuffix("\0\0\0\0\0\0\0\0short and stout"))
        for what in ["fail", "fail-midway"] {
            let failed = try SDKAnswer.of(lambda, #"{"do":"\#(what)"}"#, buffered: true)
            #expect(failed.complete?.ErrorCode == "Unhandled" && failed.body.contains(#""errorType": "Teapot."#))
        }
    }

    @Test(.enabled(if: Client.aws.isInstalled, "the AWS CLI is not installed"))
    func theCommandLineInterfaceInvokes() throws {
        let folder = try TemporaryFolder()
        let result = try ChildProcess.shell(
            #"""
            export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
            aws --endpoint-url "$1" lambda invoke --function-name function --payload "$2" --log-type Tail \
                --cli-read-timeout 60 "$3"
            """#, lambda.url(), #"{"do":"print"}"#, folder.path("out"))
        #expect(result.status == 0, "\(result.error)")
        #expect(try Repository.bytes(of: folder.url.appendingPathComponent("out")) == Array(#""printed""#.utf8))
        struct Answer: Decodable {
            var StatusCode: Int
            var ExecutedVersion: String
            var LogResult: Data
        }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output))
        #expect(answer.StatusCode == 200 && answer.ExecutedVersion == "$LATEST")
        #expect(String(decoding: answer.LogResult, as: UTF8.self).contains("\nsomething for the log\n"))
    }

    /// Returns the answer to a POST, as curl receives it.
    private func post(_ path: String, _ arguments: String..., body: String = "{}") throws -> ChildProcess.Result {
        try ChildProcess.run(
            Client.env, ["curl", "-sSi", "--max-time", "60", "-d", body] + arguments + [lambda.url(path)])
    }

    private static let invoke = "2015-03-31/functions/function/invocations"
    private static let stream = "2021-11-15/functions/function/response-streaming-invocations"

    @Test(
        .enabled(if: Client.curl.isInstalled, "curl is not installed"),
        arguments: [
            (invoke, "", "no JSON", "400", "InvalidRequestContentException"),
            (invoke, "", #"{"a":1,}"#, "400", "InvalidRequestContentException"),
            (stream, "", #"{"a":01}"#, "400", "InvalidRequestContentException"),
            (invoke, "", "\u{feff}{}", "400", "InvalidRequestContentException"),
            (invoke, "", "{}{}", "400", "InvalidRequestContentException"),
            (invoke, "", "{\0}\0", "400", "InvalidRequestContentException"),
            (stream, "", "{", "400", "InvalidRequestContentException"),
            ("2015-03-31/functions/other/invocations", "", "{}", "404", "ResourceNotFoundException"),
            ("2015-03-31/functions/function/invocations?Qualifier=7", "", "{}", "404", "ResourceNotFoundException"),
            (invoke, "X-Amz-Invocation-Type: Never", "{}", "400", "InvalidParameterValueException"),
            (stream, "X-Amz-Invocation-Type: Event", "{}", "400", "InvalidParameterValueException"),
            (invoke, "X-Amz-Log-Type: All", "{}", "400", "InvalidParameterValueException"),
            (invoke, "X-Amz-Client-Context: bm9uZQ==", "{}", "400", "InvalidParameterValueException"),
            (stream, "X-Amz-Client-Context: {}", "{}", "400", "InvalidParameterValueException"),
        ])
    func badRequestsAreNamed(path: String, field: String, body: String, status: String, type: String) throws {
        let answer = try post(path, "-H", field, body: body)
        #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "), "\(answer.text)")
        #expect(answer.text.contains("X-Amzn-ErrorType: \(type)\r\n") && answer.text.contains(#""Message":"#))
    }

    @Test(
        .enabled(if: Client.curl.isInstalled, "curl is not installed"),
        arguments: [
            ("GET", "2015-03-31/functions/"), ("GET", "2015-03-31/functions"),
            ("DELETE", "2015-03-31/functions/function"),
            ("GET", "2015-03-31/functions/function/policy"), ("PUT", "2015-03-31/functions/function/code"),
            ("POST", "2014-11-13/functions/function/invoke-async/"), ("GET", "2021-10-31/functions/function/url"),
            ("POST", "2015-03-31/functions/function/invocations/"), ("GET", invoke), ("GET", stream),
            ("GET", "2018-10-31/layers"), ("POST", "2020-06-30/code-signing-configs/"), ("POST", "9999-99-99/"),
        ])
    func otherOperationsRunNoFunction(method: String, path: String) throws {
        let answer = try post(path, "-X", method)
        #expect(answer.text.hasPrefix("HTTP/1.1 404 "), "\(answer.text)")
        #expect(answer.text.lowercased().contains("\r\nx-amzn-errortype: unknownoperationexception\r\n"))
        #expect(answer.text.contains(#""Type":"User""#) && answer.text.contains(#""Message":"found \#(method) "#))
        #expect(!lambda.lines().contains { $0.contains(" 200") })
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theFunctionIsDescribed() throws {
        struct Function: Decodable, Equatable {
            var FunctionName, FunctionArn, Handler, Runtime, State, LastUpdateStatus, Version: String
            var MemorySize, Timeout: Int
        }
        let expected = Function(
            FunctionName: "function", FunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:function",
            Handler: "function.handler", Runtime: "provided.al2023", State: "Active", LastUpdateStatus: "Successful",
            Version: "$LATEST", MemorySize: 128, Timeout: 60)
        let whole = try Client.curl(lambda.url("2015-03-31/functions/function"))
        let wrapped = try JSONDecoder().decode([String: Function].self, from: Data(whole.output))
        #expect(wrapped == ["Configuration": expected])
        let configuration = try Client.curl(lambda.url("2015-03-31/functions/function:$LATEST/configuration"))
        #expect(try JSONDecoder().decode(Function.self, from: Data(configuration.output)) == expected)
        let other = try Client.curl("-i", lambda.url("2015-03-31/functions/other"))
        #expect(other.text.hasPrefix("HTTP/1.1 404 ") && other.text.contains("ResourceNotFoundException"))
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theBrowsersIconIsNoInvocation() throws {
        let icon = lambda.url("favicon.ico")
        #expect(try Client.status("-H", "Sec-Fetch-Dest: image", icon) == "404")
        #expect(!lambda.lines().contains { $0.contains(" /favicon.ico") })
        // For other clients, it is a path like any other.
        #expect(try Client.status(icon) == "200")
        #expect(try Client.status("-H", "Sec-Fetch-Dest: image", lambda.url("a/favicon.ico")) == "200")
        _ = try lambda.line(containing: "GET /favicon.ico 200")
    }

    /// The log tail of an invocation.
    private func logTail(of body: String, _ lambda: LocalLambda) throws -> String {
        let answer = try Client.curl("-i", "-H", "X-Amz-Log-Type: Tail", "-d", body, lambda.invocations).text
        let field = answer.components(separatedBy: "\r\n").first { $0.hasPrefix("X-Amz-Log-Result: ") }
        let data = Data(base64Encoded: String(field?.dropFirst(18) ?? ""))
        return String(decoding: try #require(data), as: UTF8.self)
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theLogEndsWithWholeLines() throws {
        let first = try logTail(of: #"{"do":"mumble"}"#, lambda).components(separatedBy: "\n")
        #expect(first.count == 5 && first[0].hasPrefix("START RequestId: ") && first[1] == "no line feed")
        #expect(first[2].hasPrefix("END RequestId: ") && first[4].isEmpty)
        let report = try Regex(
            "REPORT RequestId: [0-9a-f-]{36}\tDuration: [0-9]+\\.[0-9]{2} ms\tBilled Duration: [0-9]+ ms\t"
                + "Memory Size: 128 MB\tMax Memory Used: ([0-9]+) MB\t(Init Duration: [0-9]+\\.[0-9]{2} ms\t)?")
        let match = try #require(try report.wholeMatch(in: first[3]), "\(first[3])")
        // A process of Python.
        #expect((2...500).contains(Int(match.output[1].substring ?? "") ?? 0), "\(first[3])")
        #expect(match.output[2].substring != nil, "the first invocation of a process reports its start")
        let second = try logTail(of: #"{"do":"ping"}"#, lambda).components(separatedBy: "\n")
        #expect(try report.wholeMatch(in: second[2])?.output[2].substring == .some(nil), "\(second)")
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theLogTellsHowAFunctionWasEnded() throws {
        let exit = try logTail(of: #"{"do":"exit/42"}"#, lambda)
        #expect(exit.contains(" Error: Runtime exited with error: exit status 42\nRuntime.ExitError\nEND "), "\(exit)")
        let quiet = try logTail(of: #"{"do":"exit/0"}"#, lambda)
        #expect(quiet.contains(" Error: Runtime exited without providing a reason\n"), "\(quiet)")
        let timeout = try logTail(of: #"{"do":"hang"}"#, LocalLambda("--timeout", "1"))
        #expect(timeout.contains(" Error: Task timed out after 1.00 seconds\nEND "), "\(timeout)")
        #expect(timeout.hasSuffix("\tStatus: timeout\t\n"), "\(timeout)")
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func anExitIsReportedInLambdasWords() throws {
        let answer = try post(Self.invoke, body: #"{"do":"exit/42"}"#).text
        let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
        let id = try #require(answer.components(separatedBy: "X-Amzn-RequestId: ").last?.prefix(36))
        #expect(
            body
                == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \#(id) Error: "#
                + #"Runtime exited with error: exit status 42"}"#)
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theFunctionHasLambdasEnvironment() throws {
        let answer = try Client.curl("-d", #"{"do":"environment"}"#, lambda.invocations)
        let environment = try JSONDecoder().decode([String: String].self, from: Data(answer.output))
        #expect(environment["AWS_LAMBDA_RUNTIME_API"] == "127.0.0.1:\(lambda.runtimePorts[0])")
        #expect(environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/function")
        for name in [
            "AWS_DEFAULT_REGION", "AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "TZ",
        ] {
            #expect(environment[name] != nil, "\(name)")
        }
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func namesAndTypesOfInvocation() throws {
        for name in [
            "function", "function:$LATEST", "000000000000:function:function",
            "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Afunction",
        ] {
            let answer = try post("2015-03-31/functions/\(name)/invocations", body: #"{"do":"ping"}"#)
            #expect(answer.text.hasPrefix("HTTP/1.1 200 ") && answer.text.hasSuffix("pong"), "\(answer.text)")
        }
        #expect(try post(Self.invoke, "-H", "X-Amz-Invocation-Type: DryRun").text.hasPrefix("HTTP/1.1 204 "))
        let event = try post(Self.invoke, "-H", "X-Amz-Invocation-Type: Event", body: #"{"do":"ping"}"#)
        #expect(event.text.hasPrefix("HTTP/1.1 202 "))
        #expect(try lambda.line(containing: "Invoke, as an event 202").contains("4 bytes"))
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func aClientsContextStaysInItsField() throws {
        let context = Data("{\"custom\":\r\n\"X-Evil: 1\"}".utf8).base64EncodedString()
        let answer = try post(Self.invoke, "-H", "X-Amz-Client-Context: \(context)", body: #"{"do":"echo"}"#)
        #expect(
            answer.text.contains(#""Lambda-Runtime-Client-Context": "{\"custom\":  \"X-Evil: 1\"}""#), "\(answer.text)")
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func payloadsHaveTheirLimits() throws {
        let tooLarge = try ChildProcess.shell(
            #"head -c 6291457 /dev/zero | curl -sSi -H Expect: --data-binary @- "$1""#, lambda.invocations)
        #expect(tooLarge.text.hasPrefix("HTTP/1.1 413 ") && tooLarge.text.contains("RequestTooLargeException"))
        // 6 MiB and 100 bytes of response, its two quotation marks included.
        let longest = try post(Self.invoke, body: #"{"do":"buffered/6291554"}"#)
        #expect(longest.text.hasSuffix("x\"") && !longest.text.contains("X-Amz-Function-Error"))
        let tooLong = try post(Self.invoke, body: #"{"do":"buffered/6291555"}"#)
        #expect(tooLong.text.contains("X-Amz-Function-Error: Unhandled\r\n"))
        #expect(tooLong.text.contains("Function.ResponseSizeTooLarge"))
        #expect(try lambda.line(containing: "the Runtime API answers 413").contains("RequestEntityTooLarge"))
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func theEventStreamIsByteForByteThatOfLambda() throws {
        let bytes = try ChildProcess.run(
            Client.env, ["curl", "-sS", "-d", #"{"do":"ping"}"#, lambda.streamingInvocations]
        ).output
        let chunk: EventStreamHeaders = [
            ":event-type": "PayloadChunk", ":content-type": "application/octet-stream", ":message-type": "event",
        ]
        let end: EventStreamHeaders = [
            ":event-type": "InvokeComplete", ":content-type": "application/json", ":message-type": "event",
        ]
        let expected =
            try EventStreamMessage(headers: chunk, payload: Array("pong".utf8)).encoded()
            + EventStreamMessage(headers: end, payload: Array("{}".utf8)).encoded()
        #expect(bytes == expected)
    }
}
