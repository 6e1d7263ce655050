import Dispatch
import Glibc

/// The program's start and end: standard streams, signals, exit status.
@main
enum Program {
    /// Each ends the program with status 0.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    private static let requests = AsyncStream.makeStream(of: Void.self)

    /// How long the program may take to end after the first signal. Then it ends as after a second one.
    private static let timeToEnd = timespec(tv_sec: 2, tv_nsec: 500_000_000)

    /// Runs the command. The main thread waits for signals meanwhile.
    static func main() {
        openStandardStreams()
        let set = blockSignals()
        Task.detached {
            await LambdaLocalCommand.main()
            exit(EXIT_SUCCESS)
        }
        endOnSignals(set)
    }

    /// Returns when the program is asked to end, or if it has been asked before.
    static func requestToEnd() async {
        for await _ in requests.stream { return }
    }

    /// Opens `/dev/null` for each standard stream that is closed, so no socket gets its number.
    private static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    /// Blocks the signals, so that ``endOnSignals(_:)`` receives them whenever they arrive. Later threads inherit this.
    private static func blockSignals() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in signals {
            unsafe sigaddset(&set, number)
            // A signal that the parent ignores would not be delivered.
            signal(number, SIG_DFL)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // The reader of the output may close it.
        signal(SIGPIPE, SIG_IGN)
        // If the parent ignores it, children leave no status.
        signal(SIGCHLD, SIG_DFL)
        return set
    }

    /// Passes on the first request to end. Ends the program at the second one, or if the first takes too long.
    ///
    /// It works even if all other threads are blocked.
    private static func endOnSignals(_ signals: sigset_t) -> Never {
        var (signals, timeToEnd, number) = (signals, timeToEnd, CInt(0))
        while unsafe sigwait(&signals, &number) != 0 {}
        requests.continuation.yield()
        while unsafe sigtimedwait(&signals, nil, &timeToEnd) < 0, errno == EINTR {}
        ProcessTable.shared.killAll(within: .milliseconds(200))
        for _ in 0..<50 where !(LogOutput.standardError.isDrained && LogOutput.standardOutput.isDrained) {
            usleep(1_000)
        }
        _exit(EXIT_SUCCESS)
    }
}
