import EventStreamCodec

extension Hexadecimal {
    /// Returns the bytes that pairs of hexadecimal digits of either case encode; nil for other text.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for character in text {
            let value = value(of: character)
            guard value < 16 else { return nil }
            if let first = high {
                bytes.append(first &<< 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}

extension [UInt8] {
    /// Appends a number in hexadecimal, with leading zeros up to eight digits.
    package mutating func append(hexadecimal value: UInt32) {
        unsafe Swift.withUnsafeBytes(of: Hexadecimal.digits(value).littleEndian) { unsafe append(contentsOf: $0) }
    }
}
