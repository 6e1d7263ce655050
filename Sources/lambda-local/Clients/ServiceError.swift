import NIOCore
import NIOHTTP1
import TextCoding

/// An error of the Lambda service itself, as its clients know it (API reference, Invoke).
struct ServiceError: Error {
    var status: HTTPResponseStatus
    var type: String
    var message: String

    static func functionNotFound(_ arn: String) -> ServiceError {
        ServiceError(status: .notFound, type: "ResourceNotFoundException", message: "Function not found: \(arn)")
    }

    static func invalidPayload(_ why: String) -> ServiceError {
        ServiceError(
            status: .badRequest, type: "InvalidRequestContentException",
            message: "Could not parse request body into json: \(why)")
    }

    static func invalidParameter(_ message: String) -> ServiceError {
        ServiceError(status: .badRequest, type: "InvalidParameterValueException", message: message)
    }

    static func payloadTooLarge(_ message: String) -> ServiceError {
        ServiceError(status: .payloadTooLarge, type: "RequestTooLargeException", message: message)
    }

    static func throttled(_ waiting: String) -> ServiceError {
        ServiceError(
            status: .tooManyRequests, type: "TooManyRequestsException",
            message: "Rate Exceeded: \(waiting) are waiting, or as many as fit into memory")
    }

    static func unknownOperation(_ request: RequestHead) -> ServiceError {
        ServiceError(
            status: .notFound, type: "UnknownOperationException",
            message:
                "found \(request.method) \(request.path), expected Invoke, InvokeWithResponseStream, GetFunction or "
                + "GetFunctionConfiguration")
    }

    /// Answers a request with the error.
    func answer(with writer: inout ResponseWriter) async throws {
        var json: [UInt8] = []
        json.append(json: "{\"Type\":\"User\",\"Message\":")
        json.append(jsonString: message)
        json.append(UInt8(ascii: "}"))
        try await writer.respond(
            status, ["Content-Type": "application/json", "X-Amzn-ErrorType": type], body: ByteBuffer(bytes: json))
    }
}
