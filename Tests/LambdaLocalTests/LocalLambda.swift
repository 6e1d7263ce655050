import Foundation
import TestSupport

/// A running `lambda-local` with a function, on ports that the system has chosen.
final class LocalLambda {
    private let process: ChildProcess

    /// The lines that have been read.
    private var log: [String] = []

    /// The port of the function URL, `Invoke` and `InvokeWithResponseStream`.
    private(set) var port = 0

    /// The ports of the Runtime APIs.
    private(set) var runtimePorts: [Int] = []

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
    ///
    /// - Parameters:
    ///   - options: Options of `lambda-local`.
    ///   - function: The function, a program and its arguments; none if empty.
    ///   - launcher: A program and its arguments that executes the command line that follows them.
    init(_ options: [String], function: [String], launcher: [String] = []) throws {
        let command = function.isEmpty ? [] : ["--"] + function
        process = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", #"exec "$@" 2>&1"#, "bash"] + launcher + [Self.program.path, "--port", "0", "--runtime-port", "0"]
                + options + command)
        let concurrency = options.firstIndex(of: "--concurrency").flatMap { Int(options[$0 + 1]) } ?? 1
        port = try port(in: line(containing: "function URL: "))
        for _ in 0..<concurrency { runtimePorts.append(try port(in: nextLine(containing: "Runtime API: "))) }
    }

    private func port(in line: String) throws -> Int {
        let port = line.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
        guard let port else { throw ChildProcess.Failure(description: "found '\(line)', expected a port") }
        return port
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

    /// The number of its process.
    var identifier: Int32 { process.identifier }

    /// Returns the lines that it and the function have printed so far.
    func lines() -> [String] {
        while let line = try? process.printedLine() { log.append(line) }
        return log
    }

    /// Waits for a line with `text` in it and returns it.
    func line(containing text: String) throws -> String {
        try line(containing: [text])
    }

    /// Waits for a line that contains all of `texts` and returns it. The line may have been read before.
    func line(containing texts: [String]) throws -> String {
        if let line = log.first(where: { line in texts.allSatisfy(line.contains) }) { return line }
        while true {
            let line = try nextLine()
            if texts.allSatisfy(line.contains) { return line }
        }
    }

    /// Waits for `count` lines that contain `text`, including those that have been read before.
    @discardableResult
    func lines(_ count: Int, containing text: String) throws -> [String] {
        var found = log.filter { $0.contains(text) }
        while found.count < count { found.append(try nextLine(containing: text)) }
        return found
    }

    /// Waits for a line with `text` in it, which has not been read yet.
    func nextLine(containing text: String) throws -> String {
        while true {
            let line = try nextLine()
            if line.contains(text) { return line }
        }
    }

    /// Waits for a line that has not been read yet.
    func nextLine() throws -> String {
        guard let line = try process.nextLine() else {
            throw ChildProcess.Failure(
                description: """
                    found the end of lambda-local, expected a line. It printed:
                    \(log.suffix(50).joined(separator: "\n"))
                    """)
        }
        log.append(line)
        return line
    }

    /// Waits for the next bytes, which need not be a line.
    func read(_ count: Int) throws -> String { String(decoding: try process.read(count), as: UTF8.self) }

    /// Calls `question` until it returns an answer. Throws after half a minute, or if `lambda-local` has ended.
    func poll<Answer>(_ expected: String, _ question: () throws -> Answer?) throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            if let answer = try question() { return answer }
            guard process.exitStatus == nil, ContinuousClock.now < deadline else {
                throw ChildProcess.Failure(
                    description: "found \(process.exitStatus.map { "status \($0)" } ?? "none"), expected \(expected)")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    /// Returns the number of its open files and sockets.
    func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd").count
    }

    /// Returns its peak memory in RAM, in bytes.
    func peakMemory() throws -> Int { try process.peakMemory() }

    /// Sends a signal to it.
    func send(_ signal: Int32) {
        kill(process.identifier, signal)
    }

    /// Sends a signal to it, waits until it has ended, and reads the rest of its lines.
    ///
    /// - Returns: Its exit status.
    @discardableResult
    func stop(by signal: Int32 = SIGTERM) throws -> Int32 {
        send(signal)
        return try finish()
    }

    /// Waits until it has ended, and reads the rest of its lines.
    ///
    /// - Returns: Its exit status; the signal's number if a signal has ended it.
    func finish() throws -> Int32 {
        let status = try process.finish().status
        _ = lines()
        return status
    }

    /// Waits until it has ended, and leaves the rest of its lines unread.
    ///
    /// - Returns: Its exit status.
    func finishUnread() throws -> Int32 { try process.waitForEnd() }

    /// Closes the read end of its output.
    func closeOutput() { process.closeOutput() }
}
