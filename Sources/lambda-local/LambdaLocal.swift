import FoundationEssentials
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

    /// Serves until the process is asked to end (see ``Program``).
    ///
    /// - Throws: ``StartFailure`` if it cannot start.
    func run() async throws {
        let function = FunctionName(name: functionName, region: Self.region)
        let environments = (0..<concurrency).map {
            ExecutionEnvironment(number: $0, isSupervised: !command.isEmpty, memorySize: Self.memorySize)
        }
        let queue = InvocationQueue(timeout: timeout, environments: environments)
        let run = InvocationRun(queue: queue, hasProductionBandwidth: hasProductionBandwidth)
        let (background, continuation) = AsyncStream.makeStream(of: Invocation.self)
        let configuration = FunctionConfiguration(
            function: function, handler: ProcessInfo.processInfo.environment["_HANDLER"] ?? FunctionVariables.handler,
            timeout: timeout, memorySize: Self.memorySize)
        let clients = ClientAPI(queue: queue, configuration: configuration, run: run, background: continuation)

        let listener = try await listen(port, option: "--port")
        var runtimes: [(environment: ExecutionEnvironment, listener: Listener)] = []
        for environment in environments {
            let port = runtimePort == 0 ? 0 : runtimePort + environment.number
            runtimes.append((environment, try await listen(port, option: "--runtime-port")))
        }
        announce(listener, runtimes.map(\.listener))

        // The first task that throws ends the others. A request to end throws too, but is not an error.
        struct EndRequested: Error {}
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await listener.run(clients.serve) }
                for (environment, listener) in runtimes {
                    let api = RuntimeAPI(environment: environment, queue: queue, functionARN: function.arn)
                    group.addTask { await listener.run(api.serve) }
                    guard !command.isEmpty else { continue }
                    let process = FunctionProcess(
                        command: command, variables: variables(configuration, runtimePort: listener.port),
                        environment: environment, queue: queue)
                    group.addTask { try await process.run() }
                }
                group.addTask { await run.events(background) }
                group.addTask {
                    await Program.requestToEnd()
                    throw EndRequested()
                }
            }
        } catch is EndRequested {}
    }

    private func listen(_ port: Int, option: String) async throws -> Listener {
        do {
            return try await Listener(host: address.host, port: port)
        } catch {
            let reason = (error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(error)"
            throw StartFailure(
                status: StartFailure.unavailable,
                description: "\(address.text(port: port)): \(reason); \(option) 0 takes a free port")
        }
    }

    private func announce(_ clients: Listener, _ runtimes: [Listener]) {
        if let warning = address.warning { EventLog.note(warning) }
        let root = "http://\(address.local(port: clients.port))"
        EventLog.note("function URL: \(root)/")
        EventLog.note(
            "InvokeWithResponseStream: \(root)/2021-11-15/functions/\(functionName)/response-streaming-invocations")
        EventLog.note("Invoke: \(root)/2015-03-31/functions/\(functionName)/invocations")
        for runtime in runtimes { EventLog.note("Runtime API: \(address.local(port: runtime.port))") }
    }

    private var address: ListeningAddress { ListeningAddress(host: host) }

    /// The variables that the function's process gets in addition to those of this program.
    private func variables(_ configuration: FunctionConfiguration, runtimePort: Int) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        return FunctionVariables(
            configuration: configuration, runtimeAPI: address.local(port: runtimePort),
            folder: FileManager.default.currentDirectoryPath,
            logStream: FunctionVariables.logStream(), hasCredentialFiles: FunctionVariables.hasCredentialFiles(own)
        ).added(to: own)
    }

    /// The function's memory in MB: the value in the caller's environment, or Lambda's smallest.
    private static var memorySize: Int {
        ProcessInfo.processInfo.environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } ?? 128
    }

    private static var region: String {
        let own = ProcessInfo.processInfo.environment
        return own["AWS_REGION"] ?? own["AWS_DEFAULT_REGION"] ?? "us-east-1"
    }
}

/// Why this program cannot start or continue.
struct StartFailure: Error, CustomStringConvertible {
    /// The exit status, as in `sysexits.h`.
    var status: Int32

    var description: String

    /// The program does not exist.
    static let noInput: Int32 = 66

    /// A port is not available.
    static let unavailable: Int32 = 69
}
