extension Array where Element == UInt8 {
    /// Lends the array's bytes for the duration of `body`.
    package func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe withUnsafeBufferPointer { bytes throws(E) in
            // The span does not leave the closure that lends its memory.
            try unsafe body(RawSpan(_unsafeElements: bytes))
        }
    }

    /// Appends `count` bytes that `body` must write, all of them; when it throws, nothing is appended.
    package mutating func append<E: Error>(
        count: Int, writing body: (inout OutputRawSpan) throws(E) -> Void
    ) throws(E) {
        let start = self.count
        append(contentsOf: repeatElement(0, count: count))
        do throws(E) {
            try unsafe withUnsafeMutableBufferPointer { bytes throws(E) in
                let free = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(bytes)[start...])
                let written = try unsafe OutputRawSpan.write(into: free, body)
                precondition(written == count, "another number of bytes was written than announced")
            }
        } catch {
            removeSubrange(start...)
            throw error
        }
    }
}

extension OutputRawSpan {
    /// Runs `body` over an output span of `buffer` and returns the number of bytes it wrote.
    @inlinable
    static func write<E: Error>(
        into buffer: UnsafeMutableRawBufferPointer, _ body: (inout OutputRawSpan) throws(E) -> Void
    ) throws(E) -> Int {
        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        try body(&output)
        return unsafe output.finalize(for: buffer)
    }
}
