import ArgumentParser
import EventStreamCodec
import LambdaStreaming
import SystemPackage
import TextCoding

/// `eventstream lambda`: Lambda functions whose responses are streamed.
struct Lambda: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Invoke Lambda functions whose responses are streamed.",
        subcommands: [LambdaInvoke.self]
    )
}

/// `eventstream lambda invoke`: the response of a function as it arrives.
struct LambdaInvoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Print the streamed response of a function as it arrives.",
        discussion: """
            URL is an endpoint of InvokeWithResponseStream that needs no signature, for example of 'lambda-local'. \
            http://HOST:PORT invokes the function named '\(InvokeURL.defaultFunction)'. A URL with a path is used as it \
            is (/2021-11-15/functions/NAME/response-streaming-invocations). FILE is a recorded response; '-' is \
            standard input.

            The payload goes to standard output. The log tail, the error, and the HTTP prelude if it is split off go to \
            standard error.

            EXIT STATUS
              75 the stream ends without InvokeComplete or inside a message; part of the response may be missing
              76 the function failed
              69 the server cannot be reached, or this build cannot open URLs

            EXAMPLES
              eventstream lambda invoke http://127.0.0.1:9000 --data '{"name":"you"}'
              eventstream lambda invoke http://127.0.0.1:9000 --http-prelude --data @event.json > body
              eventstream lambda invoke capture.bin | head
            """
    )

    @Argument(
        help: ArgumentHelp("Where to invoke, or a recorded response.", valueName: "url|file"), completion: .file())
    var source: String

    @Flag(help: "Split the HTTP prelude from the payload and print it on standard error.")
    var httpPrelude = false

    @Option(
        help: ArgumentHelp("The event to invoke with (default: {}).", valueName: "json|@file"), completion: .file())
    var data: String?

    func validate() throws {
        if !InvokeURL.isURL(source) {
            guard data == nil else {
                throw ValidationError("--data goes with a URL; a recorded response takes no event.")
            }
        } else {
            #if Network
            _ = try InvokeURL(source)
            #endif
        }
    }

    func run() throws {
        guard InvokeURL.isURL(source) else {
            var input = try openRecording()
            var printer = InvokeResponsePrinter(name: input.name, splitsHTTPPrelude: httpPrelude)
            while try input.readNext({ try unsafe printer.print($0.bytes) }) {}
            return try printer.finish()
        }
        try invoke()
    }

    #if Network
    /// The event: the text of `--data`, or the content of the file that it names.
    private func event() throws -> [UInt8] {
        guard let data else { return Array("{}".utf8) }
        guard data.hasPrefix("@") else { return try Self.checked(Array(data.utf8), from: "--data") }
        var file = try InputFile(String(data.dropFirst()))
        var bytes: [UInt8] = []
        while try file.readNext({ unsafe bytes.append(contentsOf: $0.bytes) }) {}
        return try Self.checked(bytes, from: file.name)
    }

    /// Returns `event` if it is JSON or empty. The service decides what an empty event means.
    private static func checked(_ event: [UInt8], from name: String) throws -> [UInt8] {
        guard !event.isEmpty else { return event }
        do throws(JSONError) {
            try JSONReader.check(event)
        } catch {
            throw CommandFailure(error, in: name)
        }
        return event
    }

    /// Invokes the function at the URL.
    private func invoke() throws {
        let url = try InvokeURL(source)
        var request = try InvokeRequest(to: url, event: try event())
        try request.begin()
        var printer = InvokeResponsePrinter(name: url.text, splitsHTTPPrelude: httpPrelude)
        do {
            while try request.readNext({ try printer.print($0) }) {}
        } catch let failure as CommandFailure where failure.status == CommandFailure.Status.incomplete {
            // If the function's error has arrived, it says more than the end of the connection.
            try printer.finish()
            throw failure
        }
        try printer.finish()
    }
    #else
    private func invoke() throws {
        throw CommandFailure(
            status: CommandFailure.Status.unavailable,
            message: "\(source): this build cannot open URLs; run Scripts/install, or "
                + "'swift build -c release --product eventstream --traits Network', for one that can")
    }
    #endif

    /// Prints a recorded response.
    private func openRecording() throws -> InputFile {
        do {
            return try InputFile(source)
        } catch var failure as CommandFailure where source.contains(":") {
            failure.message? += " (a URL begins with http://)"
            throw failure
        }
    }
}

