import EventStreamCodec
import SystemPackage
import TextCoding

/// Decodes an event stream as its bytes arrive, and prints it on standard output and standard error as ``DecodeOptions`` ask.
///
/// The source of the bytes may be a file, a pipe or a response:
///
/// ```swift
/// var printer = StreamPrinter(options, name: "https://…")
/// do {
///     while let bytes = try source.next() { try printer.print(bytes) }
/// } catch let failure as CommandFailure {
///     try printer.finish(after: failure)
/// }
/// try printer.finish()
/// ```
///
/// The contract:
///
/// - ``print(_:)`` writes each message that the bytes complete before it returns, so that a live stream is shown live.
/// - The exit status comes as a ``CommandFailure`` that ``print(_:)`` or a `finish` throws. Everything decoded before is
///   printed, so a command only has to pass the failure on. If nothing is thrown, the status is 0.
/// - If the source fails, call ``finish(after:)`` with its failure. It may also be called with a failure that the printer has
///   thrown itself, which it throws again.
/// - After a `finish` or a failure, the printer prints nothing more.
struct StreamPrinter: ~Copyable {
    /// The stream's name in messages.
    private let name: String
    private let resyncs: Bool
    private let keepsTimes: Bool
    private let expectedLastType: String?
    private var opening: StreamOpening
    private var decoder: EventStreamDecoder

    /// Decodes instead of ``decoder`` with `--resync`.
    private var resyncing: ResyncingDecoder
    private var printer: MessagePrinter
    private var output = OutputFile()

    /// Whether bytes were skipped, and the first error in them.
    private var firstGap: StreamFailure?
    private var hasFinished = false

    /// Creates a printer at the start of a stream.
    ///
    /// - Parameters:
    ///   - options: What to print and to accept.
    ///   - name: The name of the stream in messages on standard error: that of the file, or the URL.
    ///   - start: When the command began to wait for the stream, for example when it sent a request. `--summary` counts from
    ///     it.
    init(_ options: DecodeOptions, name: String, start: MonotonicTime = .now) {
        self.name = name
        resyncs = options.resync
        keepsTimes = options.printsTime || options.printsSummary
        expectedLastType = options.expectedLastType
        opening = StreamOpening(limits: options.limits)
        decoder = EventStreamDecoder(limits: options.limits, policy: MessagePrinter.policy)
        resyncing = ResyncingDecoder(limits: options.limits, policy: MessagePrinter.policy)
        printer = MessagePrinter(options, name: name, start: start)
    }

    /// Decodes the next bytes of the stream, and prints the messages that they complete.
    ///
    /// - Parameter bytes: Any number of bytes, in the order of the stream. How they are split does not change the output.
    /// - Throws: ``CommandFailure`` if the stream is corrupt or the output cannot be written.
    mutating func print(_ bytes: RawSpan) throws {
        if keepsTimes { printer.times.record(bytes.byteCount) }
        do {
            switch opening.admit(bytes) {
            case .nothing: break
            case .asTheyAre: try decode(bytes)
            case .held(let held): try held.withBytes { try decode($0) }
            }
            try output.flush()
        } catch {
            try fail(error)
        }
    }

    /// Ends the stream where its source ends.
    ///
    /// - Throws: ``CommandFailure`` if the stream ends inside a message, or if its messages call for another status than 0.
    mutating func finish() throws {
        do {
            if case .held(let held) = opening.finish() { try held.withBytes { try decode($0) } }
            if resyncs {
                try decode(RawSpan(), isEnd: true)
            } else {
                try decoder.finish()
            }
            if let firstGap { try printer.end(with: firstGap, to: &output) }
        } catch {
            try fail(error)
        }
        try finish(with: unexpectedLast())
    }

    /// Ends the stream because its source has failed, for example a connection that was reset.
    ///
    /// - Throws: `failure`, after everything else was printed.
    mutating func finish(after failure: CommandFailure) throws -> Never {
        try fail(failure)
    }
}

// MARK: Decoding

extension StreamPrinter {
    private mutating func decode(_ bytes: RawSpan) throws {
        if resyncs { return try decode(bytes, isEnd: false) }
        try decoder.withMessages(in: bytes) { messages in
            while let message = try messages.next() { try printer.print(message, to: &output) }
        }
    }

    private mutating func decode(_ bytes: RawSpan, isEnd: Bool) throws {
        let hint = opening.hint
        try resyncing.decode(bytes, isEnd: isEnd) { message in
            try printer.print(message, to: &output)
        } onGap: { gap in
            try output.flush()
            let failure = StreamFailure(gap.error, hint: gap.range.lowerBound == 0 ? hint : "")
            let (start, end) = (gap.range.lowerBound, gap.range.upperBound)
            let count = end - start
            CommandFailure.report(
                "\(name): bytes \(start) to \(end): skipped \(count) byte\(count == 1 ? "" : "s"): \(failure.message ?? "")"
            )
            firstGap = firstGap ?? failure
        }
    }
}

