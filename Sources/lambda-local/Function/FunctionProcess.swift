import Dispatch
import FoundationEssentials
import Glibc
import NIOCore

/// Keeps the function's process running: starts it, and starts it again when it ends.
struct FunctionProcess {
    /// The program and its arguments.
    var command: [String]

    /// Environment variables that the process gets in addition to those of this program.
    var variables: [String: String]

    var environment: ExecutionEnvironment
    var queue: InvocationQueue

    /// The first and the longest pause before a failed process is started again. Each pause is twice the one before.
    private static let pauses: (first: Duration, longest: Duration) = (.milliseconds(100), .seconds(5))

    /// How long the process may take to end when it is asked to.
    private static let graceTime: DispatchTimeInterval = .seconds(1)

    /// How long output is read after the process has ended. A descendant that has left the group may hold the pipe open.
    private static let outputTime = TimeAmount.milliseconds(100)

    /// Runs until the task is cancelled. Then the process and its group are asked to end, and killed after a second.
    ///
    /// - Throws: ``StartFailure`` if the program cannot be started the first time.
    func run() async throws {
        var pause = Self.pauses.first
        var hasRun = false
        while !Task.isCancelled {
            let status: String
            do {
                status = try await runOnce()
                hasRun = true
            } catch let failure as ProcessStartFailure {
                guard hasRun else {
                    throw StartFailure(status: StartFailure.noInput, description: "\(command[0]): \(failure)")
                }
                // The program may be in the middle of a build.
                status = "\(failure)"
            }
            let end = environment.noteEnd()
            if Task.isCancelled { return }
            await queue.environmentFailed(environment, duringStart: !end.wasReady) { id in
                end.initializationError ?? .exited(status, id: id)
            }
            if end.wasReady { pause = Self.pauses.first }
            EventLog.note(
                "the function's process ended (\(status)); starting it again in \(pause.milliseconds) ms")
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    /// Starts the process and waits for its end.
    private func runOnce() async throws -> String {
        let variables = ProcessInfo.processInfo.environment.merging(variables) { _, own in own }
        let process = try await ProcessTable.shared.start(command, environment: variables)
        environment.noteStart(processGroup: process.number) { process.send(SIGKILL) }
        let streams = [
            try await FunctionOutput.read(process.output, tail: environment.log, output: .standardOutput),
            try await FunctionOutput.read(process.error, tail: environment.log, output: .standardError),
        ]
        let end = try await withTaskCancellationHandler {
            try await process.end
        } onCancel: {
            process.send(SIGTERM)
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.graceTime) { process.send(SIGKILL) }
        }
        for stream in streams {
            let timer = stream.eventLoop.scheduleTask(in: Self.outputTime) { stream.close(promise: nil) }
            try? await stream.closeFuture.get()
            timer.cancel()
        }
        return "\(end)"
    }
}
