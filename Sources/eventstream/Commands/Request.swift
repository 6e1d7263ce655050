import ArgumentParser
import EventStreamCodec
import TextCoding

/// `eventstream request`: the event stream with which a service answers a request, as it arrives.
struct Request: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign and send a request, and print the event stream that answers it.",
        discussion: """
            Works with every service that answers with an event stream: Bedrock, Kinesis, S3 Select, CloudWatch Logs, Lex, \
            SageMaker, Lambda. Each message is printed as soon as it has arrived, as by 'eventstream decode'.

            The request is signed with SigV4 for the service and region in the name of the host. The keys are AWS_ACCESS_KEY_ID, \
            AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or else those of a profile in ~/.aws/credentials and ~/.aws/config \
            (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE): static keys, or the output of its credential_process. For single \
            sign-on and roles: eval "$(aws configure export-credentials --format env)"

            HTTP/2 is used if the server offers it, and the proxy in HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Redirects are not \
            followed. Secrets are never printed.

            EXIT STATUS
              69 the server cannot be reached, or this build cannot open URLs
              75 the response ends too early
              76 a status other than 2xx; with --fail and some formats, an exception or error in the stream
              77 no credentials

            EXAMPLES
              eventstream request https://bedrock-runtime.us-east-1.amazonaws.com/model/MODEL/converse-stream \\
                --data '{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}' --event contentBlockDelta
              eventstream request https://kinesis.eu-west-1.amazonaws.com --data @shard.json \\
                --header 'Content-Type: application/x-amz-json-1.1' \\
                --header 'X-Amz-Target: Kinesis_20131202.SubscribeToShard'
              eventstream request http://127.0.0.1:8080/ --no-sign --time --summary
            """
    )

    @Argument(help: ArgumentHelp("Where to send the request: https://… or http://…", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("The method (default: POST with --data, otherwise GET).", valueName: "m"))
    var method: String?

    @Option(help: ArgumentHelp("A header field. Repeatable.", valueName: "name: value"))
    var header: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The body; '@' and the name of a file; or '-' for standard input. Its type is application/json unless "
                + "--header says otherwise.", valueName: "json|@file|-"),
        completion: .file())
    var data: String?

    @Option(help: ArgumentHelp("The service's signing name (default: that of the host).", valueName: "s"))
    var service: String?

    @OptionGroup var account: AccountOptions

    @Flag(help: "Do not sign the request.")
    var noSign = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var decoding: DecodeOptions

    func validate() throws {
        if let method, !method.isToken { throw ValidationError("--method takes a method, such as POST.") }
        for field in try header.map(HeaderArgument.init) {
            let name = field.name.lowercased()
            if HeaderArgument.framingFields.contains(name) {
                throw ValidationError("--header does not take \(field.name), which the command sets.")
            }
            if name == "authorization", !noSign {
                throw ValidationError("--header Authorization goes with --no-sign.")
            }
        }
        if noSign, service != nil || account.region != nil || account.profile != nil {
            throw ValidationError("--service, --region and --profile do not go with --no-sign.")
        }
        #if Network
        _ = try parsedURL()
        #endif
    }

    #if Network
    private func parsedURL() throws -> RequestURL {
        do throws(RequestURL.Invalid) {
            return try RequestURL(url)
        } catch {
            throw ValidationError(error.reason)
        }
    }

    func run() throws {
        let url = try parsedURL()
        let signing = noSign ? nil : try account.signing(for: url, service: service)
        let settings = try connection.settings(for: url)
        var content = ServiceRequest.Content(url: url, method: method ?? (data == nil ? "GET" : "POST"))
        content.body = try data.map { try RequestData.read($0, allowsStandardInput: true).bytes }
        content.headers = try header.map { try HeaderArgument($0) }.map { ($0.name, $0.value) }
        var defaults = [("Accept", "application/vnd.amazon.eventstream"), ("User-Agent", "eventstream")]
        if data != nil { defaults.append(("Content-Type", "application/json")) }
        for (name, value) in defaults
        where !content.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            content.headers.append((name, value))
        }

        let start = MonotonicTime.now
        var request = try ServiceRequest(content, signing: signing, settings: settings)
        try request.begin()
        var printer = StreamPrinter(decoding, name: url.name, start: start)
        do {
            while try request.readNext({ try printer.print($0) }) {}
        } catch let failure as CommandFailure {
            try printer.finish(after: failure)
        }
        try printer.finish()
    }
    #else
    func run() throws { throw CommandFailure.noNetwork("request") }
    #endif
}

/// The argument of `--header`.
struct HeaderArgument {
    let name: String
    let value: String

    /// The fields that describe the connection or the framing of the body.
    static let framingFields: Set<String> = [
        "connection", "content-length", "keep-alive", "proxy-authorization", "proxy-connection", "te",
        "transfer-encoding", "upgrade",
    ]

    /// Parses `Name: value`.
    ///
    /// - Throws: `ValidationError`, which does not repeat the text: it may be a secret.
    init(_ text: String) throws {
        guard let colon = text.firstIndex(of: ":") else {
            throw ValidationError("--header takes 'Name: value'; found no colon.")
        }
        name = String(text[..<colon])
        guard name.isToken else { throw ValidationError("--header takes 'Name: value'; found an invalid name.") }
        var value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        guard value.utf8.allSatisfy(HTTPByte.isFieldValue) else {
            throw ValidationError("--header \(name) takes a value without control characters.")
        }
        self.value = String(value)
    }
}
