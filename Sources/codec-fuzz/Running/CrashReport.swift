#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Saves the input that is being checked when the process traps, crashes, hangs or is ended by a sanitizer.
///
/// What runs then is a signal handler: it touches nothing but the memory here, and calls `open`, `write` and `_exit`.
enum CrashReport {
    /// How long one execution may take, in seconds.
    private static let patience: UInt32 = 30

    // INVARIANT: these change only between two executions, on the one thread that checks, and a handler only reads them.
    // Memory for the texts is never given back, so that a handler finds it.
    nonisolated(unsafe) private static var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    nonisolated(unsafe) private static var file: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var message = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    /// Sets the handlers.
    static func install() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            _ = signal(number) { _ in CrashReport.saveAndExit() }
        }
        // A sanitizer ends the process by itself, and says so before.
        if let address = unsafe dlsym(nil, "__sanitizer_set_death_callback") {
            typealias SetCallback = @convention(c) (@convention(c) () -> Void) -> Void
            unsafe unsafeBitCast(address, to: SetCallback.self)({ CrashReport.save() })
        }
    }

    /// Says which target is checked next, and where to save a failing input; nil when it stands in a file already.
    static func begin(target: String, file: String?) {
        unsafe Self.file = file.flatMap { unsafe strdup($0) }
        let text = Array(
            (file.map { "\(target): CRASHED; the input is in \($0)\n" } ?? "\(target): CRASHED on the file\n").utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        unsafe memory.copyBytes(from: text)
        unsafe message = UnsafeRawBufferPointer(memory)
    }

    /// Checks `bytes` under watch.
    static func watching(
        _ bytes: [UInt8], check: ([UInt8]) throws(FuzzFailure) -> Void
    ) -> FuzzFailure? {
        unsafe bytes.withUnsafeBytes { bytes in unsafe input = bytes }
        alarm(patience)
        // The array is kept to the end of the call, and with it the memory that its pointer points to.
        return withExtendedLifetime(bytes) { thrown { () throws(FuzzFailure) in try check(bytes) } }
    }

    private static func saveAndExit() {
        save()
        _exit(1)
    }

    private static func save() {
        if let file = unsafe file {
            let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            _ = unsafe write(descriptor, input.baseAddress, input.count)
            close(descriptor)
        }
        _ = unsafe write(STDOUT_FILENO, message.baseAddress, message.count)
    }
}
