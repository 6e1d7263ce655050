import ArgumentParser
import EventStreamCodec
import EventStreamCrypto
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
            URL is an endpoint of InvokeWithResponseStream. http://HOST:PORT invokes the function named \
            '\(InvokeURL.defaultFunction)', for example in 'lambda-local'. A URL with a path is used as it \
            is (/2021-11-15/functions/NAME/response-streaming-invocations). FILE is a recorded response; '-' is \
            standard input.

            --function invokes a function at AWS, or at AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL. Its requests, and those to \
            https URLs, are signed and sent as by 'eventstream request', whose help describes credentials and proxies. Requests \
            to http URLs are not signed.

            The payload goes to standard output. The log tail, the error, and the HTTP prelude if it is split off go to \
            standard error.

            EXIT STATUS
              75 the stream ends without InvokeComplete or inside a message; part of the response may be missing
              76 the function failed, or the service refused
              77 no credentials
              69 the server cannot be reached, or this build cannot open URLs

            EXAMPLES
              eventstream lambda invoke http://127.0.0.1:9000 --data '{"name":"you"}'
              eventstream lambda invoke http://127.0.0.1:9000 --http-prelude --data @event.json > body
              eventstream lambda invoke --function my-function --region eu-west-1
              eventstream lambda invoke capture.bin | head
            """
    )

    @Argument(
        help: ArgumentHelp("Where to invoke, or a recorded response.", valueName: "url|file"), completion: .file())
    var source: String?

    @Option(help: ArgumentHelp("The function to invoke, in place of a URL.", valueName: "name|arn"))
    var function: String?

    @Flag(help: "Split the HTTP prelude from the payload and print it on standard error.")
    var httpPrelude = false

    @Option(
        help: ArgumentHelp("The event to invoke with (default: {}).", valueName: "json|@file"), completion: .file())
    var data: String?

    @OptionGroup var account: AccountOptions

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard (source == nil) != (function == nil) else {
            throw ValidationError("found \(source == nil ? "neither" : "both"), expected a URL or file, or --function")
        }
        if let function { _ = try LambdaFunctionName(function) }
        let isURL = source.map(InvokeURL.isURL) ?? true
        guard isURL || data == nil else {
            throw ValidationError("--data goes with a URL; a recorded response takes no event.")
        }
        if account.region != nil || account.profile != nil {
            guard function != nil || source?.lowercased().hasPrefix("https://") == true else {
                throw ValidationError("--region and --profile go with --function or an https URL.")
            }
        }
        #if Network
        if isURL, let source { _ = try InvokeURL(source) }
        #endif
    }

    func run() throws {
        if let source, !InvokeURL.isURL(source) { return try printRecording(source) }
        try invoke()
    }

    private func printRecording(_ file: String) throws {
        var input = try open(file)
        var printer = InvokeResponsePrinter(name: input.name, splitsHTTPPrelude: httpPrelude)
        while try input.readNext({ try unsafe printer.print($0.bytes) }) {}
        try printer.finish()
    }

    private func open(_ file: String) throws -> InputFile {
        do {
            return try InputFile(file)
        } catch var failure as CommandFailure where file.contains(":") {
            failure.message? += " (a URL begins with http:// or https://)"
            throw failure
        }
    }

    #if Network
    /// The event: the text of `--data`, or the content of the file that it names. The service decides what an empty event means.
    private func event() throws -> [UInt8] {
        let (event, name) = try RequestData.read(data ?? "{}", allowsStandardInput: false)
        guard !event.isEmpty else { return event }
        do throws(JSONError) {
            try JSONReader.check(event)
        } catch {
            throw CommandFailure(error, in: name)
        }
        return event
    }

    /// Invokes the function.
    private func invoke() throws {
        var request = try makeRequest()
        try request.begin()
        var printer = InvokeResponsePrinter(name: request.name, splitsHTTPPrelude: httpPrelude)
        do {
            while try request.readNext({ try printer.print($0) }) {}
        } catch let failure as CommandFailure where failure.status == CommandFailure.Status.incomplete {
            // If the function's error has arrived, it says more than the end of the connection.
            try printer.finish()
            throw failure
        }
        try printer.finish()
    }

    private func makeRequest() throws -> InvokeRequest {
        if let function {
            let name = try LambdaFunctionName(function)
            let (profile, region) = account.profileAndRegion(name.region)
            guard let region else { throw CommandFailure.noRegion("--function \(function)") }
            if let own = name.region, region != own {
                throw CommandFailure(
                    status: CommandFailure.Status.usage,
                    message: "found --region \(region) and a function in \(own), expected the same region")
            }
            let url = try name.url(in: region)
            let signing = ServiceRequest.Signing(
                credentials: try AWSCredentials.find(in: profile), region: region, service: "lambda")
            return try InvokeRequest(
                to: url, event: try event(), signing: signing, settings: try connection.settings(for: url))
        }
        let url = try InvokeURL(source ?? "").request
        guard url.isSecure else {
            let settings = ConnectionSettings(
                connectTimeout: connection.connectTimeout, idleTimeout: connection.idleTimeout)
            return try InvokeRequest(to: url, event: try event(), signing: nil, settings: settings)
        }
        let service = AWSHost(url.authority.host).service ?? "lambda"
        let signing = try account.signing(for: url, service: service)
        return try InvokeRequest(
            to: url, event: try event(), signing: signing, settings: try connection.settings(for: url))
    }
    #else
    private func invoke() throws { throw CommandFailure.noNetwork(source ?? "--function") }
    #endif
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
    #if Network
    /// The URL of the operation.
    let request: RequestURL
    #endif

    /// The function that is invoked if the URL has no path: the default of `lambda-local`.
    static let defaultFunction = "function"

    /// Whether an argument is a URL and not a file.
    static func isURL(_ argument: String) -> Bool {
        argument.contains("://")
    }

    #if Network
    /// Checks the parts of a URL (RFC 3986 §3).
    ///
    /// - Throws: `ValidationError` if the URL cannot be that of a function.
    init(_ text: String) throws {
        // A URL contains nothing that ends a request line or a header field.
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("#"), !text.contains("@") else {
            throw ValidationError("a URL is visible ASCII, without '#' and '@'")
        }
        let rest = text.divided(at: "://").dropFirst().joined(separator: "://")
        let target = rest.drop { $0 != "/" && $0 != "?" }
        guard !target.hasPrefix("?") else { throw ValidationError("a URL's path begins with '/'") }
        let hasPath = !target.isEmpty && target != "/"
        do throws(RequestURL.Invalid) {
            let path = LambdaFunctionName.path(Self.defaultFunction)
            let operation = hasPath ? text : text.dropLast(target.count) + path
            // The URL of an emulator is shown as it was written.
            request = try RequestURL(operation, name: text.lowercased().hasPrefix("http:") ? text : nil)
        } catch {
            throw ValidationError(error.reason)
        }
    }
    #endif
}

/// The name or ARN of a function, with its version or alias if it has one.
struct LambdaFunctionName {
    private let text: String

    /// The partition in the ARN, such as `aws-cn`; nil without one.
    private let partition: String?

    /// The region in the ARN; nil without one.
    let region: String?

    /// Parses `NAME`, `ACCOUNT:function:NAME` or `arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME`, and `:QUALIFIER`.
    ///
    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-_:.$".utf8.contains(byte)
            }
        }
        let isARN = parts[0] == "arn"
        let isValidARN = (7...8).contains(parts.count) && parts[2] == "lambda" && parts[5] == "function"
        guard isName, !parts.contains(""), !isARN || isValidARN else {
            throw ValidationError(
                "--function takes a name or arn:aws:lambda:REGION:ACCOUNT:function:NAME, and ':' and a version or alias."
            )
        }
        self.text = text
        partition = isARN ? String(parts[1]) : nil
        region = isARN ? String(parts[3]) : nil
    }

    /// Returns the path of the operation.
    ///
    /// - Parameter name: The name of the function, percent-encoded.
    static func path(_ name: String) -> String { "/2021-11-15/functions/\(name)/response-streaming-invocations" }

    #if Network
    /// Returns the URL of the operation: at the endpoint of the environment, or at AWS.
    ///
    /// - Throws: ``CommandFailure`` if the endpoint of the environment is invalid.
    func url(in region: String) throws -> RequestURL {
        let variables = ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"]
        let variable = variables.first { environmentVariable($0) != nil }
        var endpoint = variable.flatMap(environmentVariable) ?? "https://lambda.\(region).\(suffix(of: region))"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        do throws(RequestURL.Invalid) {
            return try RequestURL(endpoint + Self.path(PercentEncoding.encoded(Array(text.utf8))))
        } catch {
            throw CommandFailure(
                status: CommandFailure.Status.usage, message: "\(variable ?? "--region"): \(error.reason)")
        }
    }

    /// Returns the end of the names of hosts in a region.
    private func suffix(of region: String) -> String {
        for (ownPartition, prefix, suffix) in [
            ("aws-cn", "cn-", "amazonaws.com.cn"), ("aws-iso", "us-iso-", "c2s.ic.gov"),
            ("aws-iso-b", "us-isob-", "sc2s.sgov.gov"), ("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"),
            ("aws-iso-f", "us-isof-", "csp.hci.ic.gov"), ("aws-eusc", "eusc-", "amazonaws.eu"),
        ] where partition == ownPartition || region.hasPrefix(prefix) {
            return suffix
        }
        return "amazonaws.com"
    }
    #endif
}
