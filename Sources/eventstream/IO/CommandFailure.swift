import EventStreamCodec
import SystemPackage
import TextCoding

/// Why the command ends early: an exit status and one line for standard error.
struct CommandFailure: Error {
    var status: Int32
    var message: String?

    /// The exit statuses, from `sysexits.h` and of this command.
    enum Status {
        static let usage: Int32 = 64
        static let corruptData: Int32 = 65
        static let noInput: Int32 = 66
        static let unavailable: Int32 = 69
        static let inputOutput: Int32 = 74
        static let incomplete: Int32 = 75
        static let exceptionInStream: Int32 = 76
        static let noCredentials: Int32 = 77
    }

    init(status: Int32, message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// The stream is corrupt or ends too early.
    ///
    /// - Parameter hint: What the input is, if it is known to be something other than an event stream; see ``StreamOpening``.
    init(_ error: EventStreamError, in file: String, hint: String = "") {
        self.init(
            status: error.code == .unexpectedEnd && hint.isEmpty ? Status.incomplete : Status.corruptData,
            message: "\(file): \(error)\(hint)")
    }

    /// The chunked body is corrupt or ends too early.
    init(_ error: ChunkedError, in file: String) {
        self.init(
            status: error.code == .unexpectedEnd ? Status.incomplete : Status.corruptData,
            message: "\(file): \(error)")
    }

    /// JSON in `file` is malformed or has unexpected values.
    init(_ error: JSONError, in file: String) {
        self.init(status: Status.corruptData, message: "\(file): byte \(error.offset): \(error)")
    }

    /// Reading or writing failed.
    init(_ error: Errno, at file: String) {
        self.init(status: Status.inputOutput, message: "\(file): \(error)")
    }

    /// The reader of the output has closed it, which is not an error.
    static let outputClosed = CommandFailure(status: 0)

    /// Whether this is ``outputClosed``. No other failure has the status of success.
    var isOutputClosed: Bool { status == 0 }

    /// Writes the message as one line on standard error.
    func report() {
        if let message { Self.report(message) }
    }

    /// Writes one line on standard error. `message` may contain any bytes of a file name or a stream.
    static func report(_ message: String) {
        let line = "eventstream: " + SafeText.singleLine(message, atMost: 2_000) + "\n"
        // If standard error cannot be written, only the exit status is left.
        try? FileDescriptor.standardError.writeAllWaiting(Array(line.utf8))
    }
}
