import EventStreamCodec
import TextCoding

/// Gathers the error trailers of a streamed response: what a Lambda service reads from a runtime.
///
/// ```swift
/// var trailers = FunctionErrorTrailers()
/// try decoder.decode(bytes) { element in
///     if case .trailer(let field) = element { trailers.receive(field) }
/// }
/// if let failure = trailers.completion() { … }
/// ```
///
/// Other trailers are passed over. A response whose body is complete and has neither of the two has succeeded.
public struct FunctionErrorTrailers: Sendable, Hashable {
    private var type: String?
    private var body: [UInt8]?

    /// No trailers yet.
    public init() {}

    /// Takes a trailer field out of a `ChunkedDecoder`.
    public mutating func receive(_ field: ChunkedTrailerView) {
        if field.isNamed(RuntimeAPIField.errorType) {
            type = String(decodingUTF8: field.value)
        } else if field.isNamed(RuntimeAPIField.errorBody) {
            body = [UInt8](field.value)
        }
    }

    /// Takes a trailer field by name and value.
    public mutating func receive(name: String, value: String) {
        if name.hasSameLetters(as: RuntimeAPIField.errorType) {
            type = value
        } else if name.hasSameLetters(as: RuntimeAPIField.errorBody) {
            body = Array(value.utf8)
        }
    }

    /// Whether one of the two trailers has come: the function failed.
    public var isFailure: Bool { type != nil || body != nil }

    /// The error that the trailers tell; nil when there are none.
    ///
    /// A body that is no base64 is taken as it stands, one that is no JSON object becomes the message. The type is that
    /// of its own trailer, or else that of the JSON.
    public var error: LambdaFunctionError? {
        guard isFailure else { return nil }
        let details = details ?? []
        var error =
            LambdaFunctionError(json: details)
            ?? LambdaFunctionError(type: "", message: String(decoding: details, as: UTF8.self))
        if let type, !type.isEmpty { error.type = type }
        if error.type.isEmpty { error.type = LambdaFunctionError.unnamedType }
        return error
    }

    /// What an SDK is told at the end of the event stream; nil when there are no error trailers.
    ///
    /// - Parameter logTail: The last bytes of the function's log, for ``InvokeComplete/logResult``.
    /// - Returns: ``InvokeComplete/errorCode`` is the error's type, ``InvokeComplete/errorDetails`` the text of the body.
    public func completion(logTail: [UInt8]? = nil) -> InvokeComplete? {
        guard let error else { return nil }
        let details = details.map { String(decoding: $0, as: UTF8.self) }
        return InvokeComplete(
            errorCode: error.type, errorDetails: details ?? String(decoding: error.json, as: UTF8.self),
            logTail: logTail)
    }

    /// The body's trailer, decoded.
    private var details: [UInt8]? { body.map { Base64.decode($0) ?? $0 } }
}

extension String {
    /// Whether both strings have the same bytes, ASCII letters compared without regard to case.
    fileprivate func hasSameLetters(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { HTTPByte.lowercased($0) == HTTPByte.lowercased($1) }
    }
}
