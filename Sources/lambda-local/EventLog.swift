import SystemPackage

/// What this program says, on standard error, a line at a time.
enum EventLog {
    /// Writes a line; what would break it, or move the cursor, is escaped: functions and clients have a say in it.
    static func note(_ text: String) {
        var line = "lambda-local: "
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\n"
        // When standard error cannot be written there is nowhere left to say so.
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }
}
