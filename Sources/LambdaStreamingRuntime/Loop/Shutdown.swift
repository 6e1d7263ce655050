#if LambdaRuntime
import Dispatch
import NIOConcurrencyHelpers
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A request to take no more invocations, made by a signal or by the task's cancellation.
///
/// If the runtime waits for an invocation, its connection is closed, which ends the wait. If it serves one, it finishes that
/// first. A second signal acts as if the runtime did not observe signals.
final class Shutdown: Sendable {
    private struct State {
        var isRequested = false
        var waiting: (any Channel)?
    }

    private let state = NIOLockedValueBox(State())

    /// Whether the shutdown has been requested.
    var isRequested: Bool { state.withLockedValue { $0.isRequested } }

    /// Records that the runtime waits for an invocation on this connection.
    ///
    /// - Returns: False if the shutdown has been requested.
    func beginWaiting(on channel: any Channel) -> Bool {
        state.withLockedValue { state in
            if !state.isRequested { state.waiting = channel }
            return !state.isRequested
        }
    }

    /// Records that the runtime no longer waits.
    func endWaiting() {
        state.withLockedValue { $0.waiting = nil }
    }

    /// Requests the shutdown.
    func request() {
        let waiting = state.withLockedValue { state in
            state.isRequested = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.close(promise: nil)
    }

    /// Runs `body`. SIGTERM, SIGINT and cancellation request the shutdown meanwhile.
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

/// Calls observers on SIGTERM and SIGINT, as long as there are observers.
///
/// The dispositions that the process had before are restored after the first signal, so that a second one acts as if
/// there were no observers, and when the last observer leaves.
enum TerminationSignals {
    private static let state = NIOLockedValueBox(State())

    /// Reads what the signal handler writes, for the life of the process; nil if no descriptors are left.
    ///
    /// INVARIANT: nothing uses it after it has been created; it is only kept.
    nonisolated(unsafe) private static let reader: (any DispatchSourceRead)? = {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        unsafe signalPipe = ends[1]
        let input = ends[0]
        let source = DispatchSource.makeReadSource(fileDescriptor: input, queue: .global())
        source.setEventHandler {
            var number: UInt8 = 0
            while unsafe read(input, &number, 1) == 1 { receive(CInt(number)) }
        }
        source.resume()
        return source
    }()

    /// Runs `body`, and calls `onSignal` for a signal that arrives meanwhile.
    static func observing(_ onSignal: @escaping @Sendable () -> Void, _ body: () async throws -> Void) async rethrows {
        let number = state.withLockedValue { $0.add(onSignal) }
        defer { state.withLockedValue { $0.removeObserver(number) } }
        try await body()
    }

    /// Handles a signal outside its signal handler. The observers get the first one.
    ///
    /// A later one, which arrived before the dispositions were restored, is raised again. So is one whose observers have left.
    /// It must not be lost.
    private static func receive(_ number: CInt) {
        let isFirst = state.withLockedValue { $0.notifyObservers() }
        if !isFirst { kill(getpid(), number) }
    }

    private struct State: Sendable {
        private var observers: [UInt64: @Sendable () -> Void] = [:]
        private var lastNumber: UInt64 = 0

        /// The dispositions of before; empty if they are the current ones.
        private var previous: [CInt: Disposition] = [:]

        mutating func add(_ observer: @escaping @Sendable () -> Void) -> UInt64 {
            lastNumber += 1
            observers[lastNumber] = observer
            if previous.isEmpty, unsafe TerminationSignals.reader != nil {
                for number in [SIGTERM, SIGINT] {
                    previous[number] = Disposition(of: number)
                    signal(number, handleTermination)
                }
            }
            return lastNumber
        }

        mutating func removeObserver(_ number: UInt64) {
            observers[number] = nil
            if observers.isEmpty { restore() }
        }

        /// Calls the observers, and then restores the dispositions: code that finds them restored finds the shutdown requested.
        ///
        /// - Returns: False if the dispositions have been restored before. Then no observer is called.
        mutating func notifyObservers() -> Bool {
            guard !previous.isEmpty else { return false }
            for observer in observers.values { observer() }
            restore()
            return true
        }

        /// Restores the dispositions of before, except where others have been installed since.
        private mutating func restore() {
            for (number, disposition) in previous where Disposition(of: number).isOwn {
                disposition.install(for: number)
            }
            previous = [:]
        }
    }

    /// The action of the process for a signal.
    private struct Disposition: @unchecked Sendable {
        private var action = sigaction()

        init(of number: CInt) {
            unsafe sigaction(number, nil, &action)
        }

        /// Whether it is the one that ``TerminationSignals`` has installed.
        ///
        /// INVARIANT: the handler is the first member of `struct sigaction`, on Linux with glibc and musl and on Darwin.
        var isOwn: Bool {
            unsafe withUnsafeBytes(of: action) { unsafe $0.loadUnaligned(as: UInt.self) }
                == unsafeBitCast(handleTermination, to: UInt.self)
        }

        func install(for number: CInt) {
            var action = action
            unsafe sigaction(number, &action, nil)
        }
    }
}

/// Where the handler writes the numbers of signals; set before it is installed.
nonisolated(unsafe) private var signalPipe: CInt = -1

/// The signal handler. It does only what signal-safety(7) allows.
private let handleTermination: @convention(c) (CInt) -> Void = { number in
    let reason = errno
    var number = UInt8(truncatingIfNeeded: number)
    _ = unsafe write(signalPipe, &number, 1)
    errno = reason
}
#endif
