import SystemPackage

/// What this program says, on standard error, a line at a time.
enum EventLog {
    /// Writes a line.
    static func note(_ text: String) {
        let line = "lambda-local: \(text)\n"
        // When standard error cannot be written there is nowhere left to say so.
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }
}
