#if Network
import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// What a server was asked, as `signing_server.py` prints it.
struct AskedRequest: Decodable {
    var method: String
    var target: String
    var body: String
    var headers: [String: String]
    /// Whether botocore computes the same signature.
    var verified: Bool
    var key: String?
    var region: String?
    var service: String?
    var version: String?
}

/// A TLS server on loopback whose certificate is made for the test, and the environment of its clients.
final class SigningServer {
    let folder: TemporaryFolder
    let process: ChildProcess
    let port: String

    /// The environment of the command: no settings of this machine, and keys of its own.
    var environment = [
        "AWS_ACCESS_KEY_ID=AKIDTEST", "AWS_SECRET_ACCESS_KEY=SECRET", "AWS_SESSION_TOKEN=TOKEN/OF+TEST==",
    ]

    static let isAvailable = Peer.python.isInstalled && Peer.openssl.isInstalled && Peer.hasBotocore

    init(_ how: String, _ content: [UInt8] = []) throws {
        folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("certificate.pem"), folder.path("key.pem"))
        let made = try ChildProcess.run(
            Peer.env,
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=test", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.us-west-2.amazonaws.com", "-keyout", key, "-out",
                certificate,
            ])
        guard made.status == 0 else { throw ChildProcess.Failure(description: made.error) }
        process = try ChildProcess(
            Peer.env,
            [
                "python3", Peer.script("signing_server.py"), how, certificate, key,
                try folder.write(content, to: "content"),
            ])
        port = try process.readLine()
    }

    var url: String { "https://127.0.0.1:\(port)" }
    var certificate: String { folder.path("certificate.pem") }

    /// Starts the command.
    func start(_ arguments: [String]) throws -> ChildProcess {
        let home = ["HOME=\(folder.url.path)", "PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "")"]
        return try ChildProcess(Peer.env, ["-i"] + home + environment + [Command.program.path] + arguments)
    }

    /// Runs `eventstream request` to its end.
    func request(_ path: String = "/", _ options: String...) throws -> ChildProcess.Result {
        try start(["request", url + path, "--ca-file", certificate] + options).finish()
    }

    func asked() throws -> AskedRequest {
        try JSONDecoder().decode(AskedRequest.self, from: Data(try process.readLine().utf8))
    }
}

/// `eventstream request`, against TLS servers on loopback that verify signatures with botocore's code.
@Suite(.enabled(if: SigningServer.isAvailable, "python3, botocore or openssl is not installed"))
struct RequestTests {
    private static let stream = Command.vector("bedrock-converse")
    private static let signing = ["--service", "bedrock", "--region", "eu-west-1"]

    private func content() throws -> [UInt8] { try Repository.bytes(of: URL(fileURLWithPath: Self.stream)) }

    // MARK: Signatures

    @Test func botocoreAcceptsTheSignature() throws {
        let server = try SigningServer("stream", try content())
        let path = "/model/a%3Ab:0/x y/ö?b=2&a=%20&c"
        let result = try server.request(
            path, "--service", "bedrock", "--region", "eu-west-1", "--data", #"{"a":"ö"}"#, "--header",
            "X-Amz-Meta:  two   words ")
        #expect(try result.output == Command.run("decode", Self.stream).output)
        #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
        let asked = try server.asked()
        #expect(asked.verified && asked.method == "POST" && asked.service == "bedrock" && asked.region == "eu-west-1")
        #expect(asked.target == "/model/a%3Ab:0/x%20y/%C3%B6?b=2&a=%20&c")
        #expect(asked.headers["x-amz-security-token"] == "TOKEN/OF+TEST==" && asked.key == "AKIDTEST")
        #expect(asked.headers["accept"] == "application/vnd.amazon.eventstream")
        #expect(asked.headers["content-type"] == "application/json")
        #expect(asked.headers["host"] == "127.0.0.1:\(server.port)")
        #expect(asked.body.unicodeScalars.map { UInt8($0.value) } == Array(#"{"a":"ö"}"#.utf8))

        for (options, method, body) in [
            (["--data", "@" + Self.stream, "--method", "PUT"], "PUT", try content().count), ([], "GET", 0),
            (["--data", ""], "POST", 0), (["--method", "DELETE"], "DELETE", 0),
            (["--service", "s3", "--data", "x", "--header", "Content-Type: text/plain"], "POST", 1),
        ] {
            let command = try server.start(
                ["request", "\(server.url)/a//../b%20c/", "--ca-file", server.certificate] + Self.signing + options)
            #expect(try command.finish().status == 0)
            let asked = try server.asked()
            #expect(asked.verified, "\(options)")
            #expect(asked.method == method && asked.body.unicodeScalars.count == body, "\(options)")
        }
        server.environment.removeLast()
        let data = try server.start(
            ["request", server.url, "--ca-file", server.certificate, "--data", "-"] + Self.signing)
        #expect(try data.finish(input: Array("standard input".utf8)).status == 0)
        let last = try server.asked()
        #expect(last.verified && last.body == "standard input" && last.headers["x-amz-security-token"] == nil)
    }

