import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lets a write to a closed pipe fail with an error instead of killing the process with a signal.
func ignoreBrokenPipeSignal() {
    _ = signal(SIGPIPE, SIG_IGN)
}

/// Opens something for each standard stream that is closed, so that no file or socket that is opened later gets its number
/// and is read or written in its place.
///
/// What it opens allows only the wrong direction: reading and writing fail as they do for a closed descriptor.
func occupyClosedStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
        // An opened file gets the lowest number that is free.
        _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
}

/// Whether a person watches standard output.
var standardOutputIsTerminal: Bool {
    isatty(STDOUT_FILENO) == 1
}

/// The value of an environment variable, or nil when it is absent or empty.
func environmentVariable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
}

/// Reads and writes that wait even when the descriptor does not block.
///
/// `O_NONBLOCK` belongs to the open file, which several processes share: a parent or a neighbor in a pipeline (Node.js,
/// SSH) may have set it for standard input, output or error.
extension FileDescriptor {
    /// Waits until there is something to read, and reads it.
    ///
    /// - Parameter buffer: Where the bytes go.
    /// - Returns: How many bytes were read; 0 at the end of the input.
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
    /// - Throws: `Errno`; some of the bytes may have been written then.
    func writeAllWaiting(_ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { bytes in
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
