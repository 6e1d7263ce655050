import EventStreamCodec

/// The parts of a hex dump's row.
enum HexDump {
    static let bytesPerRow = 16

    /// The width of ``bytes(_:)`` for a full row.
    static let bytesWidth = bytesPerRow * 3 - 1

    /// An offset of at least eight hexadecimal digits.
    static func offset(_ offset: UInt64) -> String {
        Hexadecimal.text(offset, minimumDigitCount: 8)
    }

    /// The bytes of a row, two digits each, with a space between.
    static func bytes(_ row: RawSpan) -> String {
        var text: [UInt8] = []
        for byte in [UInt8](row) {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            text.append(Hexadecimal.digit(UInt64(byte >> 4)))
            text.append(Hexadecimal.digit(UInt64(byte)))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a row, filled with spaces to the width of a full one.
    static func paddedBytes(_ row: RawSpan) -> String {
        let text = bytes(row)
        return text + String(repeating: " ", count: max(bytesWidth - text.utf8.count, 0))
    }

    /// The bytes of a row as ASCII, a dot for what is not printable.
    static func characters(_ row: RawSpan) -> String {
        let printable = [UInt8](row).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }
        return String(decoding: printable, as: UTF8.self)
    }
}
