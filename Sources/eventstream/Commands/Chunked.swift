import ArgumentParser
import EventStreamCodec
import TextCoding

/// `eventstream chunked`: bodies in HTTP/1.1's chunked transfer coding.
struct Chunked: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read and write bodies in HTTP/1.1's chunked transfer coding (RFC 9112).",
        subcommands: [ChunkedDecode.self, ChunkedEncode.self]
    )
}

/// `eventstream chunked decode`: the data of a chunked body.
struct ChunkedDecode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the raw data of a chunked body.",
        discussion: """
            Accepts the grammar of RFC 9112, and what an option allows. A line feed alone, junk after a size or a \
            trailer that would frame another message is an error, with the byte where it is. Input after the body is \
            left alone.

            EXAMPLES
              curl --raw -s http://localhost:8080/ | eventstream chunked decode
              eventstream chunked decode --json capture.bin | jq .trailers
            """
    )

    @Argument(help: "The body; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Flag(
        help: "Print one JSON object instead: body, extensions, trailers, consumed bytes and the error.")
    var json = false

    @Option(help: ArgumentHelp("Bytes per read. The output does not depend on it.", valueName: "n"))
    var readSize = InputFile.defaultReadSize

    @Flag(help: "Accept spaces and tabs after a size, as old servers send them.")
    var allowWhitespaceAfterSize = false

    @Option(help: ArgumentHelp("Limit of the length of all extensions; 0 means no limit.", valueName: "n"))
    var maxExtensionBytes = ChunkedLimits.defaultOverheadLength

    func validate() throws {
        try InputFile.validate(readSize: readSize)
        guard maxExtensionBytes >= 0 else { throw ValidationError("--max-extension-bytes takes a number from 0.") }
    }

    func run() throws {
        var input = try InputFile(file, readSize: readSize)
        var output = OutputFile()
        var decoder = ChunkedDecoder(
            limits: ChunkedLimits(extensionsLength: maxExtensionBytes == 0 ? .max : maxExtensionBytes),
            policy: ChunkedPolicy(allowsWhitespaceAfterSize: allowWhitespaceAfterSize))
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
                                try output.append(data)
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

/// What `eventstream chunked decode --json` prints about a body.
struct ChunkedReport {
    private var body: [UInt8] = []
    private var extensions: [UInt8] = []
    private var trailers: [UInt8] = []

    /// Records an element.
    mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .end: break
        case .extensions(let view):
            var iterator = view.makeIterator()
            while let found = iterator.next() {
                if !extensions.isEmpty { extensions.append(UInt8(ascii: ",")) }
                extensions.append(json: "{\"chunk\":\(view.chunk),\"name\":")
                extensions.append(jsonLatin1: [UInt8](found.name))
                extensions.append(json: ",\"value\":")
                if let value = found.value {
                    extensions.append(jsonLatin1: value)
                } else {
                    extensions.append(json: "null")
                }
                extensions.append(json: "}")
            }
        case .trailer(let field):
            if !trailers.isEmpty { trailers.append(UInt8(ascii: ",")) }
            trailers.append(UInt8(ascii: "["))
            trailers.append(jsonLatin1: [UInt8](field.name))
            trailers.append(json: ",")
            trailers.append(jsonLatin1: [UInt8](field.value))
            trailers.append(json: "]")
        }
    }

    /// Returns the JSON line about the body that `decoder` has read. `failure` is the error that ended it.
    func line(of decoder: ChunkedDecoder, _ failure: ChunkedError?) -> [UInt8] {
        let isIncomplete = failure?.code == .unexpectedEnd
        let status = failure == nil ? "complete" : isIncomplete ? "incomplete" : "error"
        var line: [UInt8] = []
        line.append(json: "{\"status\":\"\(status)\",\"body\":")
        body.withBytes { line.append(jsonBase64: $0) }
        line.append(json: ",\"chunks\":\(decoder.chunkCount),\"extensions\":[")
        line.append(contentsOf: extensions)
        line.append(json: "],\"trailers\":[")
        line.append(contentsOf: trailers)
        line.append(json: "],\"consumed\":\(decoder.offset),\"error\":")
        if let failure, !isIncomplete {
            line.append(json: "{\"code\":\"\(failure.code)\",\"offset\":\(failure.offset)}")
        } else {
            line.append(json: "null")
        }
        line.append(json: "}\n")
        return line
    }
}

/// `eventstream chunked encode`: a chunked body from data.
struct ChunkedEncode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Write data as a chunked body.",
        discussion: """
            Without --chunk-size, what arrives is sent on at once, a chunk a read.

            EXAMPLES
              eventstream chunked encode photo.jpg --chunk-size 16384 > body
              date | eventstream chunked encode --trailer 'X-Checksum: none'
            """
    )

    @Argument(help: "The data; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("Bytes of data in each chunk except the last.", valueName: "n"))
    var chunkSize: Int?

    @Option(
        help: ArgumentHelp("A field of the trailer section. May be repeated.", valueName: "name: value"),
        transform: ChunkedTrailer.init(argument:))
    var trailer: [ChunkedTrailer] = []

    func validate() throws {
        if let chunkSize { try InputFile.validate(readSize: chunkSize, option: "--chunk-size") }
        for field in trailer {
            do throws(ChunkedError) {
                _ = try ChunkedEncoder().finishLength(trailers: [field])
            } catch {
                throw ValidationError(
                    "--trailer '\(field.name)': found \(error.foundDescription), "
                        + "expected \(error.expectedDescription).")
            }
        }
    }

    func run() throws {
        var input = try InputFile(file)
        var output = OutputFile()
        var encoder = ChunkedEncoder()
        var chunk: [UInt8] = []

        while try input.readNext({ bytes in
            var rest = unsafe bytes.bytes
            while !rest.isEmpty {
                let taken = rest.extracting(first: (chunkSize ?? .max) - chunk.count)
                chunk.append(contentsOf: taken)
                rest = rest.extracting(droppingFirst: taken.byteCount)
                if chunkSize == nil || chunk.count == chunkSize {
                    try output.print { try encoder.append(chunk, to: &$0) }
                    chunk.removeAll(keepingCapacity: true)
                }
            }
        }) {
            try output.flush()
        }
        try output.print {
            try encoder.append(chunk, to: &$0)
            try encoder.finish(trailers: trailer, to: &$0)
        }
        try output.flush()
    }
}

extension ChunkedTrailer {
    /// Parses a field in the form that it has on the wire: `Name: value`.
    fileprivate init(argument: String) throws {
        guard let colon = argument.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw ValidationError("a trailer is written 'Name: value'")
        }
        let value = argument[argument.utf8.index(after: colon)...]
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        var trimmed = value.drop(while: isBlank)
        while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
        self.init(String(argument[..<colon]), String(trimmed))
    }
}
