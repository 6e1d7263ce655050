import EventStreamCodec
import SystemPackage
import TextCoding

/// Why the command ends early: an exit status, and one line for standard error.
struct CommandFailure: Error {
    var status: Int32
    var message: String?

    /// What `sysexits.h` and this command call their statuses.
    enum Status {
        static let corruptData: Int32 = 65
        static let noInput: Int32 = 66
        static let unavailable: Int32 = 69
        static let inputOutput: Int32 = 74
        static let incomplete: Int32 = 75
        static let exceptionInStream: Int32 = 76
    }

    init(status: Int32, message: String? = nil) {
        self.status = status
        self.message = message
    }

    /// The stream is corrupt, or ends too early.
    init(_ error: EventStreamError, in file: String) {
        self.init(
            status: error.code == .unexpectedEnd ? Status.incomplete : Status.corruptData,
            message: "\(file): \(error)")
    }

    /// The chunked body is corrupt, or ends too early.
    init(_ error: ChunkedError, in file: String) {
        self.init(
            status: error.code == .unexpectedEnd ? Status.incomplete : Status.corruptData,
            message: "\(file): \(error)")
    }

    /// JSON in `file` is malformed, or is not what it should be.
    init(_ error: JSONError, in file: String) {
        self.init(status: Status.corruptData, message: "\(file): byte \(error.offset): \(error)")
    }

    /// Reading or writing failed.
    init(_ error: Errno, at file: String) {
        self.init(status: Status.inputOutput, message: "\(file): \(error)")
    }

    /// Nobody reads the output any more: not an error, and nobody to tell.
    static let outputClosed = CommandFailure(status: 0)

    /// Writes the message as one line on standard error.
    func report() {
        if let message { Self.report(message) }
    }

    /// Writes one line on standard error, whatever bytes a file name or a stream brought into `message`.
    static func report(_ message: String) {
        let line = "eventstream: " + SafeText.singleLine(message, atMost: 2_000) + "\n"
        // When standard error cannot be written there is nowhere left to say so; the exit status still does.
        try? FileDescriptor.standardError.writeAllWaiting(Array(line.utf8))
    }
}
