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
