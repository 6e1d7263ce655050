import Foundation
import TestSupport

/// A running `lambda-local`, on ports that were free, with a function behind it.
final class LocalLambda {
    private let process: ChildProcess
    private let folder: TemporaryFolder
    private let log: URL

    /// The port of the function URL, `Invoke` and `InvokeWithResponseStream`.
    let port: Int

    /// The ports of the Runtime APIs.
    let runtimePorts: [Int]

    /// The function in Python's standard library.
    static let python = ["python3", function("function.py")]

    /// The function in bash and curl.
    static let bash = [function("bootstrap.sh")]

    /// The path of a function of the tests.
    static func function(_ name: String) -> String {
        Repository.root.appendingPathComponent("Tests/LambdaFunctions/\(name)").path
    }

    /// Starts `lambda-local` and waits until it listens.
    convenience init(_ options: String..., function: [String] = LocalLambda.python) throws {
        try self.init(options, function: function)
    }

    /// Starts `lambda-local` and waits until it listens.
    init(_ options: [String], function: [String]) throws {
        folder = try TemporaryFolder()
        log = folder.url.appendingPathComponent("log")
        let command = function.isEmpty ? [] : ["--"] + function
        process = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"),
            [
                "-c", #"exec "${@:2}" > "$1" 2>&1"#, "bash", log.path, Self.program.path, "--port", "0",
                "--runtime-port", "0",
            ]
                + options + command)
        let concurrency = options.firstIndex(of: "--concurrency").flatMap { Int(options[$0 + 1]) } ?? 1
        port = try Self.ports(after: "function URL: ", count: 1, process, log)[0]
        runtimePorts = try Self.ports(after: "Runtime API: ", count: concurrency, process, log)
    }

    private static func ports(after text: String, count: Int, _ process: ChildProcess, _ log: URL) throws -> [Int] {
        try poll(process, log, "\(count) lines with \(text)") {
            let lines = lines(of: log).filter { $0.contains(text) }
            let ports = lines.compactMap { $0.split(separator: ":").last }.compactMap { Int($0.prefix { $0.isNumber }) }
            return ports.count >= count ? ports : nil
        }
    }

    /// Whether this machine has the loopback address of IPv6.
    static let hasIPv6 =
        (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))?
        .contains("00000000000000000000000000000001 ") ?? false

    static let program = Repository.products.appendingPathComponent("lambda-local")

    /// The function URL, or a path under it.
    func url(_ path: String = "") -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// The URL of `InvokeWithResponseStream`.
    var streamingInvocations: String { url("2021-11-15/functions/function/response-streaming-invocations") }

    /// The URL of `Invoke`.
    var invocations: String { url("2015-03-31/functions/function/invocations") }

    /// What it and the function have printed so far, by lines.
    func lines() -> [String] { Self.lines(of: log) }

    /// Waits for a line with `text` in it and returns it.
    func line(containing text: String) throws -> String {
        try line(containing: [text])
    }

    /// Waits for a line with each of `texts` in it and returns it.
    func line(containing texts: [String]) throws -> String {
        try poll("a line with \(texts)") { lines().first { line in texts.allSatisfy(line.contains) } }
    }

    /// Asks again and again until there is an answer; throws after half a minute, or when `lambda-local` has ended.
    func poll<Answer>(_ expected: String, _ question: () throws -> Answer?) throws -> Answer {
        try Self.poll(process, log, expected, question)
    }

    /// The number of its files and sockets that are open.
    func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd").count
    }

    /// The most memory that it has had in RAM, in bytes.
    func peakMemory() throws -> Int { try process.peakMemory() }

    /// Asks it to end, and waits until it has.
    ///
    /// - Returns: Its exit status.
    func stop() throws -> Int32 {
        kill(process.identifier, SIGTERM)
        return try process.finish().status
    }

    private static func lines(of file: URL) -> [String] {
        let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static func poll<Answer>(
        _ process: ChildProcess, _ log: URL, _ expected: String, _ question: () throws -> Answer?
    ) throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            // Asked after it has been seen to run, so that its last words count.
            let status = process.exitStatus
            if let answer = try question() { return answer }
            guard status == nil, ContinuousClock.now < deadline else {
                let found = status.map { "the end of lambda-local with status \($0)" } ?? "half a minute without it"
                throw ChildProcess.Failure(
                    description: """
                        found \(found), expected \(expected). It printed:
                        \(lines(of: log).suffix(50).joined(separator: "\n"))
                        """)
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
