#if Network
import Foundation
import TestSupport
import Testing

/// Where `eventstream request` finds credentials, the service and the region, and how it uses proxies.
///
/// A proxy answers the requests to http URLs itself, and its log has what was sent.
@Suite(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
struct RequestAccountTests {
    private struct Logged: Decodable {
        var connect: String
        var line: String
        var headers: [String: String]

        /// The access key, the region and the service in the signature; nil without one.
        var scope: [String]? {
            let credential = headers["authorization"]?.split(separator: "=").dropFirst().first
            let parts = credential?.split(separator: "/").map(String.init)
            return parts.map { [$0[0], $0[2], $0[3]] }
        }
    }

    /// A proxy, a home folder, and commands that see nothing else of this machine.
    private struct Machine {
        let folder: TemporaryFolder
        let proxy: ChildProcess
        let port: String

        init(target: String = "-", login: String? = nil) throws {
            folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder.path(".aws"), withIntermediateDirectories: true)
            proxy = try ChildProcess(
                Peer.env, ["python3", Peer.script("connect_proxy.py"), target] + (login.map { [$0] } ?? []))
            port = try proxy.readLine()
        }

        func run(_ environment: [String], _ arguments: [String]) throws -> ChildProcess.Result {
            let base = [
                "HOME=\(folder.url.path)", "PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
                "http_proxy=http://127.0.0.1:\(port)",
            ]
            return try ChildProcess.run(Peer.env, ["-i"] + base + environment + [Command.program.path] + arguments)
        }

        /// Runs a request that reaches the proxy, and returns what the proxy got.
        func request(_ environment: [String], _ arguments: String...) throws -> Logged {
            let result = try run(environment, ["request"] + arguments)
            guard result.status == 0 else {
                throw ChildProcess.Failure(description: "\(result.status): \(result.error)")
            }
            return try logged()
        }

        func logged() throws -> Logged {
            try JSONDecoder().decode(Logged.self, from: Data(try proxy.readLine().utf8))
        }
    }

    private static let keys = ["AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=SECRET"]
    private static let host = "http://bedrock-runtime.eu-west-1.amazonaws.com/"

    // MARK: Hosts

    /// Names of hosts, signing names and regions.
    private static let hosts = [
        ("bedrock-runtime.eu-west-1.amazonaws.com", "bedrock", "eu-west-1"),
        ("bedrock-runtime-fips.us-east-1.amazonaws.com", "bedrock", "us-east-1"),
        ("bedrock-agent-runtime.us-west-2.api.aws", "bedrock", "us-west-2"),
        ("bedrock-agentcore.us-west-2.amazonaws.com", "bedrock-agentcore", "us-west-2"),
        ("transcribestreaming.us-gov-west-1.amazonaws.com", "transcribe", "us-gov-west-1"),
        ("transcribestreaming-fips.ca-central-1.amazonaws.com", "transcribe", "ca-central-1"),
        ("runtime.lex.us-east-1.amazonaws.com", "lex", "us-east-1"),
        ("runtime-v2-lex.ap-southeast-2.amazonaws.com", "lex", "ap-southeast-2"),
        ("runtime.sagemaker.us-east-1.amazonaws.com", "sagemaker", "us-east-1"),
        ("runtime-fips.sagemaker.us-east-1.amazonaws.com", "sagemaker", "us-east-1"),
        ("kinesis.cn-north-1.amazonaws.com.cn", "kinesis", "cn-north-1"),
        ("kinesis.cn-north-1.api.amazonwebservices.com.cn", "kinesis", "cn-north-1"),
        ("123456789012.data-kinesis.us-east-1.amazonaws.com", "kinesis", "us-east-1"),
        ("streaming-logs.us-east-1.amazonaws.com", "logs", "us-east-1"),
        ("lambda.us-isob-east-1.sc2s.sgov.gov", "lambda", "us-isob-east-1"),
        ("abc123.lambda-url.eu-central-1.on.aws", "lambda", "eu-central-1"),
        ("abc123.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
        ("s3.us-west-2.amazonaws.com", "s3", "us-west-2"), ("s3.amazonaws.com", "s3", "us-east-1"),
        ("my.bucket.s3.eu-west-3.amazonaws.com", "s3", "eu-west-3"), ("bucket.s3.amazonaws.com", "s3", "us-east-1"),
        ("bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"), ("my-app-1.s3.amazonaws.com", "s3", "us-east-1"),
        ("bucket.s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("bucket.s3-fips.us-east-2.amazonaws.com", "s3", "us-east-2"),
        ("bucket.s3-fips.dualstack.us-east-2.amazonaws.com", "s3", "us-east-2"),
        ("name-123456789012.s3-accesspoint.us-east-1.amazonaws.com", "s3", "us-east-1"),
        ("name-123456789012.s3-object-lambda.us-east-1.amazonaws.com", "s3-object-lambda", "us-east-1"),
        ("bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express", "us-east-1"),
        ("search-name.us-east-1.es.amazonaws.com", "es", "us-east-1"),
        ("vpce-1a2b.bedrock-runtime.us-east-1.vpce.amazonaws.com", "bedrock", "us-east-1"),
        ("BEDROCK-RUNTIME.EUSC-DE-EAST-1.amazonaws.eu", "bedrock", "eusc-de-east-1"),
    ]

    @Test func hostsNameServiceAndRegion() throws {
        let machine = try Machine()
        for (host, service, region) in Self.hosts {
            let scope = try machine.request(Self.keys, "http://\(host)/").scope
            #expect(scope == ["ENV", region, service], "\(host)")
        }
    }

    /// Every endpoint that botocore knows.
    @Test(.enabled(if: Peer.hasBoto3, "boto3 is not installed"))
    func hostsOfBotocoreHaveTheirSigningNames() throws {
        let script = """
            import boto3, json
            for name in ["bedrock-agent-runtime", "bedrock-runtime", "iotsitewise", "kinesis", "lambda", "lex-runtime",
                         "lexv2-runtime", "logs", "polly", "qbusiness", "rekognition", "s3", "sagemaker-runtime"]:
                keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
                meta = boto3.client(name, region_name="us-west-2", **keys).meta
                print(meta.endpoint_url.split("://")[1], meta.service_model.signing_name)
            """
        let machine = try Machine()
        let lines = try ChildProcess.run(Peer.env, ["python3", "-c", script]).lines
        #expect(lines.count == 13)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            #expect(try machine.request(Self.keys, "http://\(words[0])/").scope == ["ENV", "us-west-2", words[1]])
        }
    }

    @Test func theRegionIsFoundInOrder() throws {
        let machine = try Machine()
        _ = try machine.folder.write(Array("[default]\nregion = profile-region-1\n".utf8), to: ".aws/config")
        let other = "http://example.com/"
        func region(_ environment: [String], _ options: String...) throws -> String? {
            let result = try machine.run(Self.keys + environment, ["request", "--service", "x"] + options)
            return result.status == 0 ? try machine.logged().scope?[1] : "\(result.status): \(result.error)"
        }
        #expect(try region(["AWS_REGION=a", "AWS_DEFAULT_REGION=b"], Self.host) == "eu-west-1")
        #expect(try region(["AWS_REGION=a"], Self.host, "--region", "c") == "c")
        #expect(try region(["AWS_REGION=a", "AWS_DEFAULT_REGION=b"], other) == "a")
        #expect(try region(["AWS_DEFAULT_REGION=b"], other) == "b")
        #expect(try region([], other) == "profile-region-1")
        let none = try region(["AWS_PROFILE=none"], other)
        #expect(none?.hasPrefix("64: eventstream: http://example.com/: found no region") == true)
    }

    // MARK: Credentials

    @Test func credentialsAreFoundInOrder() throws {
        let machine = try Machine()
        let credentials = """
            # comment
            [default]
            aws_access_key_id = DEFAULT
            aws_secret_access_key=SECRET
            [other]\r
            AWS_ACCESS_KEY_ID=OTHER\r
            aws_secret_access_key = SECRET\r
            aws_session_token = TOKEN=\r
            [half]
            aws_access_key_id = HALF
            """
        let config = """
            [default]
            region = us-east-1
            s3 =
              aws_access_key_id = NESTED
            [profile process]
            credential_process = cat ~/process.json
            aws_access_key_id = LATER
            aws_secret_access_key = SECRET
            [profile "with space"]
            aws_access_key_id = SPACE
            aws_secret_access_key = SECRET
            [profile other]
            credential_process = false
            [profile sso]
            sso_session = x
            """
        let output =
            #"{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"SECRET","SessionToken":"T","#
            + #""Expiration":"2999-01-01T00:00:00.5+01:00"}"#
        _ = try machine.folder.write(Array(output.utf8), to: "process.json")
        _ = try machine.folder.write(Array(credentials.utf8), to: ".aws/credentials")
        _ = try machine.folder.write(Array(config.utf8), to: ".aws/config")
        #expect(try machine.request(Self.keys, Self.host).scope?[0] == "ENV")
        #expect(try machine.request(Self.keys + ["AWS_PROFILE=other"], Self.host).scope?[0] == "ENV")
        #expect(try machine.request([], Self.host).scope?[0] == "DEFAULT")
        let other = try machine.request(["AWS_PROFILE=other"], Self.host)
        #expect(other.scope?[0] == "OTHER" && other.headers["x-amz-security-token"] == "TOKEN=")
        #expect(try machine.request(["AWS_PROFILE=other"], Self.host, "--profile", "default").scope?[0] == "DEFAULT")
        let process = try machine.request([], Self.host, "--profile", "process")
        #expect(process.scope?[0] == "PROCESS" && process.headers["x-amz-security-token"] == "T")
        #expect(try machine.request([], Self.host, "--profile", "with space").scope?[0] == "SPACE")
        let named = ["AWS_SHARED_CREDENTIALS_FILE=\(machine.folder.path(".aws/config"))", "AWS_CONFIG_FILE=/dev/null"]
        #expect(try machine.run(named, ["request", Self.host]).status == 77)

        for (environment, profile, found) in [
            ([], "none", "found neither AWS_ACCESS_KEY_ID nor the profile none in"),
            ([], "half", "profile half: found one of aws_access_key_id and aws_secret_access_key, expected both"),
            ([], "sso", "found no keys and no credential_process in the profile sso"),
            (["AWS_ACCESS_KEY_ID=ENV"], "default", "found AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY"),
            (["HOME=/nowhere"], "default", "found neither AWS_ACCESS_KEY_ID nor the profile default in /nowhere/.aws/"),
        ] {
            let result = try machine.run(environment, ["request", Self.host, "--profile", profile])
            #expect(result.status == 77 && result.output.isEmpty && result.error.contains(found), "\(result.error)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
    }

    @Test func aCredentialProcessThatFailsIsSaidWithoutItsOutput() throws {
        let machine = try Machine()
        let keys = #""Version":1,"AccessKeyId":"A","SecretAccessKey":"SECRET""#
        for (command, found) in [
            ("echo SECRET; exit 3", "found exit status 3, expected 0"), ("kill -9 $$", "found exit status 137"),
            ("echo '{SECRET}'", "found output that is not JSON"),
            ("echo '{\"AccessKeyId\":\"SECRET\"}'", "found output without \"Version\": 1"),
            ("echo '{\"Version\":1,\"AccessKeyId\":\"SECRET\"}'", "found no AccessKeyId or no SecretAccessKey"),
            ("echo '{\(keys),\"Expiration\":\"2020-01-01T00:00:00Z\"}'", "found credentials that have expired"),
            ("echo '{\(keys),\"Expiration\":\"soon\"}'", "found an Expiration that is not a date"),
        ] {
            _ = try machine.folder.write(Array("[default]\ncredential_process = \(command)\n".utf8), to: ".aws/config")
            let result = try machine.run([], ["request", Self.host])
            #expect(result.status == 77 && result.output.isEmpty && !result.error.contains("SECRET"), "\(result.error)")
            #expect(result.error.contains("profile default: credential_process: \(found)"), "\(result.error)")
        }
    }

    // MARK: Proxies

    @Test func proxiesOfTheEnvironmentAreUsed() throws {
        let machine = try Machine(login: "user:pass word")
        let proxy = "http://user:pass%20word@127.0.0.1:\(machine.port)/"
        let logged = try machine.request(["http_proxy=", "HTTP_PROXY=\(proxy)"], "http://example.com/a?b", "--no-sign")
        #expect(logged.connect == "CONNECT example.com:80 HTTP/1.1" && logged.line == "GET /a?b HTTP/1.1")
        let other = try machine.request(["http_proxy=", "all_proxy=\(proxy)"], "http://example.com/", "--no-sign")
        #expect(other.line == "GET / HTTP/1.1")

        let wrong = try machine.run([], ["request", "http://example.com/", "--no-sign"])
        #expect(wrong.status == 69)
        #expect(wrong.error.contains("the proxy requires a user and a password"), "\(wrong.error)")
        let secure = try machine.run(
            ["HTTPS_PROXY=http://127.0.0.1:\(machine.port)"], ["request", "https://example.com/", "--no-sign"])
        #expect(secure.status == 69)
        #expect(secure.error.contains("the proxy requires a user and a password"), "\(secure.error)")
        for value in ["socks5://PASSWORD@127.0.0.1", "http://PASSWORD@:x"] {
            let result = try machine.run(["https_proxy=\(value)"], ["request", "https://example.com/", "--no-sign"])
            #expect(
                result.status == 64 && result.error.hasPrefix("eventstream: https_proxy: found "), "\(result.error)")
            #expect(!result.error.contains("PASSWORD"))
        }
    }

    @Test func someHostsNeedNoProxy() throws {
        let refusing = try RefusingPort().number
        let machine = try Machine()
        for (exceptions, isDirect) in [
            ("127.0.0.1", true), ("*", true), ("a.b, 127.0.0.1:\(refusing)", true), ("127.0.0.1:1", false),
            ("27.0.0.1", false), (".example.com,localhost", false),
        ] {
            let result = try machine.run(
                ["NO_PROXY=\(exceptions)"], ["request", "http://127.0.0.1:\(refusing)/", "--no-sign"])
            #expect(result.status == (isDirect ? 69 : 0), "\(exceptions): \(result.error)")
        }
    }

    @Test(.enabled(if: SigningServer.isAvailable, "python3, botocore or openssl is not installed"))
    func aProxyConnectsToASecureServer() throws {
        let stream = try Repository.bytes(of: URL(fileURLWithPath: Command.vector("bedrock-converse")))
        let server = try SigningServer("stream", stream)
        let machine = try Machine(target: server.port)
        let result = try machine.run(
            Self.keys + ["https_proxy=127.0.0.1:\(machine.port)"],
            ["request", "https://bedrock-runtime.us-west-2.amazonaws.com/", "--ca-file", server.certificate])
        #expect(result.status == 0 && result.lines.count > 3, "\(result.error)")
        #expect(try machine.logged().connect == "CONNECT bedrock-runtime.us-west-2.amazonaws.com:443 HTTP/1.1")
        let asked = try server.asked()
        #expect(asked.verified && asked.service == "bedrock" && asked.region == "us-west-2")
    }

    // MARK: lambda invoke

    @Test(.enabled(if: SigningServer.isAvailable, "python3, botocore or openssl is not installed"))
    func functionsAreInvokedWithASignature() throws {
        let stream = try Command.invokeResponse(["Hello, ", "world!"])
        let server = try SigningServer("stream", stream)
        let region = "AWS_REGION=us-west-2"
        server.environment += ["AWS_CA_BUNDLE=\(server.certificate)", "AWS_ENDPOINT_URL=\(server.url)/base/"]
        func invoke(_ arguments: String...) throws -> AskedRequest {
            let result = try server.start(["lambda", "invoke"] + arguments).finish()
            #expect(result.status == 0 && result.text == "Hello, world!", "\(result.error)")
            return try server.asked()
        }
        let path = "/2021-11-15/functions/"
        let end = "/response-streaming-invocations"
        let arn = "arn:aws:lambda:us-west-2:123456789012:function:name:live"
        let named = try invoke("--function", "name", "--region", "us-east-2", "--data", #"{"a":1}"#)
        #expect(named.verified && named.service == "lambda" && named.region == "us-east-2")
        #expect(named.body == #"{"a":1}"#)
        #expect(named.target == "/base\(path)name\(end)" && named.headers["x-amz-log-type"] == "Tail")
        let full = try invoke("--function", arn)
        #expect(full.verified && full.region == "us-west-2")
        let encoded = "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Aname%3Alive"
        #expect(full.target == "/base\(path)\(encoded)\(end)")
        server.environment += [region, "AWS_ENDPOINT_URL_LAMBDA=\(server.url)"]
        #expect(try invoke("--function", "name:1").target == "\(path)name%3A1\(end)")
        let url = try invoke("\(server.url)\(path)other\(end)?Qualifier=2", "--ca-file", server.certificate)
        #expect(url.verified && url.target == "\(path)other\(end)?Qualifier=2" && url.region == "us-west-2")
        #expect(try invoke(server.url).target == "\(path)function\(end)")

        for arguments in [
            [], ["--function", "a/b"], ["--function", "arn:aws:s3:::x"], ["file", "--function", "name"],
            ["--function", arn, "--region", "us-east-1"], ["http://127.0.0.1:1", "--region", "x"],
            [Command.vector("empty-stream"), "--profile", "x"],
        ] {
            #expect(try server.start(["lambda", "invoke"] + arguments).finish().status == 64, "\(arguments)")
        }
    }

    @Test(.enabled(if: SigningServer.isAvailable, "python3, botocore or openssl is not installed"))
    func aFunctionThatIsRefusedIs76AndAnAccountThatIsMissing77() throws {
        let server = try SigningServer("json", Array(#"{"Message":"Function not found: SECRET"}"#.utf8))
        server.environment += [
            "AWS_CA_BUNDLE=\(server.certificate)", "AWS_ENDPOINT_URL=\(server.url)", "AWS_REGION=x-y-1",
        ]
        let refused = try server.start(["lambda", "invoke", "--function", "name"]).finish()
        #expect(refused.status == 76 && refused.output.isEmpty)
        #expect(refused.error.hasSuffix("found status 400: Function not found: (secret), expected status 2xx\n"))
        server.environment.removeFirst(3)
        let missing = try server.start(["lambda", "invoke", "--function", "name"]).finish()
        #expect(missing.status == 77 && missing.output.isEmpty && missing.error.split(separator: "\n").count == 1)
    }

    /// Without an endpoint in the environment, the host is that of the region.
    @Test func functionsAreAtTheHostOfTheirRegion() throws {
        let machine = try Machine()
        for (function, host) in [
            ("arn:aws:lambda:eu-west-1:123456789012:function:name", "lambda.eu-west-1.amazonaws.com:443"),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:name", "lambda.cn-north-1.amazonaws.com.cn:443"),
        ] {
            let environment = Self.keys + ["https_proxy=http://127.0.0.1:\(machine.port)"]
            _ = try machine.run(environment, ["lambda", "invoke", "--function", function])
            #expect(try machine.logged().connect == "CONNECT \(host) HTTP/1.1")
        }
    }
}
#endif
