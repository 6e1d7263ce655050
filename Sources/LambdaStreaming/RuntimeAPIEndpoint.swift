import EventStreamCodec

/// The address of Lambda's Runtime API. Encodes the requests that a runtime sends to it.
///
/// ```swift
/// let endpoint = try RuntimeAPIEndpoint(authority: environment["AWS_LAMBDA_RUNTIME_API"])
/// send(endpoint.nextRequest)
/// var response = endpoint.response(toRequest: id)
/// ```
///
/// Source: "Using the Lambda runtime API", version 2018-06-01. All requests keep the connection open (HTTP/1.1).
public struct RuntimeAPIEndpoint: Sendable, Hashable {
    /// Host and port, in the form of `AWS_LAMBDA_RUNTIME_API`: `127.0.0.1:9001`.
    public let authority: String

    /// Creates an endpoint.
    ///
    /// - Parameter authority: Host and port, in the form of `AWS_LAMBDA_RUNTIME_API`.
    /// - Throws: ``StreamingResponseError/Code/endpointInvalid`` if the text is not valid in a `Host` field.
    public init(authority: String) throws(StreamingResponseError) {
        // RFC 3986 §3.2: an authority is visible ASCII without a slash.
        guard !authority.isEmpty, authority.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") })
        else { throw StreamingResponseError(.endpointInvalid) }
        self.authority = authority
    }

    /// The request for the next invocation.
    public var nextRequest: [UInt8] {
        Array("GET \(Self.invocation)next HTTP/1.1\r\nHost: \(authority)\r\n\r\n".utf8)
    }

    /// Returns an encoder for the streamed response to an invocation.
    ///
    /// - Parameter requestID: The invocation's identifier. It is percent-encoded in the request's path.
    /// - Returns: An encoder at the start of the request.
    public func response(toRequest requestID: String) -> StreamingResponseEncoder {
        StreamingResponseEncoder(endpoint: self, requestID: requestID)
    }

    /// Encodes the request that reports that an invocation failed before its response began.
    ///
    /// - Parameters:
    ///   - requestID: The invocation's identifier.
    ///   - error: The error.
    /// - Returns: The request's bytes.
    public func errorRequest(forRequest requestID: String, _ error: LambdaFunctionError) -> [UInt8] {
        errorReport(path: Self.invocation + Self.encoded(requestID) + "/error", error)
    }

    /// Encodes the request that reports that the function failed to initialize.
    ///
    /// - Parameter error: The error.
    /// - Returns: The request's bytes.
    public func initializationErrorRequest(_ error: LambdaFunctionError) -> [UInt8] {
        errorReport(path: Self.version + "runtime/init/error", error)
    }

    private func errorReport(path: String, _ error: LambdaFunctionError) -> [UInt8] {
        let body = error.json
        return Array(
            """
            POST \(path) HTTP/1.1\r
            Host: \(authority)\r
            Content-Type: application/vnd.aws.lambda.error+json\r
            \(RuntimeAPIField.errorType): \(error.fieldType)\r
            Content-Length: \(body.count)\r
            \r\n
            """.utf8) + body
    }

    private static let version = "/2018-06-01/"
    private static let invocation = version + "runtime/invocation/"

    /// The path of the request that carries a response.
    static func responsePath(requestID: String) -> String { invocation + encoded(requestID) + "/response" }

    /// Percent-encodes a path segment: all bytes except the unreserved ones (RFC 3986 §2.3).
    private static func encoded(_ segment: String) -> String {
        var path: [UInt8] = []
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                path.append(byte)
            default:
                path.append(UInt8(ascii: "%"))
                path.append(contentsOf: Hexadecimal.text([byte]).uppercased().utf8)
            }
        }
        return String(decoding: path, as: UTF8.self)
    }
}

/// The names of HTTP fields in Lambda's Runtime API, version 2018-06-01.
public enum RuntimeAPIField {
    /// The invocation's identifier, in the answer to `next`.
    public static let requestID = "Lambda-Runtime-Aws-Request-Id"
    /// The time at which Lambda ends the invocation, in milliseconds since 1970, in the answer to `next`.
    public static let deadline = "Lambda-Runtime-Deadline-Ms"
    /// The ARN by which the function was invoked, in the answer to `next`.
    public static let invokedFunctionARN = "Lambda-Runtime-Invoked-Function-Arn"
    /// The X-Ray trace header, in the answer to `next`.
    public static let traceID = "Lambda-Runtime-Trace-Id"
    /// The mobile client's description of itself, JSON, in the answer to `next`.
    public static let clientContext = "Lambda-Runtime-Client-Context"
    /// The caller's Cognito identity, JSON, in the answer to `next`.
    public static let cognitoIdentity = "Lambda-Runtime-Cognito-Identity"
    /// `streaming` for a response that Lambda sends on while the function writes it.
    public static let responseMode = "Lambda-Runtime-Function-Response-Mode"
    /// The type of an error: a trailer of a streamed response, a field of an error report.
    public static let errorType = "Lambda-Runtime-Function-Error-Type"
    /// The base64 of an error's JSON: a trailer of a streamed response.
    public static let errorBody = "Lambda-Runtime-Function-Error-Body"
}
