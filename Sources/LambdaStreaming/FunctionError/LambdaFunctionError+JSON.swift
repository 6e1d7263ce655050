import EventStreamCodec
import TextCoding

/// The object `{"errorType","errorMessage","stackTrace"}` in which an error travels.
extension LambdaFunctionError {
    /// The most bytes of JSON for each of type, message and stack trace. An error is to be told within a trailer
    /// section, for which recipients have budgets (16 KiB in this library), and base64 makes it a third longer.
    static let partLimit = 3_072

    /// The error as a JSON object; type and message are cut short beyond 3 KiB each, the stack trace after the last
    /// entry that fits into as much.
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

    /// The error that a JSON object describes; a key that is missing or of another type counts as empty. Nil when
    /// `json` is no object.
    public init?(json: [UInt8]) {
        // Functions in JavaScript write what `JSON.parse` reads.
        guard let value = try? JSONValue(json, rules: .ecmaScript), value.members != nil else { return nil }
        self.init(
            type: value["errorType"]?.string ?? "", message: value["errorMessage"]?.string ?? "",
            stackTrace: value["stackTrace"]?.elements?.compactMap(\.string) ?? [])
    }
}
