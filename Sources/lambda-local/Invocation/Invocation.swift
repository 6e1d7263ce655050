import AsyncAlgorithms
import NIOCore
import Synchronization

/// One call of the function, from the client's request to the end of the response.
///
/// The function's side sends ``ResponsePart``s and the client's side receives them. A part is sent when the one before has
/// been received. So a slow client slows the function down, and at most one part waits in memory.
final class Invocation: Sendable {
    /// The request identifier: a UUID.
    let id: String

    /// The event: JSON.
    let event: ByteBuffer

    /// JSON for the runtime's context, when the client sent it.
    let clientContext: String?

    /// The header of X-Ray, generated when the client sent none.
    let traceID: String

    /// The number of this attempt, from 1, for an event whose client does not wait; nil when a client waits for the
    /// response.
    let attempt: Int?

    /// How often an event is run: Lambda retries twice after an error (developer guide, "Asynchronous invocation").
    static let maximumAttempts = 3

    /// The parts of the response, in order.
    let response = AsyncChannel<ResponsePart>()

    private let state = Mutex(State())

    private struct State {
        var phase = Phase.waiting
        var environment: ExecutionEnvironment?
        var initDuration: Duration?
        var start: ContinuousClock.Instant?
        var end: ContinuousClock.Instant?
        var failure: InvocationFailure?
        var retry: Invocation?
    }

    private enum Phase {
        case waiting, running, responding, ended
    }

    init(id: String, event: ByteBuffer, clientContext: String? = nil, traceID: String, attempt: Int? = nil) {
        self.id = id
        self.event = event
        self.clientContext = clientContext
        self.traceID = traceID
        self.attempt = attempt
    }

    /// Whether its outcome is settled, so that nothing more is accepted from the function.
    var hasEnded: Bool { state.withLock { $0.phase == .ended } }

    /// Whether the function has begun its response.
    var hasBegun: Bool { state.withLock { $0.phase == .responding || $0.phase == .ended } }

    /// Why the function cannot continue, when that is known; what it sent before is still passed on.
    var failure: InvocationFailure? { state.withLock { $0.failure } }

    /// Records that the function cannot continue.
    func note(failure: InvocationFailure) {
        state.withLock { $0.failure = failure }
    }

    /// Whether a runtime has taken the invocation.
    var hasStarted: Bool { state.withLock { $0.environment != nil } }

    /// Records that a runtime of `environment` has taken the invocation.
    func start(in environment: ExecutionEnvironment) {
        let initDuration = environment.beginInvocation(id)
        state.withLock { state in
            if state.phase == .waiting { state.phase = .running }
            state.environment = environment
            state.initDuration = initDuration
            state.start = .now
        }
    }

    /// The last of what the function has printed and the lines that Lambda adds; nil when no runtime took the invocation.
    func logTail(_ error: InvocationFailure?) async throws -> [UInt8]? {
        let (environment, initDuration, duration) = state.withLock { state in
            let end = state.end ?? .now
            return (state.environment, state.initDuration, (state.start ?? end).duration(to: end))
        }
        guard let environment else { return nil }
        // The process's output takes another way than its response, and may be a moment late.
        try await Task.sleep(for: .milliseconds(20))
        let report = InvocationReport(
            id: id, duration: duration, initDuration: initDuration, memorySize: environment.memorySize,
            peakMemory: environment.peakMemory, error: error)
        return environment.log.end(with: report.text)
    }

    /// Begins the function's response.
    ///
    /// - Returns: False when it has begun before, or the invocation has ended.
    func begin(_ head: ResponseHead) async -> Bool {
        let isFirst = state.withLock { state in
            guard state.phase == .running else { return false }
            state.phase = .responding
            return true
        }
        if isFirst { await response.send(.head(head)) }
        return isFirst
    }

    /// Sends the function's next bytes; returns when the client's side has received them.
    ///
    /// - Returns: False when the invocation has ended.
    func send(_ data: ByteBuffer) async -> Bool {
        guard !hasEnded else { return false }
        await response.send(.data(data))
        return !hasEnded
    }

    /// Settles the outcome; of several outcomes, the first counts. The client's side learns of it by
    /// ``sendEnd(_:)``.
    ///
    /// - Returns: Whether this was the first.
    func settle(_ error: InvocationFailure?) -> Bool {
        state.withLock { state in
            guard state.phase != .ended else { return false }
            state.phase = .ended
            state.end = .now
            if error != nil, let attempt, attempt < Self.maximumAttempts {
                state.retry = Invocation(
                    id: id, event: event, clientContext: clientContext, traceID: traceID, attempt: attempt + 1)
            }
            return true
        }
    }

    /// The next attempt at an event, when this one has failed and is not the last.
    var retry: Invocation? { state.withLock { $0.retry } }

    /// Sends the outcome to the client's side; returns when it has been received.
    func sendEnd(_ error: InvocationFailure?) async {
        await response.send(.end(error))
    }
}
