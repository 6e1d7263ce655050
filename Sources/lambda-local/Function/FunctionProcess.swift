import Glibc
import Subprocess
import SystemPackage

/// Keeps the function's process running in an execution environment: starts it, and starts it again when it ends.
struct FunctionProcess {
    /// The program and its arguments.
    var command: [String]

    /// What the process finds in its environment beside what this program has in its own.
    var variables: [String: String]

    var environment: ExecutionEnvironment
    var queue: InvocationQueue

    /// The first and the longest pause before a process that failed is started again; each is twice the one before.
    private static let pauses: (first: Duration, longest: Duration) = (.milliseconds(100), .seconds(5))

    /// Runs until the task is cancelled; then the process and its children are asked to end, and after a second ended.
    ///
    /// - Throws: ``StartFailure`` when the program cannot be started the first time.
    func run() async throws {
        var pause = Self.pauses.first
        var hasRun = false
        while true {
            let status: String
            do {
                status = try await runOnce()
                hasRun = true
            } catch let error as SubprocessError where [.executableNotFound, .spawnFailed].contains(error.code) {
                let why = error.code == .executableNotFound ? "found no such program" : "\(error)"
                guard hasRun else {
                    throw StartFailure(status: StartFailure.noInput, description: "\(command[0]): \(why)")
                }
                // It may be there again when it has been built again.
                status = why
            }
            let end = environment.noteEnd()
            if Task.isCancelled { return }
            await queue.environmentFailed(environment, duringStart: !end.wasReady) { id in
                end.initializationError ?? .exited(status, id: id)
            }
            if end.wasReady { pause = Self.pauses.first }
            EventLog.note(
                "the function's process ended (\(status)); starting it again in \(pause.formattedMilliseconds) ms")
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    /// Starts the process and waits for its end.
    private func runOnce() async throws -> String {
        var options = PlatformOptions()
        // A group of its own, so that what the process has started ends with it, and Ctrl-C reaches this program first.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let isPath = command[0].contains("/")
        let result = try await Subprocess.run(
            isPath ? .path(FilePath(command[0])) : .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            platformOptions: options, input: .none, output: .sequence, error: .sequence
        ) { execution in
            environment.noteStart(processGroup: execution.processIdentifier.value) {
                try? execution.send(signal: .kill, toProcessGroup: true)
            }
            await withTaskGroup { group in
                group.addTask { await pass(execution.standardOutput, to: .standardOutput) }
                group.addTask { await pass(execution.standardError, to: .standardError) }
            }
        }
        // What it has started and left behind would go on to speak for an invocation that has been given up.
        kill(-result.processIdentifier.value, SIGKILL)
        return result.terminationStatus.sentence
    }

    /// Passes on what the process prints, and keeps the last of it.
    private func pass(_ output: SubprocessOutputSequence, to file: FileDescriptor) async {
        do {
            for try await piece in output {
                environment.log.append(piece.bytes)
                try piece.bytes.write(to: file)
            }
        } catch {
            // The process has ended, or nobody reads this program's output. Neither is the function's fault.
        }
    }
}

extension TerminationStatus {
    /// As Lambda's logs have it.
    fileprivate var sentence: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(SIGKILL): "signal: killed"
        case .signaled(SIGTERM): "signal: terminated"
        case .signaled(SIGSEGV): "signal: segmentation fault"
        case .signaled(let signal): "signal: \(signal)"
        }
    }
}

extension RawSpan {
    /// Writes all of the bytes.
    fileprivate func write(to file: FileDescriptor) throws {
        _ = try unsafe withUnsafeBytes { bytes in try unsafe file.writeAll(bytes) }
    }
}
