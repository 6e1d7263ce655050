import ArgumentParser
import TextCoding

/// Where a function is invoked: `http://HOST[:PORT]`, or with the whole path of the operation.
struct InvokeURL {
    /// The URL as it was given.
    let text: String

    /// The URL of the operation.
    let operation: String

    /// The function that is invoked where a URL has no path: the one that `lambda-local` runs unless told another name.
    static let defaultFunction = "function"

    /// Whether an argument is meant to be a URL and not a file.
    static func isURL(_ argument: String) -> Bool {
        argument.contains("://")
    }

    /// Checks the parts of a URL (RFC 3986 §3).
    ///
    /// - Throws: `ValidationError` when the URL cannot be that of a function.
    init(_ text: String) throws {
        guard text.hasPrefix("http://") else {
            throw ValidationError(
                "a URL begins with http://; for AWS, let curl sign the request and pipe its answer into "
                    + "'eventstream lambda invoke -'")
        }
        // Nothing that ends a request line or a header field is valid in a URL.
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("#"), !text.contains("@") else {
            throw ValidationError("a URL is visible ASCII, without '#' and '@'")
        }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard !target.hasPrefix("?") else { throw ValidationError("a URL's path begins with '/'") }

        guard let parts = HostAndPort(authority), parts.port != 0 else {
            throw ValidationError(
                "a URL has a host (an IPv6 address in brackets) and, after a colon, a port from 1 to 65535")
        }
        let path = "/2021-11-15/functions/\(Self.defaultFunction)/response-streaming-invocations"
        self.text = text
        operation = "http://\(authority)" + (target.isEmpty || target == "/" ? path : String(target))
    }
}
