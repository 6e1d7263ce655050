#if Crypto
import EventStreamCodec

/// A request to be signed.
public struct SigV4Request: Sendable {
    /// The method, such as `PUT`.
    public var method: String

    /// The request target as it is sent: an encoded path, and a query if there is one, such as `/bucket/my%20key?partNumber=1`.
    public var target: String

    /// The header fields in any order, including `Host`. Names may have any case.
    public var headers: [(name: String, value: String)]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The request target as it is sent.
    ///   - headers: The header fields, including `Host`.
    public init(method: String, target: String, headers: [(name: String, value: String)]) {
        self.method = method
        self.target = target
        self.headers = headers
    }
}

/// What a request's signature says about its body: the value of `x-amz-content-sha256`.
public struct SigV4Payload: Sendable, Hashable {
    /// The value, such as `UNSIGNED-PAYLOAD` or the SHA-256 of the body in hexadecimal.
    public let contentSHA256: String

    /// Whether the value is the body's own digest.
    let isDigest: Bool

    /// Creates a payload from a value of `x-amz-content-sha256`, such as that of an aws-chunked body.
    ///
    /// - Parameter contentSHA256: The value.
    public init(contentSHA256: String) {
        self.contentSHA256 = contentSHA256
        isDigest = false
    }

    /// Creates the payload of a body whose digest is known.
    ///
    /// - Parameter digest: The SHA-256 of the body.
    public init(digest: SigV4Digest) {
        contentSHA256 = digest.hexadecimal
        isDigest = true
    }

    /// Creates the payload of a body.
    ///
    /// - Parameter body: The body.
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    public init(_ body: borrowing some RawBytes & ~Copyable & ~Escapable) {
        self.init(digest: SwiftCryptoHash.digest(of: body))
    }

    /// A stream of signed events: the request's signature is the seed signature of its events.
    public static let events = SigV4Payload(contentSHA256: "STREAMING-AWS4-HMAC-SHA256-EVENTS")

    /// A body that is not signed.
    public static let unsigned = SigV4Payload(contentSHA256: "UNSIGNED-PAYLOAD")
}

/// A signature of a request, and what is to be sent with it.
public struct SigV4SignedRequest: Sendable {
    /// The request target. A presigned one has the signature in its query.
    public let target: String

    /// The header fields to add: `X-Amz-Date`, `X-Amz-Content-Sha256`, `X-Amz-Security-Token` and `Authorization`, as needed.
    public let headers: [(name: String, value: String)]

    /// The signature: the seed signature of the events or chunks in the body.
    public let signature: SigV4Signature

    /// The date of the signature.
    public let date: SigV4Date
}

extension SigV4SignedRequest: CustomStringConvertible, CustomReflectable {
    /// The names of the header fields. Their values, and the target, may contain a session token.
    public var description: String {
        "SigV4SignedRequest(date: \(date), headers: \(headers.map(\.name).joined(separator: ", ")))"
    }

    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

// MARK: The canonical request

extension SigV4Request {
    /// The parts of the request that are signed, in canonical form.
    struct Canonical {
        var path: String
        var query: String
        var headers: String
        var signedHeaders: String
    }

    /// The fields that intermediaries change, and that are not signed.
    private static let unsignedHeaders: Set<String> = [
        "authorization", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    /// Returns the canonical form of the request with more header fields and query parameters.
    func canonical(
        encodesPathTwice: Bool, adding added: [(name: String, value: String)], parameters: [(String, String)] = []
    ) -> Canonical {
        let (path, query) = pathAndQuery
        let encoded = path.isEmpty ? "/" : encodesPathTwice ? Self.normalized(path) : PercentEncoding.decoded(path)
        var fields: [String: [String]] = [:]
        for (name, value) in headers + added {
            let name = name.lowercased()
            if !Self.unsignedHeaders.contains(name) { fields[name, default: []].append(Self.collapsed(value)) }
        }
        let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Canonical(
            path: PercentEncoding.encoded(encoded, keeping: UInt8(ascii: "/")),
            query: Self.canonicalQuery(query, parameters),
            headers: names.map { "\($0):\((fields[$0] ?? []).joined(separator: ","))\n" }.joined(),
            signedHeaders: names.joined(separator: ";"))
    }

    /// The two parts of the target.
    var pathAndQuery: (path: String, query: String) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, "") }
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }

    /// Sorts the parameters by their encoded names, then by their encoded values.
    private static func canonicalQuery(_ query: String, _ added: [(String, String)]) -> String {
        var parameters = added
        for parameter in query.split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1]) : ""
            parameters.append((PercentEncoding.decoded(String(parts[0])), PercentEncoding.decoded(value)))
        }
        return
            parameters
            .map { (name: PercentEncoding.encoded($0), value: PercentEncoding.encoded($1)) }
            .sorted { left, right in
                left.name == right.name
                    ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                    : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Removes `.` and `..` and empty segments (RFC 3986 §5.2.4).
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let endsInSlash = path.hasSuffix("/") && !segments.isEmpty
        return "/" + segments.joined(separator: "/") + (endsInSlash ? "/" : "")
    }

    /// Removes whitespace around a value, and all but one space within it.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}

/// Percent-encoding (RFC 3986 §2.1), of all bytes but the unreserved ones.
enum PercentEncoding {
    static func encoded(_ text: String, keeping kept: UInt8? = nil) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case kept: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes the valid escapes. All other bytes are kept.
    static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = digit(bytes[position + 1]), let low = digit(bytes[position + 2])
            {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
#endif
