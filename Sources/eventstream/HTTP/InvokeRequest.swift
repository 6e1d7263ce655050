import EventStreamCodec

/// One `InvokeWithResponseStream` over HTTP/1.1, unsigned; its answer is read as it comes.
///
/// Reading waits for bytes and holds one buffer: whoever does not print does not read, and the other side waits.
struct InvokeRequest: ~Copyable {
    private let url: InvokeURL
    private let connection: Connection
    private var buffer = ContiguousArray<UInt8>(repeating: 0, count: InputFile.defaultReadSize)

    /// The bytes of the buffer that belong to the body and have not been lent.
    private var unread = 0..<0

    private var framing = ResponseHead.BodyFraming.untilClose
    private var chunks = ChunkedDecoder()

    /// The most bytes of an answer without an event stream that are shown.
    private static let shownBytes = 1_000

    /// Sends the request.
    ///
    /// - Throws: ``CommandFailure`` when nobody listens.
    init(to url: InvokeURL, event: [UInt8]) throws {
        let connection = try Connection(to: url)
        let head = """
            POST \(url.path) HTTP/1.1\r
            Host: \(url.authority)\r
            Content-Type: application/json\r
            Content-Length: \(event.count)\r
            X-Amz-Log-Type: Tail\r
            Connection: close\r
            \r\n
            """
        try connection.write(Array(head.utf8) + event)
        self.url = url
        self.connection = connection
    }

    /// Waits for the head of the answer.
    ///
    /// - Throws: ``CommandFailure`` when there is no answer, or one that is no event stream.
    mutating func begin() throws {
        let answer = try readHead()
        guard let framing = answer.framing else { throw corrupt("found a body whose end is unknown, expected chunks") }
        self.framing = framing
        guard answer.status == 200 else {
            throw CommandFailure(
                status: CommandFailure.Status.noInput,
                message: "\(url.text): found status \(answer.status) and \(try shownBody()), expected status 200")
        }
        let type = answer.value("content-type") ?? "no content type"
        guard type.lowercased().hasPrefix("application/vnd.amazon.eventstream") else {
            throw corrupt("found \(type), expected application/vnd.amazon.eventstream")
        }
    }

    /// Waits for the next bytes of the body and lends them to `body`.
    ///
    /// - Returns: Whether the body goes on; false at its end.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        if case .length(0) = framing { return false }
        if chunks.isComplete { return false }
        if unread.isEmpty {
            unread = 0..<(try connection.read(into: &buffer))
            guard !unread.isEmpty else { return try end() }
        }
        defer { unread = 0..<0 }
        // Not copied: the storage has one owner again before it is written to.
        let buffer = buffer
        let bytes = unsafe buffer.span.bytes.extracting(unread)
        switch framing {
        case .untilClose: try body(bytes)
        case .length(let left):
            let piece = bytes.extracting(first: left)
            framing = .length(left - piece.byteCount)
            try body(piece)
        case .chunked:
            do {
                try chunks.withElements(in: bytes) { elements in
                    while let element = try elements.next() {
                        if case .data(let data) = element { try body(data) }
                    }
                }
            } catch let error as ChunkedError {
                throw CommandFailure(error, in: url.text)
            }
        }
        return true
    }

    /// At the end of the connection: whether it is the body's end too.
    private mutating func end() throws -> Bool {
        switch framing {
        case .untilClose: return false
        case .length(let left):
            throw CommandFailure(
                status: CommandFailure.Status.incomplete,
                message: "\(url.text): found the end of the connection, expected \(left) more bytes")
        case .chunked:
            do throws(ChunkedError) { try chunks.finish() } catch { throw CommandFailure(error, in: url.text) }
            return false
        }
    }

    /// Reads heads up to one that is final; what follows it is the beginning of the body.
    private mutating func readHead() throws -> ResponseHead {
        var head: [UInt8] = []
        while true {
            let start = max(head.count - 3, 0)
            let count = try connection.read(into: &buffer)
            guard count > 0 else { throw corrupt("found the end of the connection, expected the head of a response") }
            head.append(contentsOf: buffer[..<count])
            // Whoever speaks another protocol may wait for more than a request of HTTP.
            guard "HTTP/1.".utf8.starts(with: head.prefix(7)) else {
                throw corrupt("found something else, expected the head of an HTTP/1.1 response")
            }
            var end = endOfHead(head, from: start)
            while let found = end {
                guard let parsed = ResponseHead(head[..<found]) else {
                    throw corrupt("found something else, expected the head of an HTTP/1.1 response")
                }
                head.removeFirst(found)
                if parsed.status >= 200 {
                    // The rest was read last, so that it stands at the end of the buffer.
                    unread = (count - head.count)..<count
                    return parsed
                }
                end = endOfHead(head, from: 0)
            }
            guard head.count <= ResponseHead.limit else { throw corrupt("found a head without an end, expected one") }
        }
    }

    /// Where the first empty line ends.
    private func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + 4 else { return nil }
        for position in start...(bytes.count - 4) where bytes[position] == 0x0d {
            if bytes[position..<position + 4].elementsEqual([0x0d, 0x0a, 0x0d, 0x0a]) { return position + 4 }
        }
        return nil
    }

    /// The beginning of a body that says why there is no event stream.
    private mutating func shownBody() throws -> String {
        var text: [UInt8] = []
        while text.count < Self.shownBytes, try readNext({ text.append(contentsOf: $0) }) {}
        return text.isEmpty ? "no body" : String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    }

    private func corrupt(_ reason: String) -> CommandFailure {
        CommandFailure(status: CommandFailure.Status.corruptData, message: "\(url.text): \(reason)")
    }
}
