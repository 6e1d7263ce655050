import EventStreamCodec
import TextCoding

/// The meaning of one message of an `InvokeWithResponseStream` response.
///
/// ``InvokeResponseDecoder`` uses this type for every message. Use it directly if you decode messages yourself.
public enum InvokeResponseEvent: ~Escapable {
    /// The event type of a piece of the response.
    public static let payloadChunkType = "PayloadChunk"

    /// The event type of the last event.
    public static let completeType = "InvokeComplete"

    /// `PayloadChunk`: the next bytes of the function's response.
    case payloadChunk(RawSpan)

    /// `InvokeComplete`: the function has ended.
    case complete(InvokeComplete)

    /// An exception or error of the service. Lambda's model has none for this stream, but a service in front of Lambda
    /// may send one. An exception without `:exception-type` has an empty type.
    case failure(EventStreamMessage.Kind, details: RawSpan)

    /// An event that this library does not know. It is not an error; readers ignore it.
    case unknown(EventStreamMessageView)

    /// Classifies a message. Returns nil if the payload of an `InvokeComplete` is not valid.
    ///
    /// - Parameter message: The message. The event borrows its payload.
    @_lifetime(copy message)
    public init?(_ message: EventStreamMessageView) {
        switch message.kind {
        case .event(let type) where type == Self.payloadChunkType: self = .payloadChunk(message.payload)
        case .event(let type) where type == Self.completeType:
            guard let complete = InvokeComplete(json: message.payload) else { return nil }
            self = .complete(complete)
        case .exception, .error:
            self = .failure(EventStreamMessage.Kind(message.kind), details: message.payload)
        // An exception ends the stream even without a name.
        case .unrecognized where message.messageType == "exception":
            self = .failure(.exception(type: ""), details: message.payload)
        default: self = .unknown(message)
        }
    }
}

/// The last event of an `InvokeWithResponseStream` response: how the function ended.
///
/// Its payload is a JSON object with the optional keys `ErrorCode`, `ErrorDetails` and `LogResult`. Source: Lambda API,
/// `InvokeWithResponseStreamCompleteEvent`.
public struct InvokeComplete: Sendable, Hashable {
    /// The code of the error that ended the function; nil if it succeeded.
    public var errorCode: String?

    /// The details of the error, often a JSON text.
    public var errorDetails: String?

    /// The base64 of the last 4 KiB of the function's log, if the caller asked for it (`LogType: Tail`).
    public var logResult: String?

    /// Creates an event.
    ///
    /// - Parameters:
    ///   - errorCode: The code of the error; nil if the function succeeded.
    ///   - errorDetails: The details of the error.
    ///   - logResult: The base64 of the end of the log.
    public init(errorCode: String? = nil, errorDetails: String? = nil, logResult: String? = nil) {
        self.errorCode = errorCode
        self.errorDetails = errorDetails
        self.logResult = logResult
    }

    /// Creates an event from the bytes of the log.
    ///
    /// - Parameters:
    ///   - errorCode: The code of the error; nil if the function succeeded.
    ///   - errorDetails: The details of the error.
    ///   - logTail: The end of the log, which is encoded as base64.
    public init(errorCode: String? = nil, errorDetails: String? = nil, logTail: [UInt8]?) {
        self.init(errorCode: errorCode, errorDetails: errorDetails, logResult: logTail.map { Base64.encode($0) })
    }

    /// Whether the function failed.
    public var isFailure: Bool { errorCode != nil || errorDetails != nil }

    /// The decoded end of the log; nil if there is none or if it is not base64.
    public var logTail: [UInt8]? { logResult.flatMap { Base64.decode($0) } }

    /// The event as a JSON object, without the keys that are nil.
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

    /// Parses the event from its JSON. Returns nil if `json` is not an object or if a key's value is not a string.
    ///
    /// - Parameter json: The JSON. An empty text counts as an empty object; unknown keys are ignored. Parsing takes
    ///   O(*n*) for *n* bytes.
    public init?(json: borrowing some RawBytes & ~Copyable & ~Escapable) {
        self.init()
        let json = json.rawSpan
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
