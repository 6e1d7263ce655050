import EventStreamCodec

/// Where a runtime finds Lambda's Runtime API, and the requests that it sends there, as bytes.
///
/// ```swift
/// let endpoint = try RuntimeAPIEndpoint(authority: environment["AWS_LAMBDA_RUNTIME_API"])
/// send(endpoint.nextRequest)
/// var response = endpoint.response(toRequest: id)
/// ```
///
/// Source: "Using the Lambda runtime API", version 2018-06-01. All requests keep the connection open (HTTP/1.1).
public struct RuntimeAPIEndpoint: Sendable, Hashable {
    /// Host and port, as `AWS_LAMBDA_RUNTIME_API` has them: `127.0.0.1:9001`.
    public let authority: String

    /// An endpoint at this host and port.
    ///
    /// - Throws: ``StreamingResponseError/Code/endpointInvalid`` when the text could not stand in a `Host` field.
    public init(authority: String) throws(StreamingResponseError) {
        // What RFC 3986 §3.2 allows in an authority is visible ASCII, and has no slash.
        guard !authority.isEmpty, authority.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") })
        else { throw StreamingResponseError(.endpointInvalid) }
        self.authority = authority
    }

    /// Asks for the next invocation.
    public var nextRequest: [UInt8] {
        Array("GET \(Self.invocation)next HTTP/1.1\r\nHost: \(authority)\r\n\r\n".utf8)
    }

    /// The response to an invocation, to be streamed.
    public func response(toRequest requestID: String) -> StreamingResponseEncoder {
        StreamingResponseEncoder(endpoint: self, requestID: requestID)
    }

    /// Reports that an invocation failed before its response began.
    public func errorRequest(forRequest requestID: String, _ error: LambdaFunctionError) -> [UInt8] {
        errorReport(path: Self.invocation + Self.encoded(requestID) + "/error", error)
    }

    /// Reports that the function could not be initialized.
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

    /// The path to which a response is sent.
    static func responsePath(requestID: String) -> String { invocation + encoded(requestID) + "/response" }

    /// A segment of a path: what is not unreserved (RFC 3986 §2.3) is percent-encoded.
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
