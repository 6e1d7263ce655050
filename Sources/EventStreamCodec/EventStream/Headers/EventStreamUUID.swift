/// A UUID in a header: 16 bytes, in the order of the wire and of the textual form.
public struct EventStreamUUID: Sendable, Hashable, BitwiseCopyable {
    /// Bytes 0..<8, big-endian.
    public let high: UInt64

    /// Bytes 8..<16, big-endian.
    public let low: UInt64

    /// The UUID of these two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The UUID of the form `8-4-4-4-12` hexadecimal digits, of either case; nil for anything else.
    public init?(_ text: String) {
        var digits = 0
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (position, character) in text.utf8.enumerated() {
            switch position {
            case 8, 13, 18, 23:
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            case 36...: return nil
            default: break
            }
            let digit = Hexadecimal.value(of: character)
            guard digit < 16 else { return nil }
            if digits < 16 {
                halves.high = halves.high << 4 | UInt64(digit)
            } else {
                halves.low = halves.low << 4 | UInt64(digit)
            }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: halves.high, low: halves.low)
    }
}

extension EventStreamUUID: CustomStringConvertible {
    /// The UUID in the form `8-4-4-4-12` lower-case hexadecimal digits.
    public var description: String {
        let digits = Array(
            (Hexadecimal.text(high, minimumDigitCount: 16) + Hexadecimal.text(low, minimumDigitCount: 16)).utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (position, digit) in digits.enumerated() {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
