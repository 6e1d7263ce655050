import ArgumentParser
import EventStreamCodec

/// `eventstream chunked encode`: a chunked body out of data.
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

    @Argument(help: "The data; absent or '-' is standard input.", completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("Bytes of data in each chunk but the last.", valueName: "n"))
    var chunkSize: Int?

    @Option(
        help: ArgumentHelp("A field of the trailer section; may be repeated.", valueName: "name: value"),
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
    /// A field written as on the wire: `Name: value`.
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
