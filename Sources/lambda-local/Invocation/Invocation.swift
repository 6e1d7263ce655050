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

    /// JSON for the runtime's context, if the client sent it.
    let clientContext: String?

    /// The X-Ray trace header, generated if the client sent none.
    let traceID: String

    /// The number of this attempt at an event, from 1; nil if a client waits for the response.
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

    /// Why the function cannot continue, if that is known. What it sent before is still passed on.
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

    /// Returns the end of the function's output and the lines that Lambda adds; nil if no runtime took the invocation.
    func logTail(_ error: InvocationFailure?) async throws -> [UInt8]? {
        let (environment, initDuration, duration) = state.withLock { state in
            let end = state.end ?? .now
            return (state.environment, state.initDuration, (state.start ?? end).duration(to: end))
        }
        guard let environment else { return nil }
        // Output arrives through a pipe and the response through a socket, so it may be late.
        try await Task.sleep(for: .milliseconds(20))
        let report = InvocationReport(
            id: id, duration: duration, initDuration: initDuration, memorySize: environment.memorySize,
            peakMemory: environment.peakMemory, error: error)
        return environment.log.end(with: report.text)
    }

    /// Begins the function's response.
    ///
    /// - Returns: False if it has begun before or the invocation has ended.
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
    /// - Returns: False if the invocation has ended.
    func send(_ data: ByteBuffer) async -> Bool {
        guard !hasEnded else { return false }
        await response.send(.data(data))
        return !hasEnded
    }

    /// Settles the outcome. The first outcome counts. ``sendEnd(_:)`` sends it to the client's side.
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

    /// The next attempt at an event if this one has failed and is not the last.
    var retry: Invocation? { state.withLock { $0.retry } }

    /// Sends the outcome to the client's side; returns when it has been received.
    func sendEnd(_ error: InvocationFailure?) async {
        await response.send(.end(error))
    }
}

/// A part of a function's response: a head, data and an end in this order, or an end alone.
enum ResponsePart: Sendable {
    /// The response begins.
    case head(ResponseHead)

    /// The next bytes.
    case data(ByteBuffer)

    /// The response is complete, or the invocation failed.
    case end(InvocationFailure?)
}

/// What precedes the bytes of a response.
struct ResponseHead: Sendable {
    /// The content type that the function has set.
    var contentType: String

    /// Whether the response is streamed; if not, it is buffered.
    var isStreaming: Bool
}

/// The lines that Lambda writes to a function's log at the end of an invocation.
///
/// Source: AWS Lambda developer guide, "Example log format"; fields and tabs as there.
struct InvocationReport {
    var id: String

    /// The time from the assignment to a runtime to the end of the response.
    var duration: Duration

    /// The time from the start of the process to its first request for an invocation; nil after its first invocation.
    var initDuration: Duration?

    /// The function's memory in MB.
    var memorySize: Int

    /// The peak of the memory of the function's processes in bytes; nil for processes that were started elsewhere.
    var peakMemory: Int?

    var error: InvocationFailure?

    /// The lines: the error if Lambda itself reports it, END and REPORT. Each ends with a line feed.
    var text: String {
        var text = ""
        if let message = error?.reportedMessage {
            text += "\(message)\n"
            if error?.type == InvocationFailure.exitErrorType { text += "\(InvocationFailure.exitErrorType)\n" }
        }
        text += "END RequestId: \(id)\n"
        text += "REPORT RequestId: \(id)\tDuration: \(duration.formattedMilliseconds) ms\t"
        text += "Billed Duration: \(billedMilliseconds) ms\tMemory Size: \(memorySize) MB\t"
        if let peakMemory { text += "Max Memory Used: \((peakMemory + (1 << 20) - 1) >> 20) MB\t" }
        if let initDuration { text += "Init Duration: \(initDuration.formattedMilliseconds) ms\t" }
        if error?.type == InvocationFailure.timeoutType { text += "Status: timeout\t" }
        return text + "\n"
    }

    /// The billed time: the duration, rounded up to milliseconds.
    private var billedMilliseconds: Int64 {
        let whole = duration.milliseconds
        return duration > .milliseconds(whole) ? whole + 1 : whole
    }
}
