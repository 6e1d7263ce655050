import Foundation
import TestSupport

/// Programs of other projects, used as clients.
struct Client {
    static let curl = Client("curl --version")
    static let python = Client("python3 --version")
    static let boto3 = Client("python3 -c 'import boto3'")
    static let aws = Client("aws --version")
    static let node = Client("node --version")
    static let chromium = Client("chromium --version")

    /// Whether it can be run.
    let isInstalled: Bool

    private init(_ line: String) {
        isInstalled = (try? ChildProcess.shell(line).status) == 0
    }

    static let env = URL(fileURLWithPath: "/usr/bin/env")

    /// Runs curl, which prints only errors, for at most a minute.
    static func curl(_ arguments: String...) throws -> ChildProcess.Result {
        try ChildProcess.run(
            env, ["curl", "-sS", "--max-time", "60"] + arguments)
    }

    /// Returns the status that curl receives.
    static func status(_ arguments: String...) throws -> String {
        try ChildProcess.run(
            env,
            ["curl", "-s", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}"] + arguments
        ).text
    }

    /// Runs a script of Tests/CrossChecks and decodes the JSON that it prints.
    static func answer<Answer: Decodable>(
        of interpreter: String, _ script: String, _ arguments: String...
    ) throws -> Answer {
        try answer(of: interpreter, script, arguments)
    }

    /// Runs a script of Tests/CrossChecks and decodes the JSON that it prints.
    static func answer<Answer: Decodable>(
        of interpreter: String, _ script: String, _ arguments: [String]
    ) throws -> Answer {
        let result = try run(interpreter, script, arguments)
        guard result.status == 0 else { throw Failure(description: "\(script): \(result.error)\(result.text)") }
        return try JSONDecoder().decode(Answer.self, from: Data(result.output))
    }

    /// Runs a script of Tests/CrossChecks.
    static func run(
        _ interpreter: String, _ script: String, _ arguments: [String], input: [UInt8] = []
    ) throws -> ChildProcess.Result {
        let path = Repository.root.appendingPathComponent("Tests/CrossChecks/\(script)").path
        return try ChildProcess.run(env, [interpreter, path] + arguments, input: input)
    }

    /// The output of a script that failed.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// A streamed response as a client saw it.
    struct Arrival: Decodable {
        var status: Int

        /// What had arrived before the client let the function continue.
        var first: String?

        var body: String
    }
}