extension StreamFailure {
    /// The code of an error, and its text without the name of the stream.
    ///
    /// - Parameter hint: What the input is, if the error is at its start.
    fileprivate init(_ error: any Error, hint: String = "") {
        switch error {
        case let error as EventStreamError:
            self.init(code: error.code.description, message: "\(error)\(hint)\(error.limitHint)")
        case let error as SigV4Error:
            self.init(
                code: (error.message?.code.description ?? error.code.description),
                message: "\(error)\(error.message?.limitHint ?? "")")
        case let error as DuplicateHeaderError:
            self.init(code: EventStreamError.Code.headerNameDuplicate.description, message: error.message)
        case let failure as CommandFailure:
            self.init(
                code: failure.status == CommandFailure.Status.incomplete ? "unexpectedEnd" : "inputFailed",
                message: failure.message)
        default: self.init(code: nil, message: "\(error)")
        }
    }
}

// MARK: Ending

extension StreamPrinter {
    /// Ends the stream with an error: one in its bytes, of its source or of the output.
    private mutating func fail(_ error: any Error) throws -> Never {
        if hasFinished { throw error }
        guard let failure = error as? CommandFailure else {
            let offset = (error as? EventStreamError)?.offset ?? .max
            let hint = offset < UInt64(EventStreamPrelude.length) ? opening.hint : ""
            let described = StreamFailure(error, hint: hint)
            let isCut = (error as? EventStreamError)?.code == .unexpectedEnd && hint.isEmpty
            try end(
                with: CommandFailure(
                    status: isCut && firstGap == nil
                        ? CommandFailure.Status.incomplete : CommandFailure.Status.corruptData,
                    message: "\(name): \(described.message ?? "")"),
                described)
        }
        if failure.isOutputClosed {
            hasFinished = true
            throw CommandFailure(status: statusSoFar)
        }
        try end(with: failure, StreamFailure(failure))
    }

    /// Prints what belongs to the end of the stream, and throws the failure that ended it.
    private mutating func end(with failure: CommandFailure, _ described: StreamFailure) throws -> Never {
        hasFinished = true
        try write(status: failure.status) { stream in try stream.printer.end(with: described, to: &stream.output) }
        printSummary()
        throw failure
    }

    /// Calls `body`, and writes the rest of the output. If its reader has gone away, ends the command quietly with `status`.
    private mutating func write(status: Int32, _ body: (inout StreamPrinter) throws -> Void) throws {
        do {
            try body(&self)
            try output.flush()
        } catch let closed as CommandFailure where closed.isOutputClosed {
            throw CommandFailure(status: status)
        }
    }

    /// Ends a stream whose bytes are all decoded.
    private mutating func finish(with unexpectedLast: CommandFailure?) throws {
        if let unexpectedLast, statusSoFar == 0 {
            try end(with: unexpectedLast, StreamFailure(unexpectedLast))
        }
        hasFinished = true
        try write(status: statusSoFar) { _ in }
        printSummary()
        unexpectedLast?.report()
        if statusSoFar != 0 { throw CommandFailure(status: statusSoFar) }
    }

    /// The status that the messages and gaps so far call for.
    private var statusSoFar: Int32 {
        if firstGap != nil { return CommandFailure.Status.corruptData }
        return printer.sawFailure ? CommandFailure.Status.exceptionInStream : 0
    }

    /// Returns the failure of `--expect-last`, if there is one.
    private func unexpectedLast() -> CommandFailure? {
        guard let expected = expectedLastType, !printer.lastIsExpected else { return nil }
        return CommandFailure(
            status: CommandFailure.Status.incomplete,
            message: "\(name): byte \(byteCount): found the end of the stream after \(printer.last), expected event "
                + "\(expected) as the last message")
    }

    private var byteCount: UInt64 { resyncs ? resyncing.offset : decoder.offset }

    private func printSummary() {
        guard let summary = printer.summary else { return }
        let text = summary.text(printer.times)
        // If standard error cannot be written, only the exit status is left.
        text.withBytes { try? FileDescriptor.standardError.writeAllWaiting($0) }
    }
}

extension EventStreamError {
    /// How to accept a message that exceeds a limit.
    fileprivate var limitHint: String {
        [.messageTooLong, .headersTooLong, .payloadTooLong].contains(code) ? "; --max-message-bytes 0 accepts any" : ""
    }
}
