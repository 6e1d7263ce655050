#if LambdaRuntime
/// Why a runtime cannot go on: Lambda's Runtime API is not as it should be.
public enum LambdaRuntimeError: Error, Sendable, Hashable {
    /// The environment variable `AWS_LAMBDA_RUNTIME_API` is not set: the program runs neither in Lambda nor in
    /// something like it.
    case noEndpoint

    /// Nobody answers at this host and port.
    case unreachable(authority: String, reason: String)

    /// The connection was closed where an answer was expected.
    case connectionClosed

    /// The Runtime API answered `next` with this status, or without identifying the invocation.
    case unexpectedAnswer(status: Int)

    /// The Runtime API sent an answer of more than this number of bytes.
    case answerTooLong(limit: Int)
}

extension LambdaRuntimeError: CustomStringConvertible {
    /// What was found, and what was expected.
    public var description: String {
        switch self {
        case .noEndpoint:
            "found no AWS_LAMBDA_RUNTIME_API in the environment, expected host and port of the Runtime API"
        case .unreachable(let authority, let reason):
            "found nobody at \(authority) (\(reason)), expected the Runtime API"
        case .connectionClosed: "found the end of the connection, expected an answer of the Runtime API"
        case .answerTooLong(let limit):
            "found an answer of more than \(limit) bytes from the Runtime API, expected at most as many"
        case .unexpectedAnswer(let status): "found status \(status) from the Runtime API, expected an invocation"
        }
    }
}
#endif
