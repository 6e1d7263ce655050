import EventStreamCodec
import TextCoding

/// A recorded event stream: its bytes, and when each part of it arrived.
struct Recording {
    /// The stream. It need not be valid.
    private(set) var bytes: [UInt8] = []

    /// The parts of the stream, without gaps, in order. Each is one message, or bytes that are none.
    private(set) var parts: [Part] = []

    /// A part of the stream that arrived at one time.
    struct Part {
        var range: Range<Int>

        /// The time in microseconds since the start of the recording.
        var time: Int64
    }

    /// Reads a recording: an event stream, or the lines of `eventstream decode --time`.
    ///
    /// - Parameter input: The file.
    /// - Throws: ``CommandFailure`` if the file cannot be read, or if a line is not one that `decode` prints.
    init(reading input: consuming InputFile) throws {
        var content: [UInt8] = []
        while try input.readNext({ unsafe content.append(contentsOf: $0.bytes) }) {}
        if Self.isLines(content) {
            try readLines(content, from: input.name)
        } else {
            readMessages(content)
        }
    }

    /// Whether the content is lines of JSON. No message that a decoder accepts begins with `{` or whitespace: it would have more
    /// than 150 MB.
    private static func isLines(_ content: [UInt8]) -> Bool {
        content.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: "{")
    }

    private mutating func append(_ part: Range<Int>, at time: Int64) {
        if !part.isEmpty { parts.append(Part(range: part, time: time)) }
    }

    // MARK: Streams

    /// Divides a stream into its messages, as far as their preludes are valid.
    private mutating func readMessages(_ content: [UInt8]) {
        bytes = content
        var position = 0
        while position < bytes.count {
            let rest = bytes[position...]
            let length = (try? EventStreamPrelude.parse(rest, limits: .unlimited))??.totalLength ?? rest.count
            let end = position + min(length, rest.count)
            append(position..<end, at: 0)
            position = end
        }
    }

    // MARK: Lines

    private mutating func readLines(_ content: [UInt8], from name: String) throws {
        var lines = LineSplitter()
        lines.append(content.span)
        var messages = MessageLines(encoder: EventStreamEncoder(limits: .unlimited))
        while let line = lines.next() { try readLine(line, &messages, from: name) }
        if let line = lines.last() { try readLine(line, &messages, from: name) }
    }

    private mutating func readLine(
        _ line: LineSplitter.Line, _ messages: inout MessageLines, from name: String
    ) throws {
        let start = bytes.count
        do {
            try messages.encode(line.bytes.rawSpan, to: &bytes)
            // A blank line is no message.
            guard bytes.count > start else { return }
            // A line without a time follows the one before it.
            let time = try Self.time(of: line.bytes.rawSpan) ?? parts.last?.time ?? 0
            append(start..<bytes.count, at: time)
        } catch {
            throw line.failure(error, in: name)
        }
    }

    /// The longest recording: 366 days.
    private static let longest = 366 * 86_400 * 1_000.0

    /// Returns the time that a line states, in microseconds.
    private static func time(of line: RawSpan) throws(JSONError) -> Int64? {
        var reader = try JSONReader(line)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            guard key == "time" else {
                try reader.skipValue()
                continue
            }
            let number = try reader.number()
            guard let milliseconds = Double(number.text), (0...longest).contains(milliseconds) else {
                throw reader.error(
                    at: number.offset, found: "the time \(SafeText.singleLine(number.text, atMost: 60))",
                    expected: "milliseconds since the start of the recording, at most 366 days")
            }
            return Int64((milliseconds * 1_000).rounded())
        }
        return nil
    }
}
