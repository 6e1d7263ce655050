import Dispatch
import FoundationEssentials
import Glibc
import NIOCore
import SystemPackage

/// The local Lambda: the ports, the queue between them, and the function's processes.
struct LambdaLocal {
    var host: String
    var port: Int
    var runtimePort: Int
    var functionName: String
    var timeout: Duration
    var concurrency: Int
    var hasProductionBandwidth: Bool
    var command: [String]

    /// Serves until the process is asked to end (SIGINT, SIGTERM).
    ///
    /// - Throws: ``StartFailure`` when it cannot begin.
    func run() async throws {
        let function = FunctionName(name: functionName, region: Self.region)
        let environments = (0..<concurrency).map { ExecutionEnvironment(number: $0, isSupervised: !command.isEmpty) }
        let queue = InvocationQueue(timeout: timeout, environments: environments)
        let run = InvocationRun(queue: queue, hasProductionBandwidth: hasProductionBandwidth)
        let (background, continuation) = AsyncStream.makeStream(of: Invocation.self)
        let clients = ClientAPI(queue: queue, function: function, run: run, background: continuation)

        let listener = try await listen(port)
        var runtimes: [(environment: ExecutionEnvironment, listener: Listener)] = []
        for environment in environments {
            let port = runtimePort == 0 ? 0 : runtimePort + environment.number
            runtimes.append((environment, try await listen(port)))
        }
        announce(listener, runtimes.map(\.listener))

        // The first to throw ends the others; a request to end throws nothing that is an error.
        struct EndRequested: Error {}
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await listener.run(clients.serve) }
                for (environment, listener) in runtimes {
                    let api = RuntimeAPI(environment: environment, queue: queue, functionARN: function.arn)
                    group.addTask { try await listener.run(api.serve) }
                    guard !command.isEmpty else { continue }
                    let process = FunctionProcess(
                        command: command, variables: variables(runtimePort: listener.port), environment: environment,
                        queue: queue)
                    group.addTask { try await process.run() }
                }
                group.addTask { await run.events(background) }
                group.addTask {
                    await Self.requestToEnd()
                    throw EndRequested()
                }
            }
        } catch is EndRequested {}
    }

    private func listen(_ port: Int) async throws -> Listener {
        do {
            return try await Listener(host: host, port: port)
        } catch {
            let reason = (error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(error)"
            throw StartFailure(status: StartFailure.unavailable, description: "\(host):\(port): \(reason)")
        }
    }

    private func announce(_ clients: Listener, _ runtimes: [Listener]) {
        let root = "http://\(host):\(clients.port)"
        EventLog.note("function URL: \(root)/")
        EventLog.note(
            "InvokeWithResponseStream: \(root)/2021-11-15/functions/\(functionName)/response-streaming-invocations")
        EventLog.note("Invoke: \(root)/2015-03-31/functions/\(functionName)/invocations")
        for runtime in runtimes { EventLog.note("Runtime API: \(host):\(runtime.port)") }
    }

    /// What Lambda puts into a function's environment (developer guide, "Defined runtime environment variables"), as
    /// far as it has a meaning here.
    private func variables(runtimePort: Int) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let address = ["0.0.0.0", "::"].contains(host) ? "127.0.0.1" : host
        var variables = [
            "AWS_LAMBDA_RUNTIME_API": "\(address):\(runtimePort)",
            "AWS_LAMBDA_FUNCTION_NAME": functionName,
            "AWS_LAMBDA_FUNCTION_VERSION": FunctionName.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        ]
        let defaults = [
            "AWS_REGION": Self.region, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "_HANDLER": "function.handler",
            "LAMBDA_TASK_ROOT": FileManager.default.currentDirectoryPath,
        ]
        for (name, value) in defaults where own[name] == nil { variables[name] = value }
        return variables
    }

    private static var region: String {
        let own = ProcessInfo.processInfo.environment
        return own["AWS_REGION"] ?? own["AWS_DEFAULT_REGION"] ?? "us-east-1"
    }

    /// Returns when the process is asked to end.
    private static func requestToEnd() async {
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { signal in
            // The default action would come first.
            _ = Glibc.signal(signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signal)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in requests { break }
        for source in sources { source.cancel() }
    }
}
