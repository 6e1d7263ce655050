import EventStreamCodec

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Appends JSON to bytes. (Foundation's encoder promises no order of keys, and a contract of ours does.)
extension [UInt8] {
    /// Appends text that is JSON already.
    mutating func append(json: String) {
        append(contentsOf: json.utf8)
    }

    /// Appends a string of well-formed UTF-8, quoted and escaped as RFC 8259 §7 requires, no more.
    mutating func append(jsonString text: EventStreamStringView) {
        append(UInt8(ascii: "\""))
        unsafe text.utf8.withUnsafeBytes { bytes in
            var start = 0
            for unsafe(position, byte) in unsafe bytes.enumerated() {
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe append(contentsOf: bytes[start..<position])
                append(escaped: byte)
                start = position + 1
            }
            unsafe append(contentsOf: bytes[start...])
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends a string in which each byte is a character: text of HTTP fields need not be UTF-8.
    mutating func append(jsonLatin1 bytes: [UInt8]) {
        let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        Array(text.utf8).withBytes { bytes in
            if let view = EventStreamStringView(validating: bytes) { append(jsonString: view) }
        }
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case 0x08: append(json: "\\b")
        case 0x09: append(json: "\\t")
        case 0x0a: append(json: "\\n")
        case 0x0c: append(json: "\\f")
        case 0x0d: append(json: "\\r")
        case ..<0x10: append(json: "\\u000" + String(byte, radix: 16))
        case ..<0x20: append(json: "\\u00" + String(byte, radix: 16))
        default: append(contentsOf: [UInt8(ascii: "\\"), byte])
        }
    }

    /// Appends a string with the base64 of `bytes` (RFC 4648 §4, padded).
    mutating func append(jsonBase64 bytes: RawSpan) {
        append(UInt8(ascii: "\""))
        let data = unsafe bytes.withUnsafeBytes { unsafe Data($0) }
        append(contentsOf: data.base64EncodedData())
        append(UInt8(ascii: "\""))
    }
}

/// A CRC as the command prints it: eight lower-case hexadecimal digits.
func crcText(_ crc: UInt32) -> String {
    let digits = String(crc, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
}
