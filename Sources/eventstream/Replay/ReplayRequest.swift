import EventStreamCodec

/// What `eventstream replay` has to know about a request. Its target and its body do not matter.
struct ReplayRequest: Equatable {
    /// Whether the answer has no body.
    var isHead: Bool

    /// Whether the client knows chunks.
    var isVersion11: Bool

    /// Whether further requests may follow on the connection.
    var keepsConnection: Bool
}

/// Reads requests from the bytes of a connection: the head, and the body, which is skipped (RFC 9112).
struct ReplayRequestReader {
    /// Bytes that have arrived. Those before `start` have been read.
    private var buffer: [UInt8] = []
    private var start = 0

    /// The position up to which no end of a head was found.
    private var scanned = 0
    private var state = State.head

    private enum State {
        case head
        case body(ReplayRequest, remaining: UInt64)
        case chunks(ReplayRequest, ChunkedDecoder)
    }

    /// What the next bytes led to.
    enum Event: Equatable {
        case request(ReplayRequest)
        /// The client waits for `100 Continue` before it sends the body.
        case expectsContinue
        /// Nothing more can be read. The status is that of the answer.
        case invalid(status: Int, reason: String)
    }

    /// The longest head that is read.
    static let headLimit = 65_536

    /// Whether the connection is between two requests.
    var isIdle: Bool {
        if case .head = state { start == buffer.count } else { false }
    }

    /// Adds the next bytes of the connection.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.removeSubrange(..<start)
        scanned -= start
        start = 0
        buffer += bytes
    }

    /// Reads up to the next event.
    ///
    /// - Returns: Nil if more bytes are needed.
    /// - Complexity: Each byte is examined once.
    mutating func next() -> Event? {
        while true {
            switch state {
            case .head:
                guard let lines = takeHead() else {
                    guard buffer.count - start <= Self.headLimit else {
                        return .invalid(status: 431, reason: "found a head of more than \(Self.headLimit) bytes")
                    }
                    return nil
                }
                do throws(ReplayRequestHead.Invalid) {
                    let head = try ReplayRequestHead(lines)
                    switch head.framing {
                    case .length(let length): state = .body(head.request, remaining: length)
                    case .chunked: state = .chunks(head.request, ChunkedDecoder())
                    }
                    if head.expectsContinue && head.framing != .length(0) { return .expectsContinue }
                } catch {
                    return .invalid(status: error.status, reason: error.reason)
                }
            case .body(let request, let remaining):
                let count = Int(min(remaining, UInt64(buffer.count - start)))
                start += count
                state = .body(request, remaining: remaining - UInt64(count))
                return remaining == UInt64(count) ? end(request) : nil
            case .chunks(let request, var decoder):
                do {
                    start += try decoder.decode(buffer[start...]) { _ in }
                } catch {
                    return .invalid(status: 400, reason: "\(error)")
                }
                state = .chunks(request, decoder)
                return decoder.isComplete ? end(request) : nil
            }
        }
    }

    private mutating func end(_ request: ReplayRequest) -> Event {
        state = .head
        scanned = start
        return .request(request)
    }

    /// Removes the next head.
    ///
    /// - Returns: Its lines without the empty one at its end, or nil if it is incomplete.
    private mutating func takeHead() -> ArraySlice<UInt8>? {
        let (carriageReturn, lineFeed) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        // RFC 9112 §2.2: empty lines before a request are ignored.
        while start < buffer.count, buffer[start] == carriageReturn || buffer[start] == lineFeed { start += 1 }
        scanned = max(scanned, start)
        while let end = buffer[scanned...].firstIndex(of: lineFeed) {
            let rest = buffer[(end + 1)...].prefix(2)
            let emptyLine = rest.first == lineFeed ? 1 : rest.elementsEqual([carriageReturn, lineFeed]) ? 2 : 0
            if emptyLine > 0 {
                let lines = buffer[start...end]
                start = end + 1 + emptyLine
                return lines
            }
            // The empty line may not have arrived.
            if rest.isEmpty || rest.elementsEqual([carriageReturn]) {
                scanned = end
                return nil
            }
            scanned = end + 1
        }
        scanned = buffer.count
        return nil
    }
}

