import TestSupport

/// Inputs that people pass to a program that expects an event stream.
enum OtherInput {
    static let tokens: [[UInt8]] = EventStreamInput.tokens + beginnings.map { Array($0.utf8) }

    private static let beginnings = [
        "{", " [", "<html>", "data: x\n", "event:", ":\n", "id:", "retry:1\n", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 \n\n", "\r\n\r\n",
        "5;a=b\r\n", "\u{1f}\u{8b}", "b'", "\"", "\\x00", "\\0", "0x", "AA==", "\u{fffd}", "\u{feff}", " \n",
    ]

    /// Appends an input: often a stream, as it is or as text, with something before it.
    static func append(to input: inout [UInt8], _ random: inout SeededGenerator) {
        var stream: [UInt8] = []
        EventStreamInput.appendStream(to: &stream, &random)
        for _ in 0..<random.below(3) { input += Array(random.pick(beginnings).utf8) }
        if random.oneIn(8) { input += [UInt8](repeating: UInt8(ascii: " "), count: random.below(5_000)) }
        switch random.below(8) {
        case 0: input += stream.map { hexadecimal($0) }.joined(separator: random.pick(["", " ", ":", "0x"])).utf8
        case 1: input += ("b'" + stream.map { "\\x" + hexadecimal($0) }.joined() + "'").utf8
        case 2: input += ("\"" + stream.map { "\\" + String($0, radix: 8) }.joined() + "\"").utf8
        case 3: input += (String(stream.count, radix: 16) + "\r\n").utf8 + stream
        case 4: input += stream.dropFirst(random.below(stream.count + 1))
        case 5: input += String(decoding: stream, as: UTF8.self).utf8
        case 6: random.append(random.below(64), to: &input)
        default: input += stream
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
}
