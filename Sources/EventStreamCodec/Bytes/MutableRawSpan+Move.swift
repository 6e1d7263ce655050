extension MutableRawSpan {
    /// Moves the bytes of `range`, which must lie in the span, to `offset` before it; the ranges may overlap.
    mutating func moveBytes(_ range: Range<Int>, to offset: Int) {
        guard range.lowerBound != offset else { return }
        precondition(offset < range.lowerBound && range.upperBound <= byteCount, "bytes move to the front")
        unsafe withUnsafeMutableBytes { bytes in
            // INVARIANT: offset + range.count < range.upperBound <= byteCount, checked above.
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + range.count)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }
}
