import ArgumentParser

/// `lambda-local`, the command.
struct LambdaLocalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lambda-local",
        abstract: "Run a Lambda function on this machine, with response streaming as in production.",
        usage: """
            lambda-local [--port 9000] [--runtime-port 9001] [--function NAME] [--timeout S] \
            [--host ADDRESS] [--concurrency N] [--production-bandwidth] [-- COMMAND...]
            """,
        discussion: """
            COMMAND is the function: a program that contains a runtime, which finds the Runtime API at \
            $AWS_LAMBDA_RUNTIME_API. It is started again when it ends. Without COMMAND, start any number of runtimes \
            yourself. A browser's request for /favicon.ico is answered with 404 and runs no function.

            EXAMPLES
              A function URL:
                lambda-local -- ./bootstrap
                curl -N http://127.0.0.1:9000/
              The same function for an SDK:
                aws --endpoint-url http://127.0.0.1:9000 lambda invoke --function-name function out.json
              A function under a debugger:
                lambda-local --timeout 900
                AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 lldb ./bootstrap
            """,
        version: "0.1.0"
    )

    @Option(help: "The port of the function URL, Invoke and InvokeWithResponseStream; 0 for any free port.")
    var port = 9_000

    @Option(help: "The port of the Runtime API; with --concurrency N, the first of N ports. 0 for any free ports.")
    var runtimePort = 9_001

    @Option(help: "The function's name.")
    var function = "function"

    @Option(help: "The seconds after which an invocation is ended.")
    var timeout = 60.0

    @Option(
        help: "The address to listen at. Anyone who reaches it can call the function: no signature is required.")
    var host = "127.0.0.1"

    @Option(help: "The number of processes of COMMAND, each with its own Runtime API. Further invocations wait.")
    var concurrency = 1

    @Flag(help: "Limit each streamed response to 6 MiB at once and then 2 MiB per second.")
    var productionBandwidth = false

    @Argument(parsing: .postTerminator, help: "The function: a program and its arguments.")
    var command: [String] = []

    func validate() throws {
        for (name, value) in [("--port", port), ("--runtime-port", runtimePort)] {
            guard (0...65_535).contains(value) else {
                throw ValidationError("found \(name) \(value), expected 0 to 65535")
            }
        }
        guard timeout > 0, timeout <= 900 else {
            throw ValidationError("found --timeout \(timeout), expected more than 0 and at most 900 seconds")
        }
        guard (1...100).contains(concurrency) else {
            throw ValidationError("found --concurrency \(concurrency), expected 1 to 100")
        }
        guard concurrency == 1 || !command.isEmpty else {
            throw ValidationError("found --concurrency without COMMAND, expected COMMAND, which is started as often")
        }
        guard runtimePort == 0 || runtimePort + concurrency <= 65_536 else {
            throw ValidationError("found --runtime-port \(runtimePort), expected \(concurrency) ports from there on")
        }
        let letters = function.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
        guard !function.isEmpty, function.utf8.count <= 64, letters else {
            throw ValidationError("found --function '\(function)', expected 1 to 64 letters, digits, '-' and '_'")
        }
    }

    func run() async throws {
        var failure: StartFailure?
        do {
            try await LambdaLocal(
                host: host, port: port, runtimePort: runtimePort, functionName: function,
                timeout: .milliseconds(Int64(timeout * 1_000)), concurrency: concurrency,
                hasProductionBandwidth: productionBandwidth, command: command
            ).run()
        } catch let error as StartFailure {
            EventLog.note(error.description)
            failure = error
        }
        await ProcessTable.shared.killAll(within: .milliseconds(500))
        for output in [LogOutput.standardOutput, LogOutput.standardError] {
            await output.drain(within: .milliseconds(100))
        }
        if let failure { throw ExitCode(failure.status) }
    }
}