/// The head of a request, as far as it matters.
struct ReplayRequestHead {
    let request: ReplayRequest
    let framing: Framing
    let expectsContinue: Bool

    /// How the end of the body is found.
    enum Framing: Equatable {
        case length(UInt64)
        case chunked
    }

    /// Why a request cannot be answered, and the status that says so.
    struct Invalid: Error {
        var status = 400
        var reason: String
    }

    /// Parses a head.
    ///
    /// - Parameter lines: The request line and the fields.
    /// - Throws: ``Invalid``.
    init(_ lines: ArraySlice<UInt8>) throws(Invalid) {
        var lines = lines.split(separator: UInt8(ascii: "\n"))[...]
        let (method, isVersion11) = try Self.methodAndVersion(lines.popFirst() ?? [])
        var (connection, codings, lengths, expectations) = ([String](), [String](), [String](), [String]())
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(HTTPByte.isToken)
            else { throw Invalid(reason: "found a line that is not a header field, expected NAME: VALUE") }
            let value = Self.trimmed(line[(colon + 1)...])
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "connection": connection += value.split(separator: ",").map { Self.trimmed(Array($0.utf8)[...]) }
            case "transfer-encoding": codings.append(value)
            case "content-length": lengths.append(value)
            case "expect": expectations.append(value)
            default: break
            }
        }
        framing = try Self.framing(codings, lengths)
        // A client of HTTP/1.0 finds the end of a body that has no length at the end of the connection.
        request = ReplayRequest(
            isHead: method == "HEAD", isVersion11: isVersion11,
            keepsConnection: isVersion11 && !connection.contains("close"))
        expectsContinue = isVersion11 && expectations.contains("100-continue")
    }

    /// Parses the request line. Its target may be anything.
    private static func methodAndVersion(_ line: ArraySlice<UInt8>) throws(Invalid) -> (String, isVersion11: Bool) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        let version = trimmed(words.last ?? []).uppercased()
        guard words.count >= 3, !words[0].isEmpty, words[0].allSatisfy(HTTPByte.isToken), version.hasPrefix("HTTP/")
        else { throw Invalid(reason: "found no request line, expected METHOD TARGET HTTP/1.1") }
        guard version.hasPrefix("HTTP/1.") else {
            throw Invalid(status: 505, reason: "found another version, expected HTTP/1.1")
        }
        return (String(decoding: words[0], as: UTF8.self), version != "HTTP/1.0")
    }

    /// Returns the text without whitespace around it, in lower case. It also has no carriage return at its end.
    private static func trimmed(_ text: ArraySlice<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0d].contains(byte) }
        let end = text.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? text.startIndex
        return String(decoding: text[..<end].drop(while: isBlank), as: UTF8.self).lowercased()
    }

    /// Finds the framing of the body per RFC 9112 §6.3.
    private static func framing(_ codings: [String], _ lengths: [String]) throws(Invalid) -> Framing {
        if codings.isEmpty {
            guard let first = lengths.first else { return .length(0) }
            guard lengths.allSatisfy({ $0 == first }), first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let length = UInt64(first)
            else { throw Invalid(reason: "found Content-Length \(lengths.joined(separator: ", ")), expected a number") }
            return .length(length)
        }
        guard lengths.isEmpty else {
            throw Invalid(reason: "found both Transfer-Encoding and Content-Length, expected one of them")
        }
        guard codings == ["chunked"] else {
            throw Invalid(
                status: 501, reason: "found Transfer-Encoding \(codings.joined(separator: ", ")), expected chunked")
        }
        return .chunked
    }
}
