import EventStreamCodec
import NIOHTTP1

/// The head of a request: request line and fields (RFC 9112 §2.1).
struct RequestHead: Sendable {
    /// The method, as written.
    var method: String

    /// The path of the target, not decoded; at least `/`.
    var path: String

    /// The query of the target without its `?`; empty if there is none.
    var query: String

    /// Whether the version is 1.0, whose recipients do not know chunks and close connections by default.
    var isVersion10: Bool

    var fields: HTTPHeaders

    /// How the end of the body is found.
    var bodyFraming: BodyFraming

    enum BodyFraming: Sendable, Equatable {
        case length(Int)
        case chunked
    }

    /// Whether the connection serves further requests after this one.
    var keepsConnection: Bool {
        let options = fields[canonicalForm: "connection"]
        if options.contains(where: { $0.lowercased() == "close" }) { return false }
        return !isVersion10 || options.contains { $0.lowercased() == "keep-alive" }
    }

    /// Whether the sender waits for `100 Continue` before it sends the body, as curl does for a long body.
    var expectsContinue: Bool {
        !isVersion10 && fields.first(name: "Expect")?.lowercased() == "100-continue"
    }
}

extension RequestHead {
    /// Parses a head.
    ///
    /// NIOHTTP1's decoder would parse heads and bodies alike, and would not show the body's framing, its trailers and the
    /// position of an error. So the head is parsed here, and the body by `ChunkedDecoder`.
    ///
    /// - Parameter bytes: A head that ``RequestHeadScanner`` found complete, without the empty lines before it.
    /// - Throws: ``RequestError`` of status 400 or 501.
    /// - Complexity: Linear in the number of bytes.
    init(_ bytes: some Collection<UInt8>) throws(RequestError) {
        var lines = Array(bytes)[...]
        let requestLine = lines.removeLine()
        let words = requestLine.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isToken, let isVersion10 = Self.isVersion10(words[2]) else {
            throw RequestError(.badRequest, "found '\(requestLine.excerpt)', expected METHOD TARGET HTTP/1.1")
        }
        self.isVersion10 = isVersion10
        method = words[0].text
        (path, query) = try Self.parts(ofTarget: words[1])
        fields = HTTPHeaders()
        while !lines.isEmpty {
            let line = lines.removeLine()
            // The empty line at the end.
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line[..<colon].isToken else {
                throw RequestError(.badRequest, "found '\(line.excerpt)', expected a field: a token, then a colon")
            }
            fields.add(name: line[..<colon].text, value: line[(colon + 1)...].trimmed.text)
        }
        // RFC 9112 §3.2: a request of HTTP/1.1 has exactly one.
        let hosts = fields["Host"].count
        guard hosts == 1 || (hosts == 0 && isVersion10) else {
            throw RequestError(.badRequest, "found \(hosts) Host fields, expected one")
        }
        bodyFraming = try Self.framing(of: fields, isVersion10: isVersion10)
    }

    private static func isVersion10(_ version: ArraySlice<UInt8>) -> Bool? {
        switch version.text {
        case "HTTP/1.0": true
        case "HTTP/1.1": false
        default: nil
        }
    }

    /// Returns path and query of a target in origin form or absolute form (RFC 9112 §3.2).
    private static func parts(ofTarget target: ArraySlice<UInt8>) throws(RequestError) -> (String, String) {
        var target = target
        if target.first != UInt8(ascii: "/") {
            guard let scheme = target.firstRange(of: Array("://".utf8)) else {
                throw RequestError(.badRequest, "found target '\(target.excerpt)', expected a path")
            }
            target = target[scheme.upperBound...].drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        }
        target = target.prefix { $0 != UInt8(ascii: "#") }
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        return (path.isEmpty ? "/" : path.text, target.dropFirst(path.count + 1).text)
    }

    /// Finds the framing of the body per RFC 9112 §6.3. A request whose length can be understood in two ways is rejected:
    /// it would let its sender smuggle another request.
    private static func framing(of fields: HTTPHeaders, isVersion10: Bool) throws(RequestError) -> BodyFraming {
        // The fields as they are: splitting lists would drop empty elements.
        let codings = fields["Transfer-Encoding"]
        let lengths = fields["Content-Length"]
        guard !codings.isEmpty else {
            guard !lengths.isEmpty else { return .length(0) }
            let value = lengths.joined(separator: ", ")
            guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(value) else {
                throw RequestError(.badRequest, "found Content-Length '\(value.prefix(80))', expected one number")
            }
            return .length(length)
        }
        guard lengths.isEmpty, !isVersion10 else {
            throw RequestError(
                .badRequest,
                "found Transfer-Encoding with \(isVersion10 ? "HTTP/1.0" : "Content-Length"), "
                    + "expected one statement of the length")
        }
        let value = codings.joined(separator: ", ").lowercased()
        if value == "chunked" { return .chunked }
        // Only an unknown coding in front of chunked, where the end of the body can be found, is answered with 501.
        let isUnknownCoding = value.hasSuffix("chunked") && value.utf8.contains(UInt8(ascii: ","))
        throw RequestError(
            isUnknownCoding ? .notImplemented : .badRequest,
            "found Transfer-Encoding '\(value.prefix(80))', expected chunked")
    }
}

extension ArraySlice<UInt8> {
    /// Removes the first line with its CRLF.
    ///
    /// - Returns: The line without its CRLF.
    fileprivate mutating func removeLine() -> ArraySlice<UInt8> {
        let line = prefix { $0 != 0x0d }
        self = dropFirst(line.count + 2)
        return line
    }

    fileprivate var text: String { String(decoding: self, as: UTF8.self) }

    /// The first 80 bytes, for an error message.
    fileprivate var excerpt: String { prefix(80).text }

    /// Whether it is a token (RFC 9110 §5.6.2).
    fileprivate var isToken: Bool { !isEmpty && allSatisfy { HTTPByte.isToken($0) } }

    /// The bytes without the whitespace around them.
    fileprivate var trimmed: ArraySlice<UInt8> {
        func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let bytes = drop(while: isWhitespace)
        guard let last = bytes.lastIndex(where: { !isWhitespace($0) }) else { return [] }
        return bytes[...last]
    }
}

/// Why a request cannot be served: the status of the answer, and a sentence that says what was found and expected.
struct RequestError: Error, CustomStringConvertible {
    var status: HTTPResponseStatus
    var description: String

    /// Whether the message stops before its end.
    private(set) var isTruncation = false

    init(_ status: HTTPResponseStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The peer ended the connection inside a message.
    static func truncated(_ description: String) -> RequestError {
        var error = RequestError(.badRequest, description)
        error.isTruncation = true
        return error
    }
}
