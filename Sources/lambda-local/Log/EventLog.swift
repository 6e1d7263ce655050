import NIOCore
import TextCoding

/// The lines that this program itself logs, on standard error.
enum EventLog {
    /// Logs a line, without waiting until it is written.
    ///
    /// Functions and clients contribute to it, so whatever would break the line or move the cursor is escaped.
    static func note(_ text: String) {
        LogOutput.standardError.write(ByteBuffer(string: line(text)), asLines: true)
    }

    /// A line as it is logged.
    static func line(_ text: String) -> String {
        "lambda-local: " + SafeText.singleLine(text) + "\n"
    }
}
