import NIOHTTP1

/// Why a request cannot be served: what HTTP answers, and a sentence that says what was found and expected.
struct RequestError: Error, CustomStringConvertible {
    var status: HTTPResponseStatus
    var description: String

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

    /// Whether the message stops before its end.
    private(set) var isTruncation = false
}
