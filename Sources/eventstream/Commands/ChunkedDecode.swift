import ArgumentParser
import EventStreamCodec

/// `eventstream chunked decode`: the data out of a chunked body.
struct ChunkedDecode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the data of a chunked body, raw.",
        discussion: """
            The grammar of RFC 9112 and nothing else: a line feed alone, junk after a size or a trailer that would \
            frame another message is an error, with the byte where it is. Input after the body is left alone.

            EXAMPLES
              curl --raw -s http://localhost:8080/ | eventstream chunked decode
              eventstream chunked decode --json capture.bin | jq .trailers
            """
    )

    @Argument(help: "The body; absent or '-' is standard input.", completion: .file())
    var file: String?

    @Flag(help: "Print one JSON object instead: data, extensions, trailers, what was consumed, and the error.")
    var json = false

    @Option(help: ArgumentHelp("Bytes a read; the output never depends on it.", valueName: "n"))
    var readSize = InputFile.defaultReadSize

    func validate() throws {
        try InputFile.validate(readSize: readSize)
    }

    func run() throws {
        var input = try InputFile(file, readSize: readSize)
        var output = OutputFile()
        var decoder = ChunkedDecoder()
        var report = ChunkedReport()
        var failure: ChunkedError?

        do {
            while !decoder.isComplete,
                try input.readNext({ bytes in
                    try decoder.withElements(in: bytes) { elements in
                        while let element = try elements.next() {
                            if json {
                                report.note(element)
                            } else if case .data(let data) = element {
                                try output.print { $0.append(contentsOf: data) }
                            }
                        }
                    }
                })
            {
                try output.flush()
            }
            try decoder.finish()
        } catch let error as ChunkedError {
            failure = error
        }
        if json { try output.print { $0.append(contentsOf: report.line(of: decoder, failure)) } }
        try output.flush()
        if let failure { throw CommandFailure(failure, in: input.name) }
    }
}
