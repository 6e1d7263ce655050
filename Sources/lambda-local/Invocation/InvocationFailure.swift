import LambdaStreaming
import NIOCore
import TextCoding

/// Why an invocation failed, in the form that its caller receives.
struct InvocationFailure: Error, Sendable, Equatable {
    /// The type, for example `Runtime.ExitError`, or the function's own.
    var type: String

    /// The error as JSON. The function's own JSON is unchanged, including members other than type and message.
    var json: String

    /// The message if Lambda itself reports the error; nil if the function does.
    private(set) var reportedMessage: String?

    /// Creates an error that Lambda itself reports. Its JSON has no `stackTrace`.
    init(_ type: String, _ message: String) {
        var bytes: [UInt8] = []
        bytes.append(json: "{\"errorType\":")
        bytes.append(jsonString: type)
        bytes.append(json: ",\"errorMessage\":")
        bytes.append(jsonString: message)
        bytes.append(json: "}")
        self.type = type
        json = String(decoding: bytes, as: UTF8.self)
        reportedMessage = message
    }

    /// Parses the error in a request to `/error`.
    init(reported body: ByteBuffer, by head: RequestHead) {
        let described = LambdaFunctionError(json: Array(body.readableBytesView))
        var error = described ?? LambdaFunctionError(type: "", message: String(buffer: body))
        if let type = head.fields.first(name: RuntimeAPIField.errorType) { error.type = type }
        if error.type.isEmpty { error.type = "Unhandled" }
        self.init(error)
        if described != nil { json = String(buffer: body) }
    }

    /// Returns the error in the trailers of a response, or nil if they have none.
    init?(_ trailers: LambdaFunctionErrorTrailers) {
        guard let completion = trailers.completion(), let error = trailers.error else { return nil }
        self.init(error)
        json = completion.errorDetails ?? json
    }

    private init(_ error: LambdaFunctionError) {
        type = error.type
        json = String(decoding: error.json, as: UTF8.self)
    }
}

/// The errors that Lambda itself reports.
extension InvocationFailure {
    static let exitErrorType = "Runtime.ExitError"
    static let timeoutType = "Sandbox.Timedout"

    /// The function took longer than the timeout.
    static func timedOut(after timeout: Duration, id: String) -> InvocationFailure {
        let seconds = timeout.formattedSeconds
        return InvocationFailure(timeoutType, "RequestId: \(id) Error: Task timed out after \(seconds) seconds")
    }

    /// The function did not request an invocation that waited for it.
    static func notTaken(id: String, patience: Duration) -> InvocationFailure {
        let seconds = patience.formattedSeconds
        return InvocationFailure(
            "Sandbox.Timedout",
            "RequestId: \(id) Error: no runtime asked for an invocation for \(seconds) seconds")
    }

    /// The function's process ended while it was working on an invocation.
    ///
    /// - Parameter status: As in `exit status 1` or `signal: killed`.
    static func exited(_ status: String, id: String) -> InvocationFailure {
        // Lambda has no message for a process that ends by itself without an error.
        let how = status == "exit status 0" ? "exited without providing a reason" : "exited with error: \(status)"
        return InvocationFailure(exitErrorType, "RequestId: \(id) Error: Runtime \(how)")
    }

    /// The response stopped before its last chunk.
    static func truncated(_ description: String) -> InvocationFailure {
        InvocationFailure("Runtime.TruncatedResponse", "The response stopped before its end: \(description)")
    }

    /// The response is longer than Lambda accepts.
    static func tooLarge(limit: Int) -> InvocationFailure {
        InvocationFailure(
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (\(limit) bytes).")
    }

    /// The HTTP prelude or the description of an HTTP response is invalid.
    static func invalidResponse(_ description: String) -> InvocationFailure {
        InvocationFailure("Runtime.InvalidResponse", description)
    }

    /// The client disconnected before a runtime took its invocation.
    static let clientGone = InvocationFailure("Client.Disconnected", "The client closed the connection")
}
