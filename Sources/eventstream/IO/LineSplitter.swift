/// Cuts bytes into lines as they arrive; looks at each byte once.
struct LineSplitter {
    /// A line without its line feed.
    struct Line {
        var bytes: ArraySlice<UInt8>
        /// Where it begins in the input, in bytes.
        var offset: Int
        /// Its number, from 1.
        var number: Int
    }

    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var offset = 0
    private var number = 0

    /// Takes the next bytes of the input.
    mutating func append(_ bytes: Span<UInt8>) {
        buffer.removeSubrange(0..<start)
        scanned -= start
        start = 0
        unsafe buffer.append(contentsOf: bytes.bytes)
    }

    /// The next line that has ended.
    mutating func next() -> Line? {
        guard let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = buffer.count
            return nil
        }
        defer {
            offset += end + 1 - start
            start = end + 1
            scanned = start
        }
        return line(to: end)
    }

    /// At the end of the input: the line that no line feed ended, if there is one.
    mutating func last() -> Line? {
        start < buffer.count ? line(to: buffer.count) : nil
    }

    private mutating func line(to end: Int) -> Line {
        number += 1
        return Line(bytes: buffer[start..<end], offset: offset, number: number)
    }
}
