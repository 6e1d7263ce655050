#if LambdaRuntime
import SystemPackage

/// Standard error, which Lambda takes for the function's log.
enum FunctionLog {
    /// Writes a line.
    static func note(_ text: String) {
        // A log that cannot be written leaves nowhere to say so.
        _ = try? FileDescriptor.standardError.writeAll(
            (text.split(whereSeparator: \.isNewline).joined(separator: "\\n") + "\n").utf8)
    }
}
#endif
