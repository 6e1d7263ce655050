import NIOCore

/// The invocations that wait for a runtime, the runtimes that wait for an invocation, and those that have met.
///
/// Invocations are handed out in the order of their arrival, each to the runtime that has asked first.
actor InvocationQueue {
    private var waiting = CircularBuffer<Invocation>()
    private var waitingByteCount = 0
    private var runtimes = CircularBuffer<WaitingRuntime>()
    private var running: [String: Running] = [:]
    private let timeout: Duration
    private let environments: [ExecutionEnvironment]

    /// Counts the time in which invocations wait and no runtime is there, neither at work nor waiting for it.
    private var starvation: Task<Void, Never>?

    /// A runtime that has asked for an invocation.
    private struct WaitingRuntime {
        var ticket: UInt64
        var environment: ExecutionEnvironment
        var continuation: CheckedContinuation<Assignment?, Never>
    }

    private struct Running {
        var invocation: Invocation
        var environment: ExecutionEnvironment
        var timer: Task<Void, Never>
    }

    /// An invocation and the time by which it must be done.
    struct Assignment: Sendable {
        var invocation: Invocation

        /// In milliseconds since the epoch.
        var deadline: Int64
    }

    /// The most invocations that wait, and the most bytes of their events. Who comes later is told to come again.
    static let capacity = 1_000
    static let byteCapacity = 64 << 20

    init(timeout: Duration, environments: [ExecutionEnvironment]) {
        self.timeout = timeout
        self.environments = environments
    }

    /// Puts an invocation in the queue.
    ///
    /// - Returns: False when the queue is full.
    func submit(_ invocation: Invocation) -> Bool {
        if let runtime = runtimes.popFirst() {
            runtime.continuation.resume(returning: assign(invocation, to: runtime.environment))
            return true
        }
        let byteCount = waitingByteCount + invocation.event.readableBytes
        guard waiting.count < Self.capacity, byteCount <= Self.byteCapacity else { return false }
        waiting.append(invocation)
        waitingByteCount = byteCount
        watchForRuntimes()
        return true
    }

    /// Takes an invocation that nobody waits for any more out of the queue.
    ///
    /// - Returns: False when it is not in the queue.
    @discardableResult
    func withdraw(_ invocation: Invocation) async -> Bool {
        guard removeFromWaiting(invocation) else { return false }
        watchForRuntimes()
        await invocation.end(.clientGone)
        return true
    }

    /// - Returns: False when it is not in the queue.
    @discardableResult
    private func removeFromWaiting(_ invocation: Invocation) -> Bool {
        guard let position = waiting.firstIndex(where: { $0 === invocation }) else { return false }
        waiting.remove(at: position)
        waitingByteCount -= invocation.event.readableBytes
        return true
    }

    /// The next invocation for a runtime of `environment`, waited for as long as it takes.
    ///
    /// - Parameter ticket: A number of the caller's, for ``withdraw(ticket:)``.
    /// - Returns: Nil when the ticket was withdrawn.
    func next(for environment: ExecutionEnvironment, ticket: UInt64) async -> Assignment? {
        environment.noteReadiness()
        while let invocation = waiting.popFirst() {
            waitingByteCount -= invocation.event.readableBytes
            if !invocation.hasEnded { return assign(invocation, to: environment) }
        }
        return await withCheckedContinuation { continuation in
            // The ticket may have been withdrawn before it was here.
            if Task.isCancelled { return continuation.resume(returning: nil) }
            runtimes.append(
                WaitingRuntime(ticket: ticket, environment: environment, continuation: continuation))
            watchForRuntimes()
        }
    }

    /// Lets the runtime that waits with this ticket go without an invocation.
    func withdraw(ticket: UInt64) {
        guard let position = runtimes.firstIndex(where: { $0.ticket == ticket }) else { return }
        runtimes.remove(at: position).continuation.resume(returning: nil)
        watchForRuntimes()
    }

    /// Gives an invocation back that a runtime could not be given.
    func giveBack(_ invocation: Invocation) {
        running.removeValue(forKey: invocation.id)?.timer.cancel()
        guard !invocation.hasEnded else { return watchForRuntimes() }
        if let runtime = runtimes.popFirst() {
            runtime.continuation.resume(returning: assign(invocation, to: runtime.environment))
        } else {
            waiting.prepend(invocation)
            waitingByteCount += invocation.event.readableBytes
        }
        watchForRuntimes()
    }

    /// The invocation of this identifier, while a runtime of `environment` works on it.
    func invocation(_ id: String, in environment: ExecutionEnvironment) -> Invocation? {
        running[id].flatMap { $0.environment === environment ? $0.invocation : nil }
    }

    /// Ends an invocation that a runtime works on.
    func finish(_ invocation: Invocation, _ error: FunctionError? = nil) async {
        running.removeValue(forKey: invocation.id)?.timer.cancel()
        removeFromWaiting(invocation)
        watchForRuntimes()
        await invocation.end(error)
    }

    /// Ends all that the runtimes of an environment work on; and, when it could not even start and no other waits for
    /// work, all that wait for it.
    func environmentFailed(_ environment: ExecutionEnvironment, _ error: FunctionError, duringStart: Bool) {
        runtimes.filter { $0.environment === environment }.map(\.ticket).forEach(withdraw(ticket:))
        for entry in running.values where entry.environment === environment {
            entry.invocation.note(failure: error)
            Task { await self.settle(entry.invocation, error) }
        }
        if duringStart, runtimes.isEmpty, running.isEmpty { endWaiting { _ in error } }
        watchForRuntimes()
    }

    /// Ends all invocations that wait.
    private func endWaiting(_ error: (Invocation) -> FunctionError) {
        // Each end waits until its client takes it; neither another client nor the next process may wait for that.
        for invocation in waiting {
            let error = error(invocation)
            Task { await invocation.end(error) }
        }
        waiting.removeAll()
        waitingByteCount = 0
    }

    /// How long bytes of a process that has ended may be under way.
    private static let settlingTime: Duration = .milliseconds(100)

    /// Ends an invocation whose process has ended. What the process had sent may still be read: a response that has
    /// begun is passed on to where it breaks off, and ended by who finds that out.
    private func settle(_ invocation: Invocation, _ error: FunctionError) async {
        try? await Task.sleep(for: Self.settlingTime)
        if !invocation.hasBegun { await finish(invocation, error) }
    }

    private func assign(_ invocation: Invocation, to environment: ExecutionEnvironment) -> Assignment {
        let timeout = timeout
        let timer = Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            await self.timedOut(invocation)
        }
        invocation.start(log: environment.log)
        running[invocation.id] = Running(invocation: invocation, environment: environment, timer: timer)
        watchForRuntimes()
        environment.log.begin(invocation.id)
        return Assignment(invocation: invocation, deadline: .millisecondsSinceEpoch + timeout.milliseconds)
    }

    private func timedOut(_ invocation: Invocation) async {
        guard let entry = running.removeValue(forKey: invocation.id) else { return }
        // Lambda throws away the environment of an invocation that timed out, whatever else it was doing.
        if invocation.failure == nil { entry.environment.terminate() }
        watchForRuntimes()
        await invocation.end(invocation.failure ?? .timedOut(after: timeout, id: invocation.id))
    }
}

