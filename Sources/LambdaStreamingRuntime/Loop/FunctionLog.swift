#if LambdaRuntime
import Dispatch
import NIOConcurrencyHelpers
import SystemPackage
import TextCoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard error, which Lambda adds to the function's log.
///
/// Lines are written on a queue of their own. If nothing reads them, neither the handler nor the runtime waits: lines that do
/// not fit are dropped, and their number is logged.
enum FunctionLog {
    private static let queue = DispatchQueue(label: "FunctionLog")
    private static let state = NIOLockedValueBox(State())

    /// The maximum number of lines that wait.
    private static let capacity = 1_000

    /// How long the runtime waits for the last lines when it ends.
    private static let timeToDrain = DispatchTimeInterval.milliseconds(100)

    private struct State {
        var waitingCount = 0
        var droppedCount = 0
    }

    /// Logs a line, without waiting until it is written.
    static func note(_ text: String) {
        let hasSpace = state.withLockedValue { state in
            guard state.waitingCount < capacity else {
                state.droppedCount += 1
                return false
            }
            state.waitingCount += 1
            return true
        }
        guard hasSpace else { return }
        let line = SafeText.singleLine(text) + "\n"
        queue.async {
            write(line)
            let dropped = state.withLockedValue { state in
                state.waitingCount -= 1
                guard state.waitingCount == 0 else { return 0 }
                defer { state.droppedCount = 0 }
                return state.droppedCount
            }
            if dropped > 0 { write("dropped \(dropped) lines of the runtime's log, because nothing read it\n") }
        }
    }

    /// Waits until everything is written, but not longer than ``timeToDrain``.
    static func drain() async {
        let continuation = NIOLockedValueBox<CheckedContinuation<Void, Never>?>(nil)
        @Sendable func resume() {
            continuation.withLockedValue { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume()
        }
        await withCheckedContinuation { waiting in
            continuation.withLockedValue { $0 = waiting }
            queue.async { resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + timeToDrain) { resume() }
        }
    }

    /// Opens `/dev/null` for each standard stream that is closed. Otherwise a socket could get its number, and log lines
    /// would be written to that socket.
    static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = unsafe UnsafeRawBufferPointer(bytes)[...]
            while unsafe !rest.isEmpty {
                do {
                    let count = try unsafe FileDescriptor.standardError.write(UnsafeRawBufferPointer(rebasing: rest))
                    unsafe rest = rest.dropFirst(count)
                } catch Errno.resourceTemporarilyUnavailable {
                    // Another process that shares the stream has made it non-blocking.
                    var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                    unsafe poll(&descriptor, 1, -1)
                } catch {
                    // If the log cannot be written, nothing else can say so.
                    return
                }
            }
        }
    }
}
#endif
