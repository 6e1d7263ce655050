import FoundationEssentials
import Glibc
import Synchronization

/// A Runtime API and the process that uses it, if this program has started that.
final class ExecutionEnvironment: Sendable {
    /// 0 for the first.
    let number: Int

    /// The end of the process's output.
    let log = LogTail()

    /// Whether this program starts the function's process. If not, it cannot end it either.
    let isSupervised: Bool

    /// The function's memory in MB, which is reported and not enforced.
    let memorySize: Int

    private let state = Mutex(State())

    private struct State {
        /// When the process was started.
        var start: ContinuousClock.Instant?

        /// How long the process took to ask for its first invocation, until that has been reported.
        var initDuration: Duration?

        /// The group of the process.
        var processGroup: Int32?

        /// The peak of the memory of a process that was killed.
        var peakMemory: Int?

        /// Whether the process has asked for an invocation since it was started.
        var isReady = false

        /// What the process reported when it could not start.
        var initializationError: InvocationFailure?

        /// Kills the process.
        var kill: (@Sendable () -> Void)?
    }

    init(number: Int, isSupervised: Bool, memorySize: Int = 128) {
        self.number = number
        self.isSupervised = isSupervised
        self.memorySize = memorySize
    }

    /// Records that a process was started.
    func noteStart(processGroup: Int32, kill: @escaping @Sendable () -> Void) {
        state.withLock { $0 = State(start: .now, processGroup: processGroup, kill: kill) }
    }

    /// Records that the process asked for an invocation.
    func noteReadiness() {
        state.withLock { state in
            if !state.isReady { state.initDuration = state.start?.duration(to: .now) }
            state.isReady = true
        }
    }

    /// Begins the log of an invocation.
    ///
    /// - Returns: How long the process took to start, if this is its first invocation.
    func beginInvocation(_ id: String) -> Duration? {
        log.begin(id)
        return state.withLock { state in
            defer { state.initDuration = nil }
            return state.initDuration
        }
    }

    /// The peak of the memory of the function's processes, in bytes; nil if this program has not started them.
    var peakMemory: Int? {
        guard isSupervised else { return nil }
        let (group, recorded) = state.withLock { ($0.processGroup, $0.peakMemory) }
        return group.flatMap(ProcessMemory.peak(ofGroup:)) ?? recorded ?? ProcessMemory.peakOfEndedChildren
    }

    /// Whether the process has asked for an invocation since it was started.
    var isReady: Bool { state.withLock { $0.isReady } }

    /// Records that the process cannot start.
    func note(initializationError: InvocationFailure) {
        state.withLock { $0.initializationError = initializationError }
    }

    /// Records that the process has ended.
    ///
    /// - Returns: Whether it had been ready for invocations, and the error that it reported if not.
    func noteEnd() -> (wasReady: Bool, initializationError: InvocationFailure?) {
        state.withLock { state in
            defer { state = State(peakMemory: state.peakMemory) }
            return (state.isReady, state.initializationError)
        }
    }

    /// Kills the process if this program has started it.
    func terminate() {
        // The memory of a killed process can no longer be measured.
        let peakMemory = peakMemory
        let kill = state.withLock { state in
            state.peakMemory = peakMemory
            return state.kill
        }
        kill?()
    }
}

/// The memory that the function's processes have used, as Linux counts it.
enum ProcessMemory {
    /// Returns the sum of the peaks of all processes of a group in bytes, or nil if the group has no process.
    static func peak(ofGroup group: Int32) -> Int? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var sum: Int?
        for name in names {
            guard let identifier = Int32(name), getpgid(identifier) == group, let peak = peak(of: identifier) else {
                continue
            }
            sum = (sum ?? 0) + peak
        }
        return sum
    }

    /// The largest peak of a child of this program that has ended, in bytes.
    static var peakOfEndedChildren: Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }

    /// The line is like `VmHWM:     45056 kB`; a process that has ended has none.
    private static func peak(of identifier: Int32) -> Int? {
        guard let status = FileManager.default.contents(atPath: "/proc/\(identifier)/status") else { return nil }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
        return Int(line.filter(\.isNumber)).map { $0 * 1_024 }
    }
}
