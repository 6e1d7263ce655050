/// The segment decoder's other inputs; each leads to ``EventStreamSegmentDecoder/withSegments(in:_:)-(RawSpan,_)``.
extension EventStreamSegmentDecoder {
    /// Lends the segments in `bytes` to `body`, which pulls them one by one.
    public mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: Span<UInt8>, _ body: (inout Segments) throws(F) -> R
    ) throws(F) -> R {
        // Bytes have no padding, so that viewing them as raw memory is safe.
        try unsafe withSegments(in: bytes.bytes, body)
    }

    /// Lends the segments in `bytes` to `body`, which pulls them one by one.
    public mutating func withSegments<R: ~Copyable, F: Error>(
        in bytes: UnsafeRawBufferPointer, _ body: (inout Segments) throws(F) -> R
    ) throws(F) -> R {
        // The segments depend on the span, which does not leave the call.
        try unsafe withSegments(in: RawSpan(_unsafeBytes: bytes), body)
    }

    /// Calls `body` with each segment in `bytes`.
    ///
    /// - Throws: What is wrong with the stream, after all segments before it were delivered.
    public mutating func decode(
        _ bytes: Span<UInt8>, _ body: (EventStreamSegment) -> Void
    ) throws(EventStreamError) {
        try unsafe decode(bytes.bytes, body)
    }

    /// Calls `body` with each segment in `bytes`.
    ///
    /// - Throws: What is wrong with the stream, after all segments before it were delivered.
    public mutating func decode(
        _ bytes: [UInt8], _ body: (EventStreamSegment) -> Void
    ) throws(EventStreamError) {
        try bytes.withBytes { bytes throws(EventStreamError) in try decode(bytes, body) }
    }
}
