import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Chunked bodies between this library and other HTTP implementations, over loopback.
@Suite(.enabled(if: Peer.curl.isInstalled, "curl is not installed"))
struct HTTPPeerTests {
    /// The served content: binary, and long enough for many chunks.
    private func content() -> [UInt8] {
        var generator = SeededGenerator(seed: 6)
        return generator.bytes(300_000)
    }

    /// Fetches `url` with its framing, and decodes that.
    private func fetch(_ url: String, _ options: String...) throws -> ChunkedVector.Outcome {
        let script = #"set -o pipefail; curl --raw -sS --max-time 30 "${@:2}" | "$1" chunked decode --json"#
        let result = try ChildProcess.run(
            Peer.env, ["bash", "-c", script, "bash", Command.program.path, url] + options)
        #expect(result.status == 0, "\(result.error)")
        return try JSONDecoder().decode(ChunkedVector.Outcome.self, from: Data(result.output))
    }

    @Test(.enabled(if: Peer.node.isInstalled, "node is not installed"))
    func whatNodeServesIsDecoded() throws {
        let (content, folder) = (content(), try TemporaryFolder())
        let server = try Peer.node.start("chunked_server.mjs", try folder.write(content, to: "content"))
        let outcome = try fetch("http://127.0.0.1:\(try server.readLine())/")
        #expect(Array(outcome.body) == content && outcome.chunks > 20)
        #expect(outcome.trailers == [["X-Length", "300000"]])
        #expect(try server.finish().status == 0)
    }

    @Test(.enabled(if: Peer.python.isInstalled, "python3 is not installed"))
    func whatPythonServesIsDecoded() throws {
        let (content, folder) = (content(), try TemporaryFolder())
        let server = try Peer.python.start("loopback_server.py", "chunked", try folder.write(content, to: "content"))
        let outcome = try fetch("http://127.0.0.1:\(try server.readLine())/")
        #expect(Array(outcome.body) == content)
        #expect(outcome.trailers == [["X-Length", "300000"]])
        #expect(outcome.extensions.count == outcome.chunks && outcome.extensions.first?.name == "number")
        #expect(try server.finish().status == 0)
    }

    @Test(.enabled(if: Peer.nginx.isInstalled, "nginx is not installed"))
    func whatNginxServesIsDecoded() throws {
        let (content, folder) = (content(), try TemporaryFolder())
        _ = try folder.write(content, to: "content")
        let socket = folder.path("socket")
        // Server-side includes leave the length open, so that nginx sends chunks.
        let configuration = """
            daemon off; master_process off; pid \(folder.path("pid")); error_log stderr notice;
            events {}
            http {
                access_log off; client_body_temp_path \(folder.path("a")); proxy_temp_path \(folder.path("b"));
                fastcgi_temp_path \(folder.path("c")); uwsgi_temp_path \(folder.path("d"));
                scgi_temp_path \(folder.path("e"));
                server { listen unix:\(socket); root \(folder.url.path); ssi on; ssi_types *; }
            }
            """
        let file = try folder.write(Array(configuration.utf8), to: "nginx.conf")
        let script = #"exec nginx -c "$0" -p "$1" -e stderr 2>&1"#
        let server = try ChildProcess(Peer.env, ["bash", "-c", script, file, folder.url.path])
        // nginx logs this after it has opened its socket.
        try server.waitForLine(containing: "event method")
        let outcome = try fetch("http://localhost/content", "--unix-socket", socket)
        #expect(Array(outcome.body) == content && outcome.chunks > 1)
        kill(server.identifier, SIGTERM)
        #expect(try server.finish().status == 0)
    }

    /// Writes a chunked body with extensions and a trailer to a file.
    private func encoded(_ content: [UInt8], in folder: TemporaryFolder) throws -> String {
        var encoder = ChunkedEncoder()
        var body: [UInt8] = []
        for (number, piece) in stride(from: 0, to: content.count, by: 7_001).enumerated() {
            let data = Array(content[piece..<min(piece + 7_001, content.count)])
            let extensions = number % 2 == 0 ? [ChunkExtension("n", "a \"quoted\" \(number)")] : []
            try encoder.append(data, extensions: extensions, to: &body)
        }
        try encoder.finish(trailers: [ChunkedTrailer("X-Length", "\(content.count)")], to: &body)
        return try folder.write(body, to: "encoded")
    }

    @Test(.enabled(if: Peer.python.isInstalled && Peer.node.isInstalled, "python3 or node is not installed"))
    func whatWeEncodeIsParsedByOthers() throws {
        let (content, folder) = (content(), try TemporaryFolder())
        let server = try Peer.python.start("loopback_server.py", "raw", try encoded(content, in: folder))
        let url = "http://127.0.0.1:\(try server.readLine())/"

        struct Answer: Decodable {
            var body: Data
            var trailers: [String]
        }
        let node = try Peer.node.start("chunked_client.mjs", url).finish()
        let answer = try JSONDecoder().decode(Answer.self, from: Data(node.output))
        #expect(Array(answer.body) == content && answer.trailers == ["X-Length", "300000"])

        // Python's client validates trailers and drops them.
        let script =
            "import sys,urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1], timeout=30).read())"
        #expect(try ChildProcess.run(Peer.env, ["python3", "-c", script, url]).output == content)

        let headers = folder.path("headers")
        let curl = try ChildProcess.run(Peer.env, ["curl", "-sS", "--max-time", "30", "-D", headers, url])
        #expect(curl.output == content)
        let text = try String(contentsOfFile: headers, encoding: .utf8)
        #expect(text.contains("X-Length: 300000"))
        #expect(try server.finish().status == 0)
    }
}

/// A program of another project, in `PATH`.
struct Peer {
    static let env = URL(fileURLWithPath: "/usr/bin/env")
    static let curl = Peer("curl", "--version")
    static let jq = Peer("jq", "--version")
    static let node = Peer("node", "--version")
    static let python = Peer("python3", "--version")
    static let nginx = Peer("nginx", "-v")
    static let openssl = Peer("openssl", "version")

    /// Whether Python has botocore, boto3 and an implementation of HTTP/2.
    static let hasBotocore = canImport("botocore.auth")
    static let hasBoto3 = canImport("boto3")
    static let hasHTTP2 = canImport("h2.connection")

    private static func canImport(_ module: String) -> Bool {
        (try? ChildProcess.run(env, ["python3", "-c", "import \(module)"]).status) == 0
    }

    private let name: String

    /// Whether it can be run.
    let isInstalled: Bool

    private init(_ name: String, _ argument: String) {
        self.name = name
        isInstalled = (try? ChildProcess.run(Self.env, [name, argument]).status) == 0
    }

    /// The path of a script of Tests/CrossChecks.
    static func script(_ name: String) -> String {
        Repository.root.appendingPathComponent("Tests/CrossChecks/\(name)").path
    }

    /// Starts it on a script of Tests/CrossChecks.
    func start(_ script: String, _ arguments: String...) throws -> ChildProcess {
        try ChildProcess(Self.env, [name, Self.script(script)] + arguments)
    }
}
