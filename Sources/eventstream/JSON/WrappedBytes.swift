import EventStreamCodec
import TextCoding

/// A payload of the form `{"bytes":"<base64>"}`, as Bedrock sends its chunks. (It pads them with a second key, `p`.)
enum WrappedBytes {
    /// Returns what a payload of that form holds, or nil for any other payload.
    ///
    /// - Parameter ignoresOtherMembers: Whether the object may have members other than `bytes` and `p`, which are then lost.
    static func unwrap(_ payload: RawSpan, ignoresOtherMembers: Bool) -> [UInt8]? {
        guard payload.byteCount > 0 else { return nil }
        do throws(JSONError) {
            var reader = try JSONReader(payload)
            var bytes: [UInt8]?
            guard try reader.kind() == .object else { return nil }
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key == "bytes" {
                    guard try reader.kind() == .string else { return nil }
                    bytes = try reader.string().withBytes { Base64.decode($0) }
                    if bytes == nil { return nil }
                } else if key == "p" || ignoresOtherMembers {
                    try reader.skipValue()
                } else {
                    return nil
                }
            }
            try reader.end()
            return bytes
        } catch {
            return nil
        }
    }
}