    @Test func withoutASignatureNothingOfTheAccountIsSent() throws {
        let server = try SigningServer("stream", try content())
        #expect(try server.request("/", "--no-sign", "--header", "authorization: Bearer x").status == 0)
        let asked = try server.asked()
        #expect(!asked.verified && asked.headers["authorization"] == "Bearer x")
        #expect(asked.headers.keys.filter { $0.hasPrefix("x-amz") }.isEmpty)
    }

    // MARK: Responses

    @Test(arguments: ["paused", "h2-paused"])
    func theFirstEventIsPrintedBeforeTheSecondIsSent(how: String) throws {
        guard how == "paused" || Peer.hasHTTP2 else { return }
        let server = try SigningServer(how, try content())
        let command = try server.start(
            ["request", server.url, "--ca-file", server.certificate, "--data", "{}"] + Self.signing)
        let first = try command.readLine()
        #expect(first.contains("messageStart"))
        try server.process.write(Array("go on\n".utf8))
        let rest = try command.finish()
        let whole = try Command.run("decode", Self.stream)
        #expect([first] + rest.lines == whole.lines && rest.status == 0, "\(rest.error)")
        let asked = try server.asked()
        #expect(asked.verified && asked.version == (how == "paused" ? nil : "HTTP/2"))
    }

    @Test(.enabled(if: Peer.hasHTTP2, "Python's h2 is not installed"))
    func aStreamOfHTTP2IsReadToItsEnd() throws {
        let server = try SigningServer("h2", try content())
        let result = try server.request("/?a=b", "--service", "s3", "--region", "x", "--data", "{}")
        #expect(try result.output == Command.run("decode", Self.stream).output)
        #expect(result.status == 0, "\(result.error)")
        let asked = try server.asked()
        #expect(asked.verified && asked.version == "HTTP/2" && asked.target == "/?a=b")
    }

    @Test func contentEncodingsAndOptionsOfDecodeApply() throws {
        let server = try SigningServer("gzip", try content())
        let result = try server.request(
            "/", "--service", "bedrock", "--region", "x", "--format", "payload", "--read-size", "7")
        #expect(try result.output == Command.run("decode", Self.stream, "--format", "payload").output)
        #expect(result.status == 0)
    }

    @Test func aResponseWithoutContentIsEmpty() throws {
        let result = try SigningServer("empty").request("/", "--no-sign")
        #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty)
    }

    @Test func anExceptionInTheStreamDecidesTheStatus() throws {
        let vector = try Repository.bytes(of: URL(fileURLWithPath: Command.vector("bedrock-invoke-model-throttled")))
        let server = try SigningServer("stream", vector)
        #expect(try server.request("/", "--no-sign").status == 0)
        let result = try server.request("/", "--no-sign", "--format", "payload")
        #expect(result.status == 76 && result.error.contains("exception"))
    }

    // MARK: Errors

