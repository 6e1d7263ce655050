import ArgumentParser
import EventStreamCodec
import TextCoding

/// `eventstream encode`: a stream from the lines that `eventstream decode` prints.
struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Encode an event stream from lines of JSON, one message per line.",
        discussion: """
            A line is an object with "headers", a list of {"name":…,"type":…,"value":…}, and "payload" (text) or \
            "payloadBase64"; each may be absent. "offset", "length", "preludeCRC", "messageCRC", "signed" and "time", which \
            'eventstream decode' prints too, are ignored.

            Types are boolean byte short integer long byteArray string timestamp uuid. A byteArray is base64, a \
            timestamp milliseconds since 1970, a uuid 8-4-4-4-12 hexadecimal digits.

            EXAMPLES
              eventstream decode in.bin | eventstream encode > same.bin
              echo '{"payload":"Hello, world!"}' | eventstream encode | xxd
              jq -c '.payload = "other"' lines.json | eventstream encode > out.bin
            """
    )

    @Argument(help: "The lines; standard input if absent or '-'.", completion: .file())
    var file: String?

    func run() throws {
        var input = try InputFile(file)
        let name = input.name
        var output = OutputFile()
        var lines = LineSplitter()
        // A message that was decoded with raised limits must encode again.
        var messages = MessageLines(encoder: EventStreamEncoder(limits: .unlimited))

        func encode(_ line: LineSplitter.Line) throws {
            do {
                try output.print { try messages.encode(line.bytes.rawSpan, to: &$0) }
            } catch {
                throw line.failure(error, in: name)
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

/// Splits bytes into lines as they arrive.
///
/// - Complexity: Each byte is examined once.
struct LineSplitter {
    /// A line without its line feed.
    struct Line {
        var bytes: ArraySlice<UInt8>
        /// Its offset in the input, in bytes.
        var offset: Int
        /// Its number, from 1.
        var number: Int

        /// Returns an error in the line as one in its file.
        ///
        /// - Parameter name: The name of the file in messages.
        func failure(_ error: any Error, in name: String) -> any Error {
            switch error {
            case var error as JSONError:
                error.line = number
                error.offset += offset
                return CommandFailure(error, in: name)
            case let error as EventStreamError:
                let error = JSONError(
                    offset: offset, line: number, column: 1, found: error.foundDescription,
                    expected: error.expectedDescription)
                return CommandFailure(error, in: name)
            default: return error
            }
        }
    }

    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var offset = 0
    private var number = 0

    /// Appends the next bytes of the input.
    mutating func append(_ bytes: Span<UInt8>) {
        buffer.removeSubrange(0..<start)
        scanned -= start
        start = 0
        unsafe buffer.append(contentsOf: bytes.bytes)
    }

    /// Returns the next complete line.
    mutating func next() -> Line? {
        let end = scanned + buffer.rawSpan.extracting(droppingFirst: scanned).firstOffset(of: UInt8(ascii: "\n"))
        guard end < buffer.count else {
            scanned = buffer.count
            return nil
        }
        defer {
            offset += end + 1 - start
            start = end + 1
            scanned = start
        }
        return line(to: end)
    }

    /// Returns the unfinished line at the end of the input, if there is one.
    mutating func last() -> Line? {
        start < buffer.count ? line(to: buffer.count) : nil
    }

    private mutating func line(to end: Int) -> Line {
        number += 1
        return Line(bytes: buffer[start..<end], offset: offset, number: number)
    }
}
