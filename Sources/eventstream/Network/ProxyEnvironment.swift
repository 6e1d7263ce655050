#if Network
import AsyncHTTPClient
import EventStreamCrypto
import TextCoding

/// The proxy that the environment names: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, or the same in upper case, as
/// for curl.
enum ProxyEnvironment {
    /// Returns the proxy for a URL; nil to connect directly.
    ///
    /// - Throws: ``CommandFailure`` of status 64 if the variable is not `[http://][USER:PASSWORD@]HOST[:PORT]`.
    static func proxy(for url: RequestURL) throws -> HTTPClient.Configuration.Proxy? {
        let exceptions = variable("no_proxy")?.value ?? ""
        guard !Self.exceptions(exceptions, include: url.authority),
            let (name, value) = variable(url.isSecure ? "https_proxy" : "http_proxy") ?? variable("all_proxy")
        else { return nil }
        let parts = value.divided(at: "://")
        guard parts.count == 1 || parts[0].lowercased() == "http" else {
            throw invalid(name, "another scheme than http")
        }
        let place = (parts.last ?? "").prefix { $0 != "/" }
        let at = place.lastIndex(of: "@")
        // The value may have a password, so no message repeats it.
        guard let authority = HostAndPort(at.map { place[place.index(after: $0)...] } ?? place), authority.port != 0
        else { throw invalid(name, "no host and port") }
        let authorization = at.map { at in
            HTTPClient.Authorization.basic(credentials: Base64.encode(PercentEncoding.decoded(place[..<at].utf8)))
        }
        // The default port is that of curl.
        return .server(host: authority.host, port: Int(authority.port ?? 1_080), authorization: authorization)
    }

    /// Returns a variable that is not empty. The name in lower case comes first.
    private static func variable(_ name: String) -> (name: String, value: String)? {
        for name in [name, name.uppercased()] {
            if let value = environmentVariable(name) { return (name, value) }
        }
        return nil
    }

    private static func invalid(_ name: String, _ found: String) -> CommandFailure {
        CommandFailure(
            status: CommandFailure.Status.usage, message: "\(name): found \(found), expected http://HOST:PORT")
    }

    /// Whether a list of exceptions includes a host: `*`, names with all their subdomains, and addresses, each with a port if it
    /// is only for that.
    static func exceptions(_ list: String, include authority: HostAndPort) -> Bool {
        let host = authority.host.lowercased()
        for element in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
            if element == "*" { return true }
            var name = element.lowercased()[...]
            // An IPv6 address need not be in brackets.
            if let parts = HostAndPort(name) {
                if let port = parts.port, port != authority.port { continue }
                name = parts.host[...]
            }
            name = name.drop { $0 == "." }
            if host == name || host.hasSuffix(".\(name)") { return true }
        }
        return false
    }
}
#endif
