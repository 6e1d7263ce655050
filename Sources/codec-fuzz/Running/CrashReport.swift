#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Saves the current input if the process traps, crashes, hangs, or is ended by a sanitizer.
///
/// This happens in a signal handler, which only uses the memory of this type, and calls `open`, `write` and `_exit`.
enum CrashReport {
    /// The time limit of one execution in seconds.
    private static let patience: UInt32 = 30

    // INVARIANT: these change only between two executions, on the thread that runs them, and a handler only reads them.
    // The memory of the texts is never freed, so a handler can read it.
    nonisolated(unsafe) private static var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    nonisolated(unsafe) private static var file: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var message = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    /// Installs the handlers.
    static func install() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            _ = signal(number) { _ in CrashReport.saveAndExit() }
        }
        // A sanitizer ends the process itself, and calls this function before.
        if let address = unsafe dlsym(nil, "__sanitizer_set_death_callback") {
            typealias SetCallback = @convention(c) (@convention(c) () -> Void) -> Void
            unsafe unsafeBitCast(address, to: SetCallback.self)({ CrashReport.save() })
        }
    }

    /// Sets the current target.
    ///
    /// - Parameters:
    ///   - target: The name of the target.
    ///   - file: Where to save a failing input; nil if it is already in a file.
    static func begin(target: String, file: String?) {
        unsafe Self.file = file.flatMap { unsafe strdup($0) }
        let text = Array(
            (file.map { "\(target): CRASHED; the input is in \($0)\n" } ?? "\(target): CRASHED on the file\n").utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        unsafe memory.copyBytes(from: text)
        unsafe message = UnsafeRawBufferPointer(memory)
    }

    /// Checks `bytes`, with a time limit and the handlers.
    static func watching(
        _ bytes: [UInt8], check: ([UInt8]) throws(FuzzFailure) -> Void
    ) -> FuzzFailure? {
        unsafe bytes.withUnsafeBytes { bytes in unsafe input = bytes }
        alarm(patience)
        // The array, and so the memory of its pointer, is kept until the end of the call.
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
