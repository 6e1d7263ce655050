#if Network
import EventStreamCodec
import TextCoding

/// The URL of a request, in its parts (RFC 3986 §3).
struct RequestURL {
    let isSecure: Bool
    let authority: HostAndPort

    /// The path and the query as they are sent. Characters that a URL cannot have are percent-encoded.
    let target: String

    /// The URL for messages: without its query, which may be a signature, unless another name was given.
    let name: String

    /// Why a text is not a URL. The text is not repeated: it may contain secrets.
    struct Invalid: Error {
        var reason: String
    }

    /// Parses a URL.
    ///
    /// - Parameter name: The URL for messages; nil for the URL without its query.
    /// - Throws: ``Invalid``.
    init(_ text: some StringProtocol, name: String? = nil) throws(Invalid) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw Invalid(reason: "a URL begins with https:// or http://")
        }
        isSecure = scheme == "https"
        let rest = text.dropFirst(scheme.count + 3)
        let authorityText = rest.prefix { !"/?#".contains($0) }
        guard !authorityText.contains("@") else {
            throw Invalid(reason: "a URL has no user and password; see --header for other ways to authenticate")
        }
        guard let authority = HostAndPort(authorityText), authority.port != 0,
            authority.host.utf8.allSatisfy({ $0 < 0x80 })
        else {
            throw Invalid(
                reason: "a URL has a host (an IPv6 address in brackets) and, after a colon, a port from 1 to 65535")
        }
        self.authority = authority
        // A fragment is not sent.
        let target = rest.dropFirst(authorityText.count).prefix { $0 != "#" }
        let path = target.prefix { $0 != "?" }
        self.target = Self.encoded((path.isEmpty ? "/" : "") + String(target))
        self.name = name ?? "\(scheme)://\(authorityText)\(path)"
    }

    /// The URL as it is requested.
    var absolute: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }

    /// The value of the field `Host`: without the port if it is the scheme's own.
    var host: String {
        var authority = authority
        if authority.port == (isSecure ? 443 : 80) { authority.port = nil }
        return authority.description
    }

    /// Percent-encodes what RFC 3986 does not allow in a path or query. Escapes stay.
    private static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isAllowed =
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                case UInt8(ascii: "%"):
                    bytes[(index + 1)...].prefix(2).filter { Hexadecimal.value(of: $0) < 16 }.count == 2
                default: "-._~:/?@!$&'()*+,;=".utf8.contains(byte)
                }
            if isAllowed {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded += Array(Hexadecimal.text([byte]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
#endif
