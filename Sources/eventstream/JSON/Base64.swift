#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Base64 as RFC 4648 §4 has it, with its padding and nothing left over.
enum Base64 {
    /// The bytes that `text` stands for; nil when no encoder would have written it.
    static func decode(_ text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }
}
