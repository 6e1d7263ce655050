#if LambdaRuntime
import LambdaStreaming

/// Why a runtime cannot continue: Lambda's Runtime API does not answer as specified.
public struct LambdaRuntimeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public let code: Code

    /// What was found, in words.
    public let foundDescription: String

    /// What was expected, in words.
    public let expectedDescription: String

    /// Creates an error, for code that implements a runtime on its own.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - foundDescription: What was found, in words.
    ///   - expectedDescription: What was expected, in words.
    public init(_ code: Code, foundDescription: String, expectedDescription: String) {
        self.code = code
        self.foundDescription = foundDescription
        self.expectedDescription = expectedDescription
    }

    static let noEndpoint = LambdaRuntimeError(
        .noEndpoint, foundDescription: "no AWS_LAMBDA_RUNTIME_API in the environment",
        expectedDescription: "host and port of the Runtime API"
    )

    static let connectionClosed = LambdaRuntimeError(
        .connectionClosed, foundDescription: "the end of the connection",
        expectedDescription: "an answer from the Runtime API")

    /// ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "found \(foundDescription), expected \(expectedDescription)" }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case noEndpoint, unreachable, connectionClosed, unexpectedAnswer, answerTooLong
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `noEndpoint`.
        public var description: String { kind.rawValue }

        /// The environment variable `AWS_LAMBDA_RUNTIME_API` is not set. The program does not run in Lambda or under
        /// `lambda-local`.
        public static let noEndpoint = Code(.noEndpoint)

        /// The Runtime API does not accept connections.
        public static let unreachable = Code(.unreachable)

        /// The connection was closed before an answer was complete.
        public static let connectionClosed = Code(.connectionClosed)

        /// The Runtime API answered `next` with an error status, or without the invocation's identifier.
        public static let unexpectedAnswer = Code(.unexpectedAnswer)

        /// The Runtime API sent an answer that is longer than the limit.
        public static let answerTooLong = Code(.answerTooLong)
    }
}

extension LambdaFunctionError {
    /// Creates the error that Lambda receives for an error that a handler threw. By default, it has the error's Swift type
    /// and description.
    init(thrown error: any Error) {
        switch error {
        case let error as LambdaFunctionError: self = error
        case let error as StreamingResponseError: self = error.functionError
        default: self.init(type: "Function.\(Swift.type(of: error))", message: "\(error)")
        }
    }
}
#endif
