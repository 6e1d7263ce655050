import EventStreamCodec
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Makes a write to a closed pipe fail with an error instead of a signal that kills the process.
func ignoreBrokenPipeSignal() {
    _ = signal(SIGPIPE, SIG_IGN)
}

/// Opens `/dev/null` for each standard stream that is closed. Otherwise a file or socket could get its number, and would be
/// read or written in its place.
///
/// Each is opened for the wrong direction, so reading and writing still fail as for a closed descriptor.
func occupyClosedStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
        // An opened file gets the lowest number that is free.
        _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
}

/// Whether standard output is a terminal.
var standardOutputIsTerminal: Bool {
    isatty(STDOUT_FILENO) == 1
}

/// Returns the value of an environment variable, or nil if it is absent or empty.
func environmentVariable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
}

/// A point in time of a clock that never goes back.
struct MonotonicTime: Hashable {
    private let nanoseconds: Int64

    private init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The current time.
    static var now: MonotonicTime {
        var time = timespec()
        // A monotonic clock exists on every platform that the command is built for.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The number of microseconds since an earlier time.
    func microseconds(since earlier: MonotonicTime) -> UInt64 {
        UInt64(clamping: (nanoseconds &- earlier.nanoseconds) / 1_000)
    }

    /// Returns the time some microseconds later.
    static func + (time: MonotonicTime, microseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.nanoseconds &+ microseconds &* 1_000)
    }
}

extension MonotonicTime: Comparable {
    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// Reads and writes that wait even if the descriptor does not block.
///
/// `O_NONBLOCK` belongs to the open file, which several processes share: a parent or a neighbor in a pipeline (Node.js,
/// SSH) may have set it for standard input, output or error.
extension FileDescriptor {
    /// Waits until there are bytes to read, and reads them.
    ///
    /// - Parameter buffer: Receives the bytes.
    /// - Returns: The number of bytes read; 0 at the end of the input.
    /// - Throws: `Errno`.
    func readWaiting(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            do {
                return try unsafe read(into: buffer)
            } catch Errno.resourceTemporarilyUnavailable {
                try waitUntilReady(for: POLLIN)
            }
        }
    }

    /// Writes all of `bytes`, and waits as long as that takes.
    ///
    /// - Throws: `Errno`. Some of the bytes may have been written.
    func writeAllWaiting(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) throws {
        try unsafe bytes.rawSpan.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                do {
                    let count = try unsafe write(UnsafeRawBufferPointer(rebasing: rest))
                    unsafe rest = rest.dropFirst(count)
                } catch Errno.resourceTemporarilyUnavailable {
                    try waitUntilReady(for: POLLOUT)
                }
            }
        }
    }

    private func waitUntilReady(for event: some BinaryInteger) throws {
        var request = pollfd(fd: rawValue, events: Int16(event), revents: 0)
        while unsafe poll(&request, 1, -1) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}
