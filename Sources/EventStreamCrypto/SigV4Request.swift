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

    /// The header fields to set: `X-Amz-Date`, `X-Amz-Content-Sha256`, `X-Amz-Security-Token`, `X-Amz-Region-Set` and
    /// `Authorization`, as needed. They replace the request's fields with these names.
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

    /// Returns the canonical form of the request with more header fields and query parameters. The added fields replace those
    /// with the same names.
    func canonical(
        encodesPathTwice: Bool, adding added: [(name: String, value: String)], parameters: [(String, String)] = []
    ) -> Canonical {
        let (path, query) = pathAndQuery
        let encoded = encodesPathTwice ? Self.normalized(path) : PercentEncoding.decoded(path.utf8)
        // A request that was signed before has the fields of that signature.
        var replaced = Set(added.map { $0.name.lowercased() })
        if !replaced.isEmpty { replaced.insert("x-amz-security-token") }
        var fields: [String: [String]] = [:]
        for (name, value) in headers.filter({ !replaced.contains($0.name.lowercased()) }) + added {
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

    /// The two parts of the target. An empty path is `/`.
    var pathAndQuery: (path: String, query: String) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.utf8.endIndex
        let path = mark == target.utf8.startIndex ? "/" : String(target[..<mark])
        return (path, String(decoding: target.utf8[mark...].dropFirst(), as: UTF8.self))
    }

    /// Sorts the parameters by their encoded names, then by their encoded values.
    private static func canonicalQuery(_ query: String, _ added: [(String, String)]) -> String {
        var parameters = added.map { (name: Array($0.0.utf8), value: Array($0.1.utf8)) }
        for parameter in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            parameters.append(
                (PercentEncoding.decoded(parts[0]), parts.count > 1 ? PercentEncoding.decoded(parts[1]) : []))
        }
        return
            parameters
            .map { (name: PercentEncoding.encoded($0.name), value: PercentEncoding.encoded($0.value)) }
            .sorted { left, right in
                left.name == right.name
                    ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                    : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Removes `.` and `..` and empty segments (RFC 3986 §5.2.4).
    private static func normalized(_ path: String) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        var segments: [Substring.UTF8View] = []
        for segment in path.utf8.split(separator: slash) {
            if segment.elementsEqual(".".utf8) { continue }
            if segment.elementsEqual("..".utf8) { _ = segments.popLast() } else { segments.append(segment) }
        }
        let endsInSlash = path.utf8.last == slash && !segments.isEmpty
        return [slash] + segments.joined(separator: [slash]) + (endsInSlash ? [slash] : [])
    }

    /// Removes whitespace around a value, and all but one space within it.
    private static func collapsed(_ value: String) -> String {
        let words = value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return String(decoding: Array(words.joined(separator: " ".utf8)), as: UTF8.self)
    }
}

/// Percent-encoding (RFC 3986 §2.1), of all bytes but the unreserved ones.
package enum PercentEncoding {
    /// Encodes bytes.
    ///
    /// - Parameter kept: A reserved byte that is not encoded.
    package static func encoded(_ decoded: [UInt8], keeping kept: UInt8? = nil) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in decoded {
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

    /// Decodes the valid escapes. All other bytes are kept. The result may have bytes that are not UTF-8.
    package static func decoded(_ text: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let escape = bytes[position...].prefix(3)
            let high = Hexadecimal.value(of: escape.dropFirst().first ?? 0)
            let low = Hexadecimal.value(of: escape.last ?? 0)
            if escape.first == UInt8(ascii: "%"), escape.count == 3, high < 16, low < 16 {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return result
    }
}
#endif
