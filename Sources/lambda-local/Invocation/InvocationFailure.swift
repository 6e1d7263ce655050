import LambdaStreaming
import NIOCore
import TextCoding

/// Why an invocation failed, as its caller is told.
struct InvocationFailure: Error, Sendable, Equatable {
    /// The kind, such as `Runtime.ExitError`, or what the function calls it.
    var type: String

    /// The error's JSON: the function's own as it stands, with whatever it says beside type and message.
    var json: String

    /// The message, when Lambda itself reports the error and not the function.
    private(set) var reportedMessage: String?

    /// An error that Lambda reports, and this program in its place. Its JSON has no `stackTrace`.
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

    /// The error in a request to `/error`.
    init(reported body: ByteBuffer, by head: RequestHead) {
        let described = LambdaFunctionError(json: Array(body.readableBytesView))
        var error = described ?? LambdaFunctionError(type: "", message: String(buffer: body))
        if let type = head.fields.first(name: RuntimeAPIField.errorType) { error.type = type }
        if error.type.isEmpty { error.type = "Unhandled" }
        self.init(error)
        if described != nil { json = String(buffer: body) }
    }

    /// The error in the trailers of a response, or nil when they tell of none.
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
