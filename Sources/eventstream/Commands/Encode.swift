import ArgumentParser
import EventStreamCodec
import TextCoding

/// `eventstream encode`: a stream out of the lines that `eventstream decode` prints.
struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the event stream that lines of JSON describe, one message a line.",
        discussion: """
            A line is an object with "headers", a list of {"name":…,"type":…,"value":…}, and "payload" (text) or \
            "payloadBase64"; each may be absent. "offset", "length", "preludeCRC" and "messageCRC", which \
            'eventstream decode' prints too, are ignored: they follow from the rest.

            Types are boolean byte short integer long byteArray string timestamp uuid. A byteArray is base64, a \
            timestamp milliseconds since 1970, a uuid 8-4-4-4-12 hexadecimal digits.

            EXAMPLES
              eventstream decode in.bin | eventstream encode > same.bin
              echo '{"payload":"Hello, world!"}' | eventstream encode | xxd
              jq -c '.payload = "other"' lines.json | eventstream encode > out.bin
            """
    )

    @Argument(help: "The lines; absent or '-' is standard input.", completion: .file())
    var file: String?

    func run() throws {
        var input = try InputFile(file)
        let name = input.name
        var output = OutputFile()
        var lines = LineSplitter()
        // Whatever decodes, with raised limits too, must encode again.
        let encoder = EventStreamEncoder(limits: .unlimited)

        func encode(_ line: LineSplitter.Line) throws {
            do {
                guard let message = try unsafe MessageLine.parse(line.bytes.span.bytes) else { return }
                try output.print { try encoder.append(message, to: &$0) }
            } catch let error as JSONError {
                var error = error
                error.line = line.number
                error.offset += line.offset
                throw CommandFailure(error, in: name)
            } catch let error as EventStreamError {
                throw CommandFailure(
                    JSONError(
                        offset: line.offset, line: line.number, column: 1, found: error.found, expected: error.expected),
                    in: name)
            }
        }

        do {
            while try input.readNext({ bytes in
                lines.append(bytes)
                while let line = lines.next() { try encode(line) }
            }) {
                try output.flush()
            }
            if let line = lines.last() { try encode(line) }
        } catch let failure as CommandFailure where failure.status == CommandFailure.Status.corruptData {
            try output.flush()
            throw failure
        }
        try output.flush()
    }
}
