extension ChunkedDecoder {
    /// Decodes the next bytes of the body where they stand: moves their data to the front of the buffer.
    ///
    /// For those who want the body contiguous and own a buffer that they may change. Extensions and trailers are
    /// checked and passed over.
    ///
    /// | bytes of the buffer, afterwards | |
    /// |---|---|
    /// | 0..<bodyByteCount | the data |
    /// | bodyByteCount..<consumed | what is left of the framing, of no meaning |
    /// | consumed... | what was not consumed, where it stood |
    ///
    /// - Parameters:
    ///   - buffer: The next bytes of the body.
    ///   - bodyByteCount: Set to the number of bytes of data, also when an error is thrown.
    /// - Returns: The number of bytes consumed: all of them, unless the body ended before.
    public mutating func decodeInPlace(
        _ buffer: inout MutableRawSpan, bodyByteCount: inout Int
    ) throws(ChunkedError) -> Int {
        bodyByteCount = 0
        var position = absorb(buffer.bytes)
        if progress.hasCarriedLine {
            progress.hasCarriedLine = false
            carried.removeAll()
        }
        if let failure = progress.failure { throw failure }
        do throws(ChunkedError) {
            while true {
                switch try progress.machine.step(buffer.bytes, from: &position) {
                case .data(let range):
                    buffer.moveBytes(range, to: bodyByteCount)
                    bodyByteCount &+= range.count
                case .extensions, .trailer: continue
                case .needsMore, .end:
                    // Data moved to the front, and a line that the end cut off stands where it stood.
                    if let line = openLine(of: buffer.bytes) { carried.append(buffer.bytes.extracting(line)) }
                    return position
                }
            }
        } catch {
            progress.failure = error
            throw error
        }
    }

    /// Decodes the next bytes of the body where they stand: moves their data to the front of the buffer.
    public mutating func decodeInPlace(
        _ buffer: UnsafeMutableRawBufferPointer, bodyByteCount: inout Int
    ) throws(ChunkedError) -> Int {
        // The span does not leave the call.
        var span = unsafe MutableRawSpan(_unsafeBytes: buffer)
        return try decodeInPlace(&span, bodyByteCount: &bodyByteCount)
    }
}
