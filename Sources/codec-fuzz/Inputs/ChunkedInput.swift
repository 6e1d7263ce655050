import TestSupport

/// Makes bodies in the chunked transfer coding, without the library's encoder.
enum ChunkedInput {
    static let tokens: [[UInt8]] = [
        "0\r\n\r\n", "\r\n", "\r", "\n", "0", "00000000", "f", "7fffffffffffffff", "8000000000000000", ";", ";a",
        ";a=b",
        ";a=\"b\"", " ; a = \"\\\"\"", "=", "\"", "\\", ":", " ", "\t", "A: b\r\n", "Content-Length: 0\r\n",
        "transfer-encoding:chunked\r\n", "1\r\nx\r\n", "0x", "+", "-", "_",
    ].map { Array($0.utf8) }

    private static let blanks = ["", "", "", " ", "\t", "  "].map { Array($0.utf8) }
    private static let words = ["a", "x-y", "name", "!#$%&'*+-.^_`|~0"].map { Array($0.utf8) }
    private static let forbidden = ["Content-Length", "transfer-encoding"].map { Array($0.utf8) }
    private static let quoted = ["\"\"", "\"b\"", "\"\\\"\"", "\"a;b=\\\\\"", "\"\u{e9}\t\""].map { Array($0.utf8) }

    /// Appends a whole body, and sometimes what follows it.
    static func appendBody(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<random.below(random.oneIn(16) ? 40 : 4) {
            let size = 1 + (random.oneIn(512) ? random.below(40_000) : random.length(upTo: 400))
            appendSize(size, to: &bytes, &random)
            appendExtensions(to: &bytes, &random)
            bytes += [0x0d, 0x0a]
            random.append(size, to: &bytes)
            bytes += [0x0d, 0x0a]
        }
        bytes.append(contentsOf: repeatElement(0x30, count: 1 + (random.oneIn(8) ? random.below(20) : 0)))
        appendExtensions(to: &bytes, &random)
        bytes += [0x0d, 0x0a]
        for _ in 0..<(random.oneIn(3) ? random.below(random.oneIn(16) ? 140 : 4) : 0) {
            bytes +=
                (random.oneIn(24) ? random.pick(forbidden) : random.pick(words)) + [0x3a] + random.pick(blanks)
                + random.pick(words) + random.pick(blanks)
            bytes += [0x0d, 0x0a]
        }
        bytes += [0x0d, 0x0a]
        if random.oneIn(4) { random.append(random.below(8), to: &bytes) }
    }

    static func appendSize(_ size: Int, to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        if random.oneIn(8) { bytes.append(contentsOf: repeatElement(0x30, count: random.below(20))) }
        bytes += Array(String(size, radix: 16, uppercase: random.oneIn(4)).utf8)
    }

    private static func appendExtensions(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard random.oneIn(4) else { return }
        for _ in 0...random.below(3) {
            bytes += random.pick(blanks) + [0x3b] + random.pick(blanks) + random.pick(words)
            if random.oneIn(2) {
                bytes += random.pick(blanks) + [0x3d] + random.pick(blanks)
                bytes += random.oneIn(2) ? random.pick(words) : random.pick(quoted)
            }
        }
    }
}
