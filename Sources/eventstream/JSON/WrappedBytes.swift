import EventStreamCodec

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A payload of the form `{"bytes":"<base64>"}`, as Bedrock sends its chunks. (It pads them with a second key, `p`.)
enum WrappedBytes {
    /// What a payload of that form holds; nil for any other.
    static func unwrap(_ payload: RawSpan) -> [UInt8]? {
        let data = unsafe payload.withUnsafeBytes { unsafe Data($0) }
        guard let object = try? JSONDecoder().decode([String: String].self, from: data),
            object.keys.allSatisfy({ $0 == "bytes" || $0 == "p" }), let text = object["bytes"],
            let bytes = Base64.decode(text)
        else { return nil }
        return bytes
    }
}
