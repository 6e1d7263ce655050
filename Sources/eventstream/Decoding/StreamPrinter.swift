import EventStreamCodec

/// Decodes an event stream as its bytes arrive, and prints it on standard output and standard error as ``DecodeOptions`` ask.
///
/// The source of the bytes may be a file, a pipe or a response:
///
/// ```swift
/// var printer = StreamPrinter(options, name: "https://…")
/// while let bytes = try source.next() { try printer.print(bytes) }
/// try printer.finish()
/// ```
///
/// The contract:
///
/// - ``print(_:)`` writes each message that the bytes complete before it returns, so that a live stream is shown live.
/// - The exit status comes as a ``CommandFailure`` that ``print(_:)`` or ``finish()`` throws. Everything decoded before is
///   printed, so a command only has to pass the failure on. If nothing is thrown, the status is 0.
/// - If the source fails, call ``finish(after:)`` with its failure instead of ``finish()``.
/// - After a failure was thrown, the printer is not used again.
struct StreamPrinter: ~Copyable {
    /// The stream's name in messages.
    private let name: String
    private var output = OutputFile()
    private var decoder: EventStreamDecoder
    private var printer: MessagePrinter
    private let unwrapper: SignedUnwrapper?

    /// Creates a printer at the start of a stream.
    ///
    /// - Parameters:
    ///   - options: What to print and to accept.
    ///   - name: The name of the stream in messages on standard error: that of the file, or the URL.
    init(_ options: DecodeOptions, name: String) {
        self.name = name
        decoder = EventStreamDecoder(limits: options.limits)
        printer = MessagePrinter(format: options.chosenFormat, unwrapsBytes: options.unwrapBytes, file: name)
        unwrapper = options.unwrapSigned ? SignedUnwrapper(limits: options.limits) : nil
    }

    /// Decodes the next bytes of the stream, and prints the messages that they complete.
    ///
    /// - Parameter bytes: Any number of bytes, in the order of the stream. How they are split does not change the output.
    /// - Throws: ``CommandFailure`` if the stream is corrupt or the output cannot be written.
    mutating func print(_ bytes: RawSpan) throws {
        try reportingErrors { stream in
            try stream.decoder.withMessages(in: bytes) { messages in
                while let message = try messages.next() {
                    try stream.unwrapper.print(message, with: &stream.printer, to: &stream.output)
                }
            }
        }
        try output.flush()
    }

    /// Ends the stream where its source ends.
    ///
    /// - Throws: ``CommandFailure`` if the stream ends inside a message, or if its messages call for another status than 0.
    mutating func finish() throws {
        try reportingErrors { stream in try stream.decoder.finish() }
        try output.flush()
        if printer.sawFailure { throw CommandFailure(status: CommandFailure.Status.exceptionInStream) }
    }

    /// Ends the stream because its source has failed, for example a connection that was reset.
    ///
    /// - Throws: `failure`, after everything else was printed.
    mutating func finish(after failure: CommandFailure) throws -> Never {
        try output.flush()
        throw failure
    }

    /// Calls `body`, and throws errors in the stream as failures of the command, after everything before them was written.
    private mutating func reportingErrors(_ body: (inout StreamPrinter) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as EventStreamError {
            try output.flush()
            throw CommandFailure(error, in: name)
        } catch let error as SigV4Error {
            try output.flush()
            throw CommandFailure(error, in: name)
        }
    }
}
