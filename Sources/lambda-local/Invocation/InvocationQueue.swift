import NIOCore

/// The invocations that wait for a runtime, the runtimes that wait for an invocation, and the invocations that are running.
///
/// Invocations are assigned in the order of their arrival, each to the runtime that has waited longest. Events, whose clients
/// do not wait, have their own line. If both lines have invocations, they take turns.
actor InvocationQueue {
    /// Invocations whose clients wait for a response.
    private var requests = Line(capacity: 1_000, byteCapacity: 64 << 20)

    /// Accepted events. None is removed before it has been run.
    private var events = Line(capacity: 10_000, byteCapacity: 64 << 20)

    /// Whether an event is assigned before a request.
    private var isEventsTurn = false

    private var runtimes = CircularBuffer<WaitingRuntime>()
    private var running: [String: Running] = [:]
    private let timeout: Duration
    private let environments: [ExecutionEnvironment]

    /// Measures how long invocations wait while no runtime is running or waiting.
    private var starvation: Task<Void, Never>?

    /// Invocations in order, limited in number and in the bytes of their events.
    private struct Line {
        let capacity: Int
        let byteCapacity: Int
        private(set) var invocations = CircularBuffer<Invocation>()
        private var byteCount = 0

        init(capacity: Int, byteCapacity: Int) {
            self.capacity = capacity
            self.byteCapacity = byteCapacity
        }

        /// - Returns: False if the line is full.
        mutating func append(_ invocation: Invocation) -> Bool {
            let count = byteCount + invocation.event.readableBytes
            guard invocations.count < capacity, count <= byteCapacity else { return false }
            invocations.append(invocation)
            byteCount = count
            return true
        }

        /// Inserts an invocation at the front that has been in the line before, even if the line is full.
        mutating func prepend(_ invocation: Invocation) {
            invocations.prepend(invocation)
            byteCount += invocation.event.readableBytes
        }

        mutating func popFirst() -> Invocation? {
            guard let invocation = invocations.popFirst() else { return nil }
            byteCount -= invocation.event.readableBytes
            return invocation
        }

        /// - Returns: False if the invocation is not in the line.
        mutating func remove(_ invocation: Invocation) -> Bool {
            guard let position = invocations.firstIndex(where: { $0 === invocation }) else { return false }
            invocations.remove(at: position)
            byteCount -= invocation.event.readableBytes
            return true
        }

        mutating func removeAll() {
            invocations.removeAll()
            byteCount = 0
        }
    }

    /// A runtime that has requested an invocation.
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

    /// An invocation and its deadline.
    struct Assignment: Sendable {
        var invocation: Invocation

        /// In milliseconds since the epoch.
        var deadline: Int64
    }

    init(timeout: Duration, environments: [ExecutionEnvironment]) {
        self.timeout = timeout
        self.environments = environments
    }

    /// Adds an invocation to the queue.
    ///
    /// - Throws: ``ServiceError`` of status 429 if the queue is full.
    func submit(_ invocation: Invocation) throws(ServiceError) {
        if let runtime = runtimes.popFirst() {
            runtime.continuation.resume(returning: assign(invocation, to: runtime.environment))
        } else if invocation.attempt == nil {
            guard requests.append(invocation) else { throw .throttled("\(requests.capacity) invocations") }
        } else {
            guard events.append(invocation) else { throw .throttled("\(events.capacity) events") }
        }
        watchForRuntimes()
    }

    /// The number of accepted events that have not finished.
    var unfinishedEventCount: Int {
        events.invocations.count + running.values.count { $0.invocation.attempt != nil }
    }

    /// Removes an invocation whose client has disconnected.
    func withdraw(_ invocation: Invocation) async {
        guard requests.remove(invocation) else { return }
        await conclude(invocation, .clientGone)
    }

    /// Waits for the next invocation for a runtime of `environment`.
    ///
    /// - Parameters:
    ///   - environment: The environment of the runtime.
    ///   - ticket: A number that the caller chose, for ``withdraw(ticket:)``.
    ///   - hasGone: Returns whether the runtime has disconnected. It is called once; later, the caller uses
    ///     ``withdraw(ticket:)``.
    /// - Returns: The invocation, or nil if the ticket was withdrawn.
    func next(
        for environment: ExecutionEnvironment, ticket: UInt64, hasGone: @Sendable () -> Bool
    ) async -> Assignment? {
        environment.noteReadiness()
        while let invocation = popFirst() {
            if !invocation.hasEnded { return assign(invocation, to: environment) }
        }
        return await withCheckedContinuation { continuation in
            // The ticket may have been withdrawn before it is stored here.
            if Task.isCancelled || hasGone() { return continuation.resume(returning: nil) }
            runtimes.append(
                WaitingRuntime(ticket: ticket, environment: environment, continuation: continuation))
            watchForRuntimes()
        }
    }

    private func popFirst() -> Invocation? {
        let first = isEventsTurn ? events.popFirst() ?? requests.popFirst() : requests.popFirst() ?? events.popFirst()
        isEventsTurn = first?.attempt == nil
        return first
    }

    /// Ends the wait of the runtime with this ticket, without an invocation.
    func withdraw(ticket: UInt64) {
        guard let position = runtimes.firstIndex(where: { $0.ticket == ticket }) else { return }
        runtimes.remove(at: position).continuation.resume(returning: nil)
        watchForRuntimes()
    }

    /// Puts an invocation back into the queue that could not be sent to its runtime.
    func giveBack(_ invocation: Invocation) {
        _ = removeFromRunning(invocation)
        if !invocation.hasEnded { putFirst(invocation) }
        watchForRuntimes()
    }

    /// - Returns: Nil if no runtime works on the invocation. A runtime may already work on the next attempt, which has the same
    ///   identifier.
    private func removeFromRunning(_ invocation: Invocation) -> Running? {
        guard let entry = running[invocation.id], entry.invocation === invocation else { return nil }
        entry.timer.cancel()
        running[invocation.id] = nil
        return entry
    }

    /// Assigns an invocation, or inserts it in front of all others.
    private func putFirst(_ invocation: Invocation) {
        if let runtime = runtimes.popFirst() {
            runtime.continuation.resume(returning: assign(invocation, to: runtime.environment))
        } else if invocation.attempt == nil {
            requests.prepend(invocation)
        } else {
            events.prepend(invocation)
        }
    }

    /// Returns the invocation with this identifier if a runtime of `environment` works on it.
    func invocation(_ id: String, in environment: ExecutionEnvironment) -> Invocation? {
        running[id].flatMap { $0.environment === environment ? $0.invocation : nil }
    }

    /// Whether a runtime of `environment` works on an invocation or waits for one.
    func hasRuntime(in environment: ExecutionEnvironment) -> Bool {
        runtimes.contains { $0.environment === environment }
            || running.values.contains { $0.environment === environment }
    }

    /// Ends an invocation that a runtime works on.
    func finish(_ invocation: Invocation, _ error: InvocationFailure? = nil) async {
        if removeFromRunning(invocation) == nil, !requests.remove(invocation) { _ = events.remove(invocation) }
        await conclude(invocation, error)
    }

    /// Settles the outcome of an invocation that is in no line. The next attempt at a failed event goes to the front in the
    /// same step, so no later event is assigned before it.
    private func conclude(_ invocation: Invocation, _ error: InvocationFailure?) async {
        guard invocation.settle(error) else { return watchForRuntimes() }
        if let retry = invocation.retry { putFirst(retry) }
        watchForRuntimes()
        await invocation.sendEnd(error)
    }

    /// Ends all invocations that the runtimes of an environment work on. If its process could not start and no other runtime
    /// exists, also ends all invocations whose clients wait. Events stay until a runtime requests them.
    ///
    /// - Parameters:
    ///   - environment: The environment.
    ///   - duringStart: Whether its process could not start.
    ///   - error: Returns the error for the invocation with an identifier.
    func environmentFailed(
        _ environment: ExecutionEnvironment, duringStart: Bool, _ error: (String) -> InvocationFailure
    ) {
        runtimes.filter { $0.environment === environment }.map(\.ticket).forEach(withdraw(ticket:))
        for entry in running.values where entry.environment === environment {
            let error = error(entry.invocation.id)
            entry.invocation.note(failure: error)
            Task { await self.settle(entry.invocation, error) }
        }
        if duringStart, runtimes.isEmpty, running.isEmpty { endRequests(error) }
        watchForRuntimes()
    }

    /// Ends all invocations whose clients wait.
    private func endRequests(_ error: (String) -> InvocationFailure) {
        // Sending an end waits for its client. Other clients and the next process must not wait for that.
        for invocation in requests.invocations {
            let error = error(invocation.id)
            Task { await self.conclude(invocation, error) }
        }
        requests.removeAll()
    }

    /// How long bytes of a process that has ended may still arrive.
    private static let settlingTime: Duration = .milliseconds(100)

    /// Ends an invocation whose process has ended. What the process has sent is still read: a response that has begun is passed
    /// on and ended by the task that finds its end.
    private func settle(_ invocation: Invocation, _ error: InvocationFailure) async {
        try? await Task.sleep(for: Self.settlingTime)
        if !invocation.hasBegun { await finish(invocation, error) }
    }

    private func assign(_ invocation: Invocation, to environment: ExecutionEnvironment) -> Assignment {
        let timeout = timeout
        let timer = Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            await self.timedOut(invocation)
        }
        invocation.start(in: environment)
        running[invocation.id] = Running(invocation: invocation, environment: environment, timer: timer)
        watchForRuntimes()
        return Assignment(invocation: invocation, deadline: .millisecondsSinceEpoch + timeout.milliseconds)
    }

    private func timedOut(_ invocation: Invocation) async {
        guard let entry = removeFromRunning(invocation) else { return }
        // Lambda discards the environment of an invocation that timed out.
        if invocation.failure == nil { entry.environment.terminate() }
        await conclude(invocation, invocation.failure ?? .timedOut(after: timeout, id: invocation.id))
    }
}

/// Invocations that no runtime requests.
extension InvocationQueue {
    /// How long invocations wait without a runtime before that is logged.
    private static let noticeableTime: Duration = .seconds(2)

    /// The time that Lambda gives a function to start (Developer Guide, "Lambda execution environment lifecycle").
    private static let initializationTime: Duration = .seconds(10)

    /// Starts or stops measuring the time without runtimes.
    private func watchForRuntimes() {
        let isEmpty = requests.invocations.isEmpty && events.invocations.isEmpty
        if isEmpty || !runtimes.isEmpty || !running.isEmpty {
            starvation?.cancel()
            starvation = nil
        } else if starvation == nil {
            starvation = Task { await self.starve() }
        }
    }

    /// Logs that no runtime requests the invocations. If this program has started one, ends the invocations after the timeout
    /// of an invocation or of a start.
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
        endRequests { .notTaken(id: $0, patience: patience) }
        // A process that has never requested an invocation may still be starting. One that has is stuck.
        for environment in environments where environment.isReady { environment.terminate() }
        watchForRuntimes()
    }
}
