import AsyncAlgorithms
import NIOCore
import Synchronization

/// One call of the function, from the client's request to the end of the response.
///
/// The function's side sends ``ResponsePart``s, the client's side takes them; a part is sent when the one before has
/// been taken. So a slow client holds the function back, and no more than a part waits in memory.
final class Invocation: Sendable {
    /// The request identifier: a UUID.
    let id: String

    /// The event: JSON.
    let event: ByteBuffer

    /// JSON for the runtime's context, when the client sent some.
    let clientContext: String?

    /// The header of X-Ray, made up where the client sent none.
    let traceID: String

    /// The response, as it comes.
    let response = AsyncChannel<ResponsePart>()

    private let state = Mutex(State())

    private struct State {
        var phase = Phase.waiting
        var log: LogTail?
        var failure: FunctionError?
    }

    private enum Phase {
        case waiting, running, responding, ended
    }

    init(id: String, event: ByteBuffer, clientContext: String? = nil, traceID: String) {
        self.id = id
        self.event = event
        self.clientContext = clientContext
        self.traceID = traceID
    }

    /// Whether its outcome is settled, so that nothing more of the function is wanted.
    var hasEnded: Bool { state.withLock { $0.phase == .ended } }

    /// Whether the function has begun its response.
    var hasBegun: Bool { state.withLock { $0.phase == .responding || $0.phase == .ended } }

    /// Why the function cannot go on, when that is known; what it has sent before is still to be passed on.
    var failure: FunctionError? { state.withLock { $0.failure } }

    /// The function cannot go on.
    func note(failure: FunctionError) {
        state.withLock { $0.failure = failure }
    }

    /// What the function prints, once a runtime has taken it.
    var log: LogTail? { state.withLock { $0.log } }

    /// A runtime has taken it, and prints to `log`.
    func start(log: LogTail) {
        state.withLock { state in
            if state.phase == .waiting { state.phase = .running }
            state.log = log
        }
    }

    /// The function begins its response.
    ///
    /// - Returns: False when it has begun one before, or the invocation has ended.
    func begin(_ head: ResponseHead) async -> Bool {
        let isFirst = state.withLock { state in
            guard state.phase == .running else { return false }
            state.phase = .responding
            return true
        }
        if isFirst { await response.send(.head(head)) }
        return isFirst
    }

    /// The function's next bytes; returns when the client's side has taken them.
    ///
    /// - Returns: False when the invocation has ended.
    func send(_ data: ByteBuffer) async -> Bool {
        guard !hasEnded else { return false }
        await response.send(.data(data))
        return !hasEnded
    }

    /// Ends the invocation; of several ends the first counts.
    ///
    /// - Returns: Whether this was the first.
    @discardableResult
    func end(_ error: FunctionError? = nil) async -> Bool {
        let isFirst = state.withLock { state in
            defer { state.phase = .ended }
            return state.phase != .ended
        }
        if isFirst { await response.send(.end(error)) }
        return isFirst
    }
}
