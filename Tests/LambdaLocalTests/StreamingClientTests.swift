import Foundation
import TestSupport
import Testing

/// Responses that arrive while they are written, at the clients that people use.
///
/// Each function writes its first piece and then waits for a file that the client creates when it has that piece. If anything
/// held the piece back, the response would never end.
@Suite(.enabled(if: Client.python.isInstalled, "python3 is not installed"))
struct StreamingClientTests {
    private let folder: TemporaryFolder
    private var hold: String { folder.path("hold") }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func curlPrintsEachPieceAsItComes() throws {
        let lambda = try LocalLambda()
        let curl = try ChildProcess(
            Client.env,
            [
                "curl", "-sSN", "--max-time", "60", "-w",
                "%{http_code} %{content_type} %{time_starttransfer} %{time_total}",
            ]
                + [lambda.url("hello?hold=\(hold)")])
        #expect(try curl.readLine() == "Hello")
        _ = try folder.write([], to: "hold")
        let result = try curl.finish()
        #expect(result.lines.prefix(2) == ["streaming", "world"])
        let words = try #require(result.lines.last).split(separator: " ").map(String.init)
        #expect(words.prefix(2) == ["200", "text/plain"])
        let (first, last) = (try #require(Double(words[2])), try #require(Double(words[3])))
        print("curl: first byte after \(first) s, last byte after \(last) s")
        #expect(last > first)
        #expect(try lambda.line(containing: "GET /hello 200").contains("first byte after"))
        #expect(try lambda.stop() == 0)
    }

    @Test(.enabled(if: Client.boto3.isInstalled, "boto3 is not installed"))
    func boto3ReadsTheEventStream() throws {
        let lambda = try LocalLambda()
        let answer = try SDKAnswer.of(lambda, #"{"do":"hello","hold":"\#(hold)"}"#, hold: hold)
        #expect(answer.status == 200 && answer.version == "$LATEST")
        #expect(answer.first == "Hello\n" && answer.body == "Hello\nstreaming\nworld\n")
        let complete = try #require(answer.complete)
        #expect(complete.ErrorCode == nil && complete.ErrorDetails == nil)
        #expect(complete.LogResult?.hasPrefix("START RequestId: ") == true)
    }

    @Test(.enabled(if: Client.node.isInstalled, "node is not installed"), arguments: ["http", "fetch"])
    func nodeReadsEachPieceAsItComes(how: String) throws {
        let lambda = try LocalLambda()
        let arrival: Client.Arrival = try Client.answer(
            of: "node", "lambda_client.mjs", how, lambda.url("hello?hold=\(hold)"), hold)
        #expect(arrival.status == 200 && arrival.first == "Hello\n" && arrival.body == "Hello\nstreaming\nworld\n")
    }

    @Test func pythonReadsEachPieceAsItComes() throws {
        let lambda = try LocalLambda()
        let arrival: Client.Arrival = try Client.answer(
            of: "python3", "lambda_client.py", "stream", "\(lambda.port)", "/hello?hold=\(hold)", hold)
        #expect(arrival.status == 200 && arrival.first == "Hello\n" && arrival.body == "Hello\nstreaming\nworld\n")
    }

    @Test(.enabled(if: Client.curl.isInstalled, "curl is not installed"))
    func aFunctionInBashStreams() throws {
        let lambda = try LocalLambda(function: LocalLambda.bash)
        let arrival: Client.Arrival = try Client.answer(
            of: "python3", "lambda_client.py", "stream", "\(lambda.port)", "/?hold=\(hold)", hold)
        #expect(arrival.status == 201 && arrival.first == "bash begins\n")
        #expect(arrival.body.hasPrefix("bash begins\nbash goes on\nbash has done, "))
        // It serves a second invocation.
        #expect(try Client.curl(lambda.url("again")).text.hasPrefix("bash begins\n"))
    }

    @Test(.enabled(if: Client.chromium.isInstalled, "chromium is not installed"))
    func chromiumShowsThePageWhileItIsMade() throws {
        let lambda = try LocalLambda()
        // The function holds back the last part of the page. The browser prints what it has after four seconds.
        let result = try ChildProcess.shell(
            #"""
            timeout -k 1 50 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
                --disable-background-networking --user-data-dir="$2/profile" --timeout=4000 --dump-dom "$1" \
                2> "$2/errors"
            """#, lambda.url("page?hold=\(hold)"), folder.url.path)
        #expect(result.text.contains(#"<p id="first">first part</p>"#), "\(result.text.prefix(500))")
        #expect(!result.text.contains("last part"))
        #expect(!lambda.lines().contains { $0.contains("GET /page 200") && !$0.contains("client gone") })
    }
}

/// The result of a call by boto3.
struct SDKAnswer: Decodable {
    var status: Int
    var version: String
    var first: String?
    var body: String
    var complete: Complete?

    /// How the function ended; the keys are those of the service.
    struct Complete: Decodable {
        var ErrorCode: String?
        var ErrorDetails: String?
        var LogResult: String?
    }

    /// Calls `InvokeWithResponseStream`, or `Invoke`.
    static func of(
        _ lambda: LocalLambda, _ payload: String, buffered: Bool = false, hold: String? = nil
    ) throws -> SDKAnswer {
        try Client.answer(
            of: "python3", "lambda_boto3.py",
            ["http://127.0.0.1:\(lambda.port)", payload, buffered ? "buffered" : "stream"] + (hold.map { [$0] } ?? []))
    }
}
