/// An input read field by field; flushes the output whenever it has to wait.
struct PulledInput: ~Copyable {
    private var file: InputFile
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ file: consuming InputFile) {
        self.file = file
    }

    var name: String { file.name }

    /// The next `count` bytes, fewer at the end of the input. Memory grows with the bytes that arrive.
    mutating func read(_ count: Int, flushing output: inout OutputFile) throws -> [UInt8] {
        while buffer.count - start < count {
            try output.flush()
            buffer.removeSubrange(0..<start)
            start = 0
            guard try file.readNext({ unsafe buffer.append(contentsOf: $0.bytes) }) else { break }
        }
        let end = min(start + count, buffer.count)
        defer { start = end }
        return Array(buffer[start..<end])
    }
}
