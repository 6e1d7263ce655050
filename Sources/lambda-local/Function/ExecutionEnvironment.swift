import Synchronization

/// A place where the function runs: a Runtime API of its own, and the process that uses it if this program started it.
final class ExecutionEnvironment: Sendable {
    /// 0 for the first.
    let number: Int

    /// The last of what the process has printed.
    let log = LogTail()

    /// Whether this program starts the function's process; else somebody else does, and it cannot be ended here.
    let isSupervised: Bool

    private let state = Mutex(State())

    private struct State {
        /// Whether the process has asked for an invocation since it was started.
        var isReady = false

        /// What the process reported when it could not start.
        var initializationError: FunctionError?

        /// Kills the process.
        var kill: (@Sendable () -> Void)?
    }

    init(number: Int, isSupervised: Bool) {
        self.number = number
        self.isSupervised = isSupervised
    }

    /// A process was started.
    func noteStart(kill: @escaping @Sendable () -> Void) {
        state.withLock { $0 = State(kill: kill) }
    }

    /// The process asked for an invocation.
    func noteReadiness() {
        state.withLock { $0.isReady = true }
    }

    /// Whether the process has asked for an invocation since it was started.
    var isReady: Bool { state.withLock { $0.isReady } }

    /// The process reported that it cannot start.
    func note(initializationError: FunctionError) {
        state.withLock { $0.initializationError = initializationError }
    }

    /// The process has ended.
    ///
    /// - Returns: Whether it was ready for invocations before, and what it reported if not.
    func noteEnd() -> (wasReady: Bool, initializationError: FunctionError?) {
        state.withLock { state in
            defer { state = State() }
            return (state.isReady, state.initializationError)
        }
    }

    /// Kills the process, if this program started one.
    func terminate() {
        state.withLock { $0.kill }?()
    }
}
