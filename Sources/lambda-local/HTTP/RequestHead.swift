import EventStreamCodec
import NIOHTTP1

/// The head of a request: request line and fields (RFC 9112 §2.1).
struct RequestHead: Sendable {
    /// The method, as written.
    var method: String

    /// The path of the target, not decoded; `/` at least.
    var path: String

    /// The query of the target without its `?`; empty when there is none.
    var query: String

    /// Whether the version is 1.0, whose recipients know neither chunks nor, by default, lasting connections.
    var isVersion10: Bool

    var fields: HTTPHeaders

    /// How the length of the body is known.
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

    /// Whether the sender waits for `100 Continue` before it sends the body, as curl does before a long one.
    var expectsContinue: Bool {
        !isVersion10 && fields.first(name: "Expect")?.lowercased() == "100-continue"
    }
}

extension RequestHead {
    /// Reads a head.
    ///
    /// NIOHTTP1's decoder would read heads and bodies alike and keep the body's framing, its trailers and the place of
    /// an error to itself, and these are what this program is about. So the head is read here, and the body by
    /// `ChunkedDecoder`.
    ///
    /// - Parameter bytes: The head without the empty line at its end, each line with its CRLF.
    init(_ bytes: some Collection<UInt8>) throws(RequestError) {
        try Self.check(bytes)
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        lines.removeLast()
        guard lines.allSatisfy({ !$0.utf8.contains(0x0d) && !$0.utf8.contains(0x0a) }), let first = lines.first else {
            throw RequestError(.badRequest, "found a line end without its other half, expected CRLF")
        }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isToken, ["HTTP/1.0", "HTTP/1.1"].contains(words[2]) else {
            throw RequestError(.badRequest, "found '\(first.prefix(80))', expected METHOD TARGET HTTP/1.1")
        }
        method = String(words[0])
        isVersion10 = words[2] == "HTTP/1.0"
        (path, query) = try Self.parts(ofTarget: words[1])
        fields = HTTPHeaders()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].isToken else {
                throw RequestError(.badRequest, "found '\(line.prefix(80))', expected a field: a token, then a colon")
            }
            let value = line[line.index(after: colon)...]
            fields.add(name: String(line[..<colon]), value: String(value.trimmed))
        }
        // RFC 9112 §3.2: a request of HTTP/1.1 has one, and who sends two may mean one to be overlooked.
        let hosts = fields["Host"].count
        guard hosts == 1 || (hosts == 0 && isVersion10) else {
            throw RequestError(.badRequest, "found \(hosts) Host fields, expected one")
        }
        bodyFraming = try Self.framing(of: fields, isVersion10: isVersion10)
    }

    /// Refuses what no head can have in it, before its end is known: whoever speaks another protocol may wait for an
    /// answer before sending what would look like one.
    ///
    /// - Parameter offset: Where `bytes` begin in the head.
    static func check(_ bytes: some Collection<UInt8>, at offset: Int = 0) throws(RequestError) {
        func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && ![0x09, 0x0a, 0x0d].contains(byte) || byte == 0x7f }
        guard let index = bytes.firstIndex(where: isControl) else { return }
        let (byte, position) = (bytes[index], offset + bytes.distance(from: bytes.startIndex, to: index))
        let found = "byte \(position): found 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        // RFC 8446 §5.1: 22 is the type of a record that shakes hands.
        throw byte == 0x16 && position == 0
            ? RequestError(.badRequest, "\(found) as TLS begins, expected http:// and no https://")
            : RequestError(.badRequest, "\(found) in the request's head, expected no control character")
    }

    /// Path and query of a target in origin form or absolute form (RFC 9112 §3.2).
    private static func parts(ofTarget target: Substring) throws(RequestError) -> (String, String) {
        var target = target
        if !target.hasPrefix("/") {
            guard let scheme = target.firstRange(of: "://") else {
                throw RequestError(.badRequest, "found target '\(target.prefix(80))', expected a path")
            }
            target = target[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        target = target.prefix { $0 != "#" }
        let path = target.prefix { $0 != "?" }
        return (path.isEmpty ? "/" : String(path), String(target.dropFirst(path.count + 1)))
    }

    /// RFC 9112 §6.3. Whoever states a length in two ways may mean to smuggle a request, and gets none through.
    private static func framing(of fields: HTTPHeaders, isVersion10: Bool) throws(RequestError) -> BodyFraming {
        let codings = fields[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        let lengths = fields[canonicalForm: "content-length"]
        guard !codings.isEmpty else {
            guard let length = lengths.first else { return .length(0) }
            guard Set(lengths).count == 1, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(length)
            else {
                throw RequestError(
                    .badRequest, "found Content-Length '\(lengths.joined(separator: ", "))', expected one number")
            }
            return .length(number)
        }
        guard lengths.isEmpty, !isVersion10 else {
            throw RequestError(
                .badRequest,
                "found Transfer-Encoding beside Content-Length or HTTP/1.0, expected one statement of the length")
        }
        guard codings == ["chunked"] else {
            throw RequestError(
                .notImplemented, "found Transfer-Encoding '\(codings.joined(separator: ", "))', expected chunked")
        }
        return .chunked
    }
}

extension Substring {
    /// Whether it is a token (RFC 9110 §5.6.2).
    var isToken: Bool { !isEmpty && utf8.allSatisfy { HTTPByte.isToken($0) } }

    /// The text without the whitespace around it.
    fileprivate var trimmed: Substring {
        let text = drop { $0 == " " || $0 == "\t" }
        guard let last = text.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return text[...last]
    }
}
