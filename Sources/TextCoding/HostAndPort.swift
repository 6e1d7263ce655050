/// A host and an optional port, as in a URL's authority or a `Host` field (RFC 3986 §3.2): `name`, `name:80`,
/// `127.0.0.1:80`, `[::1]`, `[::1]:80`.
package struct HostAndPort: Sendable, Hashable {
    /// A name or an address; an IPv6 address has no brackets here.
    package var host: String

    /// The port; nil if none is given.
    package var port: UInt16?

    /// Creates a host and port.
    package init(host: String, port: UInt16?) {
        self.host = host
        self.port = port
    }

    /// Parses a host and port.
    ///
    /// - Returns: Nil if the host is empty or has a character that no host has, if an IPv6 address has no brackets, or if
    ///   the port is not a number from 0 to 65535.
    package init?(_ text: some StringProtocol) {
        let text = Array(text.utf8)
        let hostEnd: Int
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let address = text[1..<end]
            guard address.contains(UInt8(ascii: ":")), address.allSatisfy(Self.isAddressCharacter) else { return nil }
            host = String(decoding: address, as: UTF8.self)
            hostEnd = end + 1
        } else {
            hostEnd = text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
            let name = text[..<hostEnd]
            guard !name.isEmpty, name.allSatisfy(Self.isNameCharacter) else { return nil }
            host = String(decoding: name, as: UTF8.self)
        }
        guard hostEnd < text.count else { return }
        let digits = text[hostEnd...].dropFirst()
        // `UInt16.init` accepts a sign.
        guard text[hostEnd] == UInt8(ascii: ":"), !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self.port = port
    }

    /// Whether `host`, given alone, is an IPv6 address, which needs brackets before a port.
    package static func needsBrackets(_ host: some StringProtocol) -> Bool {
        host.utf8.contains(UInt8(ascii: ":"))
    }

    /// RFC 3986 §3.2.2: unreserved, sub-delimiters and percent-encoded bytes. Bytes outside ASCII are international names.
    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x80...: true
        default: "-._~!$&'()*+,;=%".utf8.contains(byte)
        }
    }

    /// An address of IPv6, with IPv4 at its end or a zone after `%` (RFC 6874).
    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3a, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~%".utf8.contains(byte)
        }
    }
}

extension HostAndPort: CustomStringConvertible {
    /// The host, in brackets if it is an IPv6 address, and the port if there is one.
    package var description: String {
        (Self.needsBrackets(host) ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }
}
