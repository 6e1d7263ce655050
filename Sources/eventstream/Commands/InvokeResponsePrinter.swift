import EventStreamCodec
import LambdaStreaming
import SystemPackage
import TextCoding

/// Prints a function's response: payload on standard output, all else on standard error.
struct InvokeResponsePrinter: ~Copyable {
    private let name: String
    private var response: InvokeResponseDecoder
    private var output = OutputFile()

    init(name: String, splitsHTTPPrelude: Bool) {
        self.name = name
        response = InvokeResponseDecoder(splitsHTTPPrelude: splitsHTTPPrelude)
    }

    /// Takes the next bytes of the event stream, and prints what they complete.
    mutating func print(_ bytes: RawSpan) throws {
        var payload: [UInt8] = []
        var notes: [String] = []
        var reports: [String] = []
        let name = name
        var failure: InvokeResponseError?
        do throws(InvokeResponseError) {
            try response.decode(bytes) { element in
                switch element {
                case .payload(let piece): payload.append(contentsOf: piece)
                case .prelude(let prelude): notes.append(String(decoding: prelude.json, as: UTF8.self))
                case .complete(let complete):
                    if let log = complete.logTail { notes.append(String(decoding: log, as: UTF8.self)) }
                case .failure(_, let details) where !details.isEmpty:
                    notes.append(String(decoding: [UInt8](details), as: UTF8.self))
                case .failure: break
                case .unknown(let message):
                    // An event of another type is for other readers; anything else is a fault.
                    if case .unrecognized = message.kind {
                        reports.append("\(name): byte \(message.offset): found \(message.notPrinted)")
                    }
                }
            }
        } catch {
            failure = error
        }
        try output.print { $0.append(contentsOf: payload) }
        try output.flush()
        for note in notes { Self.note(note) }
        for report in reports { CommandFailure.report(report) }
        if let failure { throw CommandFailure(failure, in: name) }
    }

    /// Says how the response ended, unless it succeeded.
    mutating func finish() throws {
        let outcome: InvokeResponseDecoder.Outcome
        do throws(InvokeResponseError) {
            outcome = try response.finish()
        } catch {
            throw CommandFailure(error, in: name)
        }
        switch outcome {
        case .succeeded: return
        case .incomplete:
            throw CommandFailure(
                status: CommandFailure.Status.incomplete,
                message: "\(name): byte \(response.offset): found the end of the stream, expected an InvokeComplete")
        case .failed(let complete):
            let error = [complete.errorCode, complete.errorDetails].compactMap(\.self).joined(separator: ": ")
            throw CommandFailure(
                status: CommandFailure.Status.exceptionInStream, message: "\(name): the function failed: \(error)")
        case .refused(let kind):
            throw CommandFailure(
                status: CommandFailure.Status.exceptionInStream,
                message: "\(name): the service refused: \(kind.summary)")
        }
    }

    /// Writes lines on standard error that are not the command's own.
    private static func note(_ text: String) {
        let safe = SafeText.multiLine(text)
        // As in ``CommandFailure/report(_:)``: nowhere else to say it.
        try? FileDescriptor.standardError.writeAllWaiting(Array((safe + (safe.hasSuffix("\n") ? "" : "\n")).utf8))
    }
}

extension EventStreamMessageKind {
    /// The meaning in a few words.
    fileprivate var summary: String {
        switch self {
        case .event(let type): "event \(type)"
        case .exception(let type): type.isEmpty ? "exception without :exception-type" : "exception \(type)"
        case .error(let code, let message):
            (code.isEmpty ? "error without :error-code" : "error \(code)") + (message.map { ": \($0)" } ?? "")
        case .unrecognized: "message without a meaning"
        }
    }
}

extension CommandFailure {
    /// The response is corrupt, or ends too early.
    fileprivate init(_ error: InvokeResponseError, in file: String) {
        if let error = error.eventStreamError {
            self.init(error, in: file)
        } else {
            self.init(status: Status.corruptData, message: "\(file): \(error)")
        }
    }
}