/// Prints a function's response: the payload on standard output, everything else on standard error.
struct InvokeResponsePrinter: ~Copyable {
    private let name: String
    private var opening = StreamOpening(limits: .decoding)
    private var response: InvokeResponseDecoder
    private var output = OutputFile()

    init(name: String, splitsHTTPPrelude: Bool) {
        self.name = name
        response = InvokeResponseDecoder(splitsHTTPPrelude: splitsHTTPPrelude)
    }

    /// Decodes the next bytes of the event stream, and prints what they complete.
    mutating func print(_ bytes: RawSpan) throws {
        switch opening.admit(bytes) {
        case .nothing: break
        case .asTheyAre: try decode(bytes)
        case .held(let held): try held.withBytes { try decode($0) }
        }
    }

    private mutating func decode(_ bytes: RawSpan) throws {
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
                    // Events of other types are ignored. Any other message is an error.
                    if case .unrecognized = message.kind {
                        reports.append("\(name): byte \(message.offset): found \(message.notPrinted)")
                    }
                }
            }
        } catch {
            failure = error
        }
        try output.append(payload)
        try output.flush()
        for note in notes { Self.note(note) }
        for report in reports { CommandFailure.report(report) }
        if let failure { throw CommandFailure(failure, in: name, hint: opening.hint) }
    }

    /// Reports how the response ended, unless it succeeded.
    mutating func finish() throws {
        if case .held(let held) = opening.finish() { try held.withBytes { try decode($0) } }
        let outcome: InvokeResponseDecoder.Outcome
        do throws(InvokeResponseError) {
            outcome = try response.finish()
        } catch {
            throw CommandFailure(error, in: name, hint: opening.hint)
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
        // As in ``CommandFailure/report(_:)``, an error here cannot be reported.
        try? FileDescriptor.standardError.writeAllWaiting(Array((safe + (safe.hasSuffix("\n") ? "" : "\n")).utf8))
    }
}

extension EventStreamMessage.Kind {
    /// The meaning in a few words.
    fileprivate var summary: String {
        switch self {
        case .event(let type): "event \(type)"
        case .exception(let type): type.isEmpty ? "exception without :exception-type" : "exception \(type)"
        case .error(let code, let message):
            (code.map { "error \($0)" } ?? "error without :error-code") + (message.map { ": \($0)" } ?? "")
        case .unrecognized: "message without a meaning"
        }
    }
}

extension CommandFailure {
    /// The response is corrupt or ends too early.
    ///
    /// - Parameter hint: What the input is, if it is something other than an event stream.
    fileprivate init(_ error: InvokeResponseError, in file: String, hint: String) {
        if let error = error.eventStreamError {
            self.init(error, in: file, hint: hint)
        } else {
            self.init(status: Status.corruptData, message: "\(file): \(error)")
        }
    }
}

/// The URL at which a function is invoked: `http://HOST[:PORT]`, or with the path of the operation.
struct InvokeURL {
    /// The URL as the user wrote it.
    let text: String

    /// The URL of the operation.
    let operation: String

    /// The function that is invoked if the URL has no path: the default of `lambda-local`.
    static let defaultFunction = "function"

    /// Whether an argument is a URL and not a file.
    static func isURL(_ argument: String) -> Bool {
        argument.contains("://")
    }

    /// Checks the parts of a URL (RFC 3986 §3).
    ///
    /// - Throws: `ValidationError` if the URL cannot be that of a function.
    init(_ text: String) throws {
        guard text.hasPrefix("http://") else {
            throw ValidationError(
                "a URL begins with http://; for AWS, let curl sign the request and pipe its answer into "
                    + "'eventstream lambda invoke -'")
        }
        // A URL contains nothing that ends a request line or a header field.
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("#"), !text.contains("@") else {
            throw ValidationError("a URL is visible ASCII, without '#' and '@'")
        }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard !target.hasPrefix("?") else { throw ValidationError("a URL's path begins with '/'") }

        guard let parts = HostAndPort(authority), parts.port != 0 else {
            throw ValidationError(
                "a URL has a host (an IPv6 address in brackets) and, after a colon, a port from 1 to 65535")
        }
        let path = "/2021-11-15/functions/\(Self.defaultFunction)/response-streaming-invocations"
        self.text = text
        operation = "http://\(authority)" + (target.isEmpty || target == "/" ? path : String(target))
    }
}
