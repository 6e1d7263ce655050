/// The decoder's other inputs.
extension ChunkedDecoder {
    /// Lends the elements in `bytes` to `body`, which pulls them one by one.
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: Span<UInt8>, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        // Bytes have no padding, so that viewing them as raw memory is safe.
        try unsafe withElements(in: bytes.bytes, body)
    }

    /// Lends the elements in `bytes` to `body`, which pulls them one by one.
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: UnsafeRawBufferPointer, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        // The elements depend on the span, which does not leave the call.
        try unsafe withElements(in: RawSpan(_unsafeBytes: bytes), body)
    }

    /// Calls `body` with each element in `bytes`, and returns the number of bytes consumed.
    ///
    /// - Throws: What is wrong with the body, after all elements before it were delivered.
    @discardableResult
    public mutating func decode(
        _ bytes: Span<UInt8>, _ body: (ChunkedElement) -> Void
    ) throws(ChunkedError) -> Int {
        try unsafe decode(bytes.bytes, body)
    }

    /// Calls `body` with each element in `bytes`, and returns the number of bytes consumed.
    ///
    /// - Throws: What is wrong with the body, after all elements before it were delivered.
    @discardableResult
    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ body: (ChunkedElement) -> Void
    ) throws(ChunkedError) -> Int {
        try unsafe decode(RawSpan(_unsafeBytes: bytes), body)
    }

    /// Calls `body` with each element in `bytes`, and returns the number of bytes consumed.
    ///
    /// - Throws: What is wrong with the body, after all elements before it were delivered.
    @discardableResult
    public mutating func decode(
        _ bytes: [UInt8], _ body: (ChunkedElement) -> Void
    ) throws(ChunkedError) -> Int {
        try bytes.withBytes { bytes throws(ChunkedError) in try decode(bytes, body) }
    }
}
