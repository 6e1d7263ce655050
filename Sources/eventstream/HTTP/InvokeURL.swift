import ArgumentParser

/// Where a function is invoked: `http://HOST[:PORT]`, or with the whole path of the operation.
struct InvokeURL {
    let host: String
    let port: UInt16
    let path: String

    /// The URL as it was given.
    let text: String

    /// The function that is invoked where a URL has no path: the one that `lambda-local` runs unless told another name.
    static let defaultFunction = "function"

    /// Whether an argument is meant to be a URL and not a file.
    static func isURL(_ argument: String) -> Bool {
        argument.contains("://")
    }

    /// The parts of a URL (RFC 3986 §3).
    init(_ text: String) throws {
        self.text = text
        guard text.hasPrefix("http://") else {
            throw ValidationError(
                "a URL begins with http://; for AWS, let curl sign the request and pipe its answer into "
                    + "'eventstream lambda invoke -'")
        }
        // What could end the request line, or a field, cannot stand in a URL.
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("#"), !text.contains("@") else {
            throw ValidationError("a URL is visible ASCII, without '#' and '@'")
        }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = String(rest.dropFirst(authority.count))
        path =
            target.isEmpty || target == "/"
            ? "/2021-11-15/functions/\(Self.defaultFunction)/response-streaming-invocations" : target
        guard path.hasPrefix("/") else { throw ValidationError("a URL's path begins with '/'") }

        var host = authority
        var port: UInt16 = 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw ValidationError("a URL's port is a number from 1 to 65535")
            }
            host = authority[..<colon]
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw ValidationError("a URL has a host") }
        self.host = String(host)
        self.port = port
    }

    /// Host and port, for the `Host` field.
    var authority: String {
        (host.contains(":") ? "[\(host)]" : host) + (port == 80 ? "" : ":\(port)")
    }
}