    @Test func anErrorStatusShowsTheMessageOfItsBody() throws {
        for (how, body, found) in [
            ("json", #"{"__type":"com.amazon#BadException","message":"no\nmodel"}"#, "400 BadException: no\\nmodel"),
            ("json", #"{"Message":"no access"}"#, "400: no access"),
            ("json", #"{"error":{"type":"bad","message":"wrong"}}"#, "400 bad: wrong"),
            (
                "xml",
                "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>A &lt;b&gt; &amp;amp; c</Message></Error>",
                "403 AccessDenied: A <b> &amp; c"
            ),
            ("text", "<p>\u{1b}[31mbusy", "503: <p>\\u{1b}[31mbusy"), ("text", "", "503"),
        ] {
            let server = try SigningServer(how, Array(body.utf8))
            let result = try server.request("/path?X-Amz-Signature=1", "--no-sign")
            #expect(result.status == 76 && result.output.isEmpty)
            #expect(result.error == "eventstream: \(server.url)/path: found status \(found), expected status 2xx\n")
        }
        let exception = try Repository.bytes(of: URL(fileURLWithPath: Command.vector("bedrock-invoke-model-throttled")))
        let result = try SigningServer("events", exception).request("/", "--no-sign")
        #expect(result.status == 76 && result.error.contains("found status 500"), "\(result.error)")
    }

    /// The second server is not asked: nothing listens there.
    @Test func aRedirectIsNotFollowed() throws {
        let result = try SigningServer("redirect").request("/", "--service", "x", "--region", "y")
        #expect(result.status == 76)
        let found = "found status 307 to https://127.0.0.1:1/other, which is not followed, expected status 2xx"
        #expect(result.error.contains(found))
    }

    @Test func secretsAreNeverPrinted() throws {
        let server = try SigningServer("echo")
        let result = try server.request("/", "--service", "x", "--region", "y", "--header", "x-api-key: PRIVATE-KEY")
        #expect(result.status == 76 && result.output.isEmpty)
        #expect(result.error.contains("403 InvalidSignatureException: wrong signature for"))
        #expect(result.error.contains("X-Amz-Security-Token:(secret)"), "\(result.error)")
        for secret in ["SECRET", "TOKEN/OF+TEST==", "PRIVATE-KEY"] { #expect(!result.error.contains(secret)) }

        // Usage errors do not repeat arguments that may be secrets.
        for arguments in [
            ["https://user:PASSWORD@host/"], ["ftp://host/PASSWORD"], ["https://host", "--header", "PASSWORD"],
            ["https://host", "--header", "A: PASSWORD\u{1}"], ["https://host", "--header", "PASS WORD: PASSWORD"],
        ] {
            let result = try server.start(["request"] + arguments).finish()
            #expect(result.status == 64 && !result.error.contains("PASSWORD"), "\(result.error)")
        }
    }

    @Test func connectionsThatFailAreSaid() throws {
        let cut = try SigningServer("cut", try content()).request("/", "--no-sign")
        #expect(cut.status == 75 && cut.lines.count == 1, "\(cut.error)")
        #expect(cut.error.hasSuffix("found the end of the connection, expected the rest of the response\n"))

        let silent = try SigningServer("silent").request("/", "--no-sign", "--idle-timeout", "0.2")
        #expect(silent.status == 69 && silent.error.hasSuffix("found no response for 0.2 seconds\n"))
        let stalled = try SigningServer("stall", try content()).request("/", "--no-sign", "--idle-timeout", "3")
        #expect(stalled.status == 75 && stalled.lines.count == 1)
        #expect(stalled.error.hasSuffix("found nothing for 3 seconds, expected the rest of the response\n"))

        let port = try RefusingPort().number
        let refused = try Command.run("request", "https://127.0.0.1:\(port)/a?b", "--no-sign")
        #expect(refused.status == 69)
        #expect(refused.error == "eventstream: https://127.0.0.1:\(port)/a: Connection refused\n")
        if Peer.hasHTTP2 {
            let reset = try SigningServer("h2-reset", try content()).request("/", "--no-sign")
            #expect(reset.status == 75 && reset.lines.count == 1, "\(reset.error)")
        }
    }

    @Test func aCertificateIsVerified() throws {
        let server = try SigningServer("stream", try content())
        let unknown = try server.start(["request", server.url, "--no-sign"]).finish()
        #expect(unknown.status == 69 && unknown.output.isEmpty)
        #expect(unknown.error.contains("found a TLS certificate that cannot be verified"), "\(unknown.error)")
        // Another name for the same address.
        let other = try server.start(
            ["request", "https://127.0.0.2:\(server.port)", "--no-sign", "--ca-file", server.certificate]
        ).finish()
        #expect(other.status == 69)
        server.environment.append("AWS_CA_BUNDLE=\(server.certificate)")
        #expect(try server.start(["request", server.url, "--no-sign"]).finish().status == 0)
        let none = try server.request("/", "--no-sign", "--ca-file", Self.stream)
        #expect(none.status == 65 && none.error.contains("expected certificates in PEM"))
        #expect(try server.request("/", "--no-sign", "--ca-file", "/no/such/file").status == 66)
    }

    @Test func wrongUseIs64() throws {
        let server = try SigningServer("stream")
        for arguments in [
            [], ["host"], ["https://"], ["https://h:0"], ["https://h/", "--method", "A B"],
            ["https://h/", "--header", "Content-Length: 1"], ["https://h/", "--header", "Authorization: x"],
            ["https://h/", "--no-sign", "--service", "x"], ["https://h/", "--connect-timeout", "0"],
            ["https://h/", "--service", "x"], ["https://h/", "--region", "x"],
        ] {
            let result = try server.start(["request"] + arguments).finish()
            #expect(result.status == 64 && result.output.isEmpty, "\(arguments): \(result.error)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
    }
}
#endif
