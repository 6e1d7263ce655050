#if LambdaRuntime
import Foundation
import TestSupport
import Testing

/// The README's function, a program with this package's runtime, under `lambda-local`.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct RuntimeTests {
    private let lambda: LocalLambda
    private let function: ChildProcess

    init() throws {
        lambda = try LocalLambda(function: [])
        function = try ChildProcess(
            Client.env,
            [
                "AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(lambda.runtimePorts[0])",
                Repository.products.appendingPathComponent("readme-function").path,
            ])
    }

    @Test func itIsTheFunctionOfTheREADME() throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
        }
        let source = try text("Tests/LambdaFunctions/ReadmeFunction/main.swift")
        let code = source.components(separatedBy: "#if LambdaRuntime\n")[1].components(separatedBy: "\n#endif")[0]
        #expect(try text("README.md").contains("\n```swift\n\(code)\n```\n"))
        let result = try Client.curl("-w", " %{content_type}", lambda.url())
        #expect(result.text == "Hello world text/plain")
    }

    @Test func askedToEndItFinishesItsInvocation() throws {
        let folder = try TemporaryFolder()
        let first = folder.path("first")
        let client = try ChildProcess(
            Client.env,
            [
                "python3", Repository.root.appendingPathComponent("Tests/CrossChecks/lambda_client.py").path, "stream",
                "\(lambda.port)", "/", first,
            ])
        _ = try lambda.poll("the first piece") { FileManager.default.fileExists(atPath: first) ? true : nil }
        #expect(kill(function.identifier, SIGTERM) == 0)
        let arrival = try JSONDecoder().decode(Client.Arrival.self, from: Data(try client.finish().output))
        #expect(arrival.first == "Hello " && arrival.body == "Hello world")
        #expect(try function.finish().status == 0)
        #expect(try !lambda.line(containing: "GET / 200").contains("Runtime."))
    }

    @Test func askedToEndWhileItWaitsItLeaves() throws {
        #expect(try Client.curl(lambda.url()).text == "Hello world")
        let start = ContinuousClock.now
        #expect(kill(function.identifier, SIGTERM) == 0)
        let result = try function.finish()
        #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
        print("the runtime, idle, left \(ContinuousClock.now - start) after SIGTERM")
        // The next request waits for another runtime.
        let next = try Client.curl("--max-time", "0.3", lambda.url())
        #expect(next.status == 28 && next.text.isEmpty)
    }
}
#endif
