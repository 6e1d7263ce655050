import ArgumentParser
import EventStreamCodec
import LambdaStreaming
import TextCoding

/// `eventstream lambda invoke`: the response of a function, as it comes.
struct LambdaInvoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Print what a function streams, as it comes.",
        discussion: """
            URL is where InvokeWithResponseStream is answered without a signature, by 'lambda-local' for instance: \
            http://HOST:PORT invokes the function named '\(InvokeURL.defaultFunction)'; with a path the URL is taken as \
            it is (/2021-11-15/functions/NAME/response-streaming-invocations). FILE is a recorded answer; '-' is \
            standard input.

            The function's payload goes to standard output. The end of its log, its error, and the HTTP prelude when it \
            is split off, go to standard error.

            EXIT STATUS
              75 the stream ends without InvokeComplete, or inside a message: part of the response may be missing
              76 the function failed
              69 the server cannot be reached, or this build cannot open URLs

            EXAMPLES
              eventstream lambda invoke http://127.0.0.1:9000 --data '{"name":"you"}'
              eventstream lambda invoke http://127.0.0.1:9000 --http-prelude --data @event.json > body
              eventstream lambda invoke capture.bin | head
            """
    )

    @Argument(help: ArgumentHelp("Where to invoke, or a recorded answer.", valueName: "url|file"), completion: .file())
    var source: String

    @Flag(help: "Split the HTTP prelude off the payload, and print it on standard error.")
    var httpPrelude = false

    @Option(
        help: ArgumentHelp("The event to invoke with (default: {}).", valueName: "json|@file"), completion: .file())
    var data: String?

    func validate() throws {
        if !InvokeURL.isURL(source) {
            guard data == nil else {
                throw ValidationError("--data goes with a URL; a recorded answer takes no event.")
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
    /// The event: `--data`, or what the file that it names holds.
    private func event() throws -> [UInt8] {
        guard let data else { return Array("{}".utf8) }
        guard data.hasPrefix("@") else { return try Self.checked(Array(data.utf8), from: "--data") }
        var file = try InputFile(String(data.dropFirst()))
        var bytes: [UInt8] = []
        while try file.readNext({ unsafe bytes.append(contentsOf: $0.bytes) }) {}
        return try Self.checked(bytes, from: file.name)
    }

    /// Returns `event` if it is JSON, or empty: what that means is left to the service.
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
            // The function's error, when it has come, says more than the connection's end.
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

    /// The recorded answer.
    private func openRecording() throws -> InputFile {
        do {
            return try InputFile(source)
        } catch var failure as CommandFailure where source.contains(":") {
            failure.message? += " (a URL begins with http://)"
            throw failure
        }
    }
}
