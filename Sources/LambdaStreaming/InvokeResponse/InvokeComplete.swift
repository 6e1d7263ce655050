import EventStreamCodec
import TextCoding

/// The last event of an `InvokeWithResponseStream` response: how the function ended.
///
/// It is a JSON object of which every key is optional: `{"ErrorCode","ErrorDetails","LogResult"}`. Source: Lambda API,
/// `InvokeWithResponseStreamCompleteEvent`.
public struct InvokeComplete: Sendable, Hashable {
    /// The code of the error that ended the function; nil when it succeeded.
    public var errorCode: String?

    /// What is known about the error.
    public var errorDetails: String?

    /// The base64 of the last 4 KiB of the function's log, when the caller asked for it (`LogType: Tail`).
    public var logResult: String?

    /// The event of these parts.
    public init(errorCode: String? = nil, errorDetails: String? = nil, logResult: String? = nil) {
        self.errorCode = errorCode
        self.errorDetails = errorDetails
        self.logResult = logResult
    }

    /// The event of these parts, with the end of the log as bytes.
    public init(errorCode: String? = nil, errorDetails: String? = nil, logTail: [UInt8]?) {
        self.init(errorCode: errorCode, errorDetails: errorDetails, logResult: logTail.map { Base64.encode($0) })
    }

    /// Whether the function failed.
    public var isFailure: Bool { errorCode != nil || errorDetails != nil }

    /// The end of the log; nil when there is none, or none in base64.
    public var logTail: [UInt8]? { logResult.flatMap { Base64.decode($0) } }
}

extension InvokeComplete {
    /// The event as a JSON object; parts that are nil are left out.
    public var json: [UInt8] {
        let parts = [("ErrorCode", errorCode), ("ErrorDetails", errorDetails), ("LogResult", logResult)]
        var bytes: [UInt8] = []
        for (name, value) in parts {
            guard let value else { continue }
            bytes.append(json: bytes.isEmpty ? "{" : ",")
            bytes.append(json: "\"\(name)\":")
            bytes.append(jsonString: value)
        }
        bytes.append(json: bytes.isEmpty ? "{}" : "}")
        return bytes
    }

    /// Reads the event from its JSON; unknown keys are passed over, an empty text is an empty object. Nil when it is
    /// something else than an object, or a part is no string.
    public init?(json: RawSpan) {
        self.init()
        guard json.byteCount > 0 else { return }
        // Details may quote what a function in JavaScript wrote.
        guard let value = try? JSONValue(json, rules: .ecmaScript), value.members != nil else { return nil }
        let parts: [(String, WritableKeyPath<InvokeComplete, String?>)] = [
            ("ErrorCode", \.errorCode), ("ErrorDetails", \.errorDetails), ("LogResult", \.logResult),
        ]
        for (key, part) in parts {
            guard let value = value[key], value != .null else { continue }
            guard let text = value.string else { return nil }
            self[keyPath: part] = text
        }
    }
}
