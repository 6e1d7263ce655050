/// Base64 as RFC 4648 §4 has it, with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text for some bytes.
    static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = alphabet
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count &+ 2) / 3 &* 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<Swift.min(start &+ 3, bytes.count)]
            let bits = group.reduce(0 as UInt32) { $0 &<< 8 | UInt32($1) } &<< UInt32(8 &* (3 &- group.count))
            for digit in 0...group.count {
                text.append(alphabet[Int(truncatingIfNeeded: bits &>> UInt32(18 &- 6 &* digit) & 0x3f)])
            }
            for _ in group.count..<3 { text.append(UInt8(ascii: "=")) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that some text stands for; nil when it has another character, ends inside a group, or lacks padding.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 &* 3)
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "="), digits >= 2 {
                padding &+= 1
            } else {
                // After padding comes nothing.
                guard padding == 0, let digit = digit(character) else { return nil }
                bits |= UInt32(digit) &<< UInt32(18 &- 6 &* digits)
            }
            digits &+= 1
            guard digits == 4 else { continue }
            for byte in 0..<(3 &- padding) { bytes.append(UInt8(truncatingIfNeeded: bits &>> UInt32(16 &- 8 &* byte))) }
            bits = 0
            digits = 0
            // A group with padding leaves `padding` standing, so that another group is refused.
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character &- UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character &- UInt8(ascii: "a") &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character &- UInt8(ascii: "0") &+ 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
