/// Makes sizes and line ends right after mutation, so that a decoder goes on to what comes after the first chunk.
enum ChunkedRepair {
    /// Repairs the chunks that follow each other from `start`: a size beyond the input becomes what is left, and a line end
    /// is put after the data where there is none.
    static func repair(_ bytes: inout [UInt8], from start: Int) {
        var position = start
        // Every round moves on by a size line, and may put in two bytes.
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