/// Invocations for which no runtime comes.
extension InvocationQueue {
    /// How long no runtime may be there before that is worth a line.
    private static let noticeableTime: Duration = .seconds(2)

    /// What Lambda gives a function to start, whatever its timeout (Developer Guide, "Lambda execution environment lifecycle").
    private static let initializationTime: Duration = .seconds(10)

    /// Starts or stops the count of the time without runtimes.
    private func watchForRuntimes() {
        if waiting.isEmpty || !runtimes.isEmpty || !running.isEmpty {
            starvation?.cancel()
            starvation = nil
        } else if starvation == nil {
            starvation = Task { await self.starve() }
        }
    }

    /// Says that no runtime comes; and, when this program has started one, gives up after the time of an invocation, or
    /// that of a start.
    private func starve() async {
        let patience = environments.contains(where: \.isReady) ? timeout : max(timeout, Self.initializationTime)
        let noticeable = min(Self.noticeableTime, patience)
        do { try await Task.sleep(for: noticeable) } catch { return }
        guard !Task.isCancelled else { return }
        EventLog.note("an invocation waits: no runtime asks for it")
        guard environments.contains(where: \.isSupervised) else { return }
        do { try await Task.sleep(for: patience - noticeable) } catch { return }
        guard !Task.isCancelled else { return }
        starvation = nil
        endWaiting { .notTaken(id: $0.id, patience: patience) }
        // A process that has never asked may still be building itself; one that has asked before is stuck.
        for environment in environments where environment.isReady { environment.terminate() }
    }
}
