import TestSupport

/// Generates bodies in the chunked transfer coding without the library's encoder.
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

    /// Appends a complete body, and sometimes bytes after it.
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

/// Repairs sizes and line ends after mutation, so that a decoder gets past the first chunk.
enum ChunkedRepair {
    /// Repairs the chunks from `start` on: a size that exceeds the input is replaced by a smaller one, and a missing line end
    /// after the data is inserted.
    static func repair(_ bytes: inout [UInt8], from start: Int) {
        var position = start
        // Each round advances by one size line, and may insert two bytes.
        var rounds = 64
        while position < bytes.count, rounds > 0 {
            rounds -= 1
            let digits = bytes[position...].prefix { isHexDigit($0) }
            guard !digits.isEmpty, let lineFeed = bytes[digits.endIndex...].firstIndex(of: 0x0a) else { return }
            let rest = bytes.count - lineFeed - 1
            let text = String(decoding: digits, as: UTF8.self)
            guard var size = Int(text, radix: 16) else { return }
            var dataStart = lineFeed + 1
            if size == 0 { return }
            if size > rest {
                size = max(rest - 7, 1)
                let replacement = Array(String(size, radix: 16).utf8)
                bytes.replaceSubrange(digits.startIndex..<digits.endIndex, with: replacement)
                dataStart += replacement.count - digits.count
            }
            let end = min(dataStart + size, bytes.count)
            if !bytes[end...].starts(with: [0x0d, 0x0a]) { bytes.insert(contentsOf: [0x0d, 0x0a], at: end) }
            position = end + 2
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
