import EventStreamCodec
import TextCoding

/// Why a function, or the runtime around it, failed. Lambda passes this on to the caller.
///
/// Lambda's documentation calls the JSON form of this an error object: `{"errorType","errorMessage","stackTrace"}`.
public struct LambdaFunctionError: Error, Sendable, Hashable {
    /// The kind of error. Any text is allowed; Lambda recommends `Category.Reason`, such as `Function.Timeout`.
    public var type: String

    /// What happened, for people.
    public var message: String

    /// Where it happened, innermost frame first.
    public var stackTrace: [String]

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - type: The kind of error, such as `Function.Timeout`.
    ///   - message: What happened, for people.
    ///   - stackTrace: Where it happened, innermost frame first.
    public init(type: String, message: String, stackTrace: [String] = []) {
        self.type = type
        self.message = message
        self.stackTrace = stackTrace
    }
}

extension LambdaFunctionError {
    /// The limit on the type, the message and the stack trace, in bytes of JSON each. Recipients limit a trailer section
    /// (16 KiB in this library), and base64 makes the JSON a third longer.
    static let partLimit = 3_072

    /// The error as a JSON object.
    ///
    /// The type and the message are cut off after 3 KiB each. The stack trace ends with the last entry that fits into
    /// 3 KiB.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(json: "{\"errorType\":")
        bytes.append(jsonString: type, limit: Self.partLimit)
        bytes.append(json: ",\"errorMessage\":")
        bytes.append(jsonString: message, limit: Self.partLimit)
        bytes.append(json: ",\"stackTrace\":[")
        let start = bytes.count
        for entry in stackTrace {
            let end = bytes.count
            if end > start { bytes.append(json: ",") }
            bytes.append(jsonString: entry, limit: Self.partLimit)
            if bytes.count &- start > Self.partLimit {
                bytes.removeSubrange(end...)
                break
            }
        }
        bytes.append(json: "]}")
        return bytes
    }

    /// Parses an error from its JSON. Returns nil if `json` is not a JSON object.
    ///
    /// - Parameter json: The JSON object. A key that is missing or has another type counts as empty. Parsing takes
    ///   O(*n*) for *n* bytes.
    public init?(json: [UInt8]) {
        // Functions in JavaScript write what `JSON.parse` reads.
        guard let value = try? JSONValue(json, rules: .ecmaScript), value.members != nil else { return nil }
        self.init(
            type: value["errorType"]?.string ?? "", message: value["errorMessage"]?.string ?? "",
            stackTrace: value["stackTrace"]?.elements?.compactMap(\.string) ?? [])
    }
}

extension LambdaFunctionError {
    /// The two trailers that tell Lambda that a response failed after it had begun.
    ///
    /// `Lambda-Runtime-Function-Error-Type` is the type. Every character that is not visible ASCII is replaced by `_`,
    /// so a type cannot add header fields. `Lambda-Runtime-Function-Error-Body` is the base64 of ``json``.
    public var trailers: [ChunkedTrailer] {
        [
            ChunkedTrailer(RuntimeAPIField.errorType, fieldType),
            ChunkedTrailer(RuntimeAPIField.errorBody, Base64.encode(json)),
        ]
    }

    /// The type as a valid header value.
    var fieldType: String {
        guard !type.isEmpty else { return Self.unnamedType }
        let visible = type.unicodeScalars.prefix(Self.fieldTypeLimit).map { scalar in
            ("\u{21}"..."\u{7e}").contains(scalar) ? UInt8(ascii: scalar) : UInt8(ascii: "_")
        }
        return String(decoding: visible, as: UTF8.self)
    }

    /// The limit on the length of a type in a header field. The JSON has the whole type.
    private static let fieldTypeLimit = 256

    /// The type of an error that has none.
    static let unnamedType = "Function.Unknown"
}

/// Collects the error trailers of a streamed response, as a Lambda service does.
///
/// ```swift
/// var trailers = LambdaFunctionErrorTrailers()
/// try decoder.decode(bytes) { element in
///     if case .trailer(let field) = element { trailers.receive(field) }
/// }
/// if let failure = trailers.completion() { … }
/// ```
///
/// Other trailers are ignored. A response with a complete body and neither of the two trailers has succeeded.
public struct LambdaFunctionErrorTrailers: Sendable, Hashable {
    private var type: String?
    private var body: [UInt8]?

    /// Creates a collector without trailers.
    public init() {}

    /// Records a trailer field.
    ///
    /// - Parameter field: The field, as `ChunkedDecoder` delivers it.
    public mutating func receive(_ field: ChunkedTrailerView) {
        if field.isNamed(RuntimeAPIField.errorType) {
            type = String(decodingUTF8: field.value)
        } else if field.isNamed(RuntimeAPIField.errorBody) {
            body = [UInt8](field.value)
        }
    }

    /// Records a trailer field.
    ///
    /// - Parameters:
    ///   - name: The field's name, in any case.
    ///   - value: The field's value.
    public mutating func receive(name: String, value: String) {
        if name.hasSameLetters(as: RuntimeAPIField.errorType) {
            type = value
        } else if name.hasSameLetters(as: RuntimeAPIField.errorBody) {
            body = Array(value.utf8)
        }
    }

    /// Whether the function failed: at least one of the two trailers was received.
    public var isFailure: Bool { type != nil || body != nil }

    /// The error that the trailers describe; nil if there are none.
    ///
    /// A body that is not base64 is used as it is. A body that is not a JSON object becomes the message. The type's own
    /// trailer takes precedence over the type in the JSON.
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

    /// Returns the last event of the event stream that an SDK receives.
    ///
    /// - Parameter logTail: The last bytes of the function's log, for ``InvokeComplete/logResult``.
    /// - Returns: An event whose ``InvokeComplete/errorCode`` is the error's type and whose
    ///   ``InvokeComplete/errorDetails`` is the text of the body; nil if there are no error trailers.
    public func completion(logTail: [UInt8]? = nil) -> InvokeComplete? {
        guard let error else { return nil }
        let details = details.map { String(decoding: $0, as: UTF8.self) }
        return InvokeComplete(
            errorCode: error.type, errorDetails: details ?? String(decoding: error.json, as: UTF8.self),
            logTail: logTail)
    }

    /// The decoded body.
    private var details: [UInt8]? { body.map { Base64.decode($0) ?? $0 } }
}

extension String {
    /// Returns whether both strings have the same bytes, ignoring the case of ASCII letters.
    fileprivate func hasSameLetters(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { HTTPByte.lowercased($0) == HTTPByte.lowercased($1) }
    }
}
