#if LambdaRuntime
import NIOConcurrencyHelpers
import NIOCore

/// The request to take no more invocations, by a signal or by the task's cancellation.
///
/// A runtime that waits for an invocation has its connection closed, which ends the wait; one that serves an invocation
/// finishes it first. A second signal acts as if no runtime observed it.
final class Shutdown: Sendable {
    private struct State {
        var isRequested = false
        var waiting: (any Channel)?
    }

    private let state = NIOLockedValueBox(State())

    /// Whether the runtime is to end.
    var isRequested: Bool { state.withLockedValue { $0.isRequested } }

    /// Notes that the runtime waits for an invocation on this connection; false when it is to end.
    func beginWaiting(on channel: any Channel) -> Bool {
        state.withLockedValue { state in
            if !state.isRequested { state.waiting = channel }
            return !state.isRequested
        }
    }

    /// Notes that the runtime no longer waits.
    func endWaiting() {
        state.withLockedValue { $0.waiting = nil }
    }

    /// Lets the runtime end.
    func request() {
        let waiting = state.withLockedValue { state in
            state.isRequested = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.close(promise: nil)
    }

    /// Runs `body`. SIGTERM, SIGINT and cancellation meanwhile are requests to end.
    func whileObservingSignals(_ body: () async throws -> Void) async throws {
        try await TerminationSignals.observing(request) {
            try await withTaskCancellationHandler {
                try await body()
            } onCancel: {
                request()
            }
        }
    }
}
#endif
