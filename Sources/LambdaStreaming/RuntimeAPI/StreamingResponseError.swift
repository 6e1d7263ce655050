/// What a function, or a runtime, asked of a streamed response that cannot be done.
public struct StreamingResponseError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public let code: Code

    init(_ code: Code) {
        self.code = code
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case contentTypeTooLate, contentTypeInvalid, contentTypeIsPrelude, responseEnded, endpointInvalid
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `responseEnded`.
        public var description: String { kind.rawValue }

        /// The content type, or the HTTP prelude, was set after the response had begun.
        public static let contentTypeTooLate = Code(.contentTypeTooLate)

        /// The content type has a character that cannot stand in a field of HTTP, or none at all.
        public static let contentTypeInvalid = Code(.contentTypeInvalid)

        /// The content type was set beside an HTTP prelude, which has the type among its headers.
        public static let contentTypeIsPrelude = Code(.contentTypeIsPrelude)

        /// The response has been finished, or has failed; nothing can follow.
        public static let responseEnded = Code(.responseEnded)

        /// The Runtime API's host and port cannot stand in a field of HTTP.
        public static let endpointInvalid = Code(.endpointInvalid)
    }
}

extension StreamingResponseError: CustomStringConvertible {
    /// The type under which Lambda's own runtimes report such errors.
    public static let functionErrorType = "Runtime.InvalidStreamingOperation"

    /// What was asked, and when it could have been done.
    public var description: String {
        switch code.kind {
        case .contentTypeTooLate: "found a content type after the first write, expected it before"
        case .contentTypeInvalid: "found a content type with a control character or without any, expected a media type"
        case .contentTypeIsPrelude:
            "found a content type beside an HTTP prelude, expected it among the prelude's headers"
        case .responseEnded: "found a write after the response's end, expected none"
        case .endpointInvalid: "found no host and port, expected them as in AWS_LAMBDA_RUNTIME_API"
        }
    }

    /// The error as Lambda is told of it.
    public var functionError: LambdaFunctionError {
        LambdaFunctionError(type: Self.functionErrorType, message: description)
    }
}
