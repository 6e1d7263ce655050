/// Whole chunks, for those who do not mind that the data is copied.
extension ChunkedEncoder {
    /// Appends a chunk, framing and data, to `output`; nothing for no data.
    ///
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/chunkExtensionInvalid``,
    ///   ``ChunkedError/Code/bodyEnded``.
    public mutating func encode(
        _ data: RawSpan, extensions: [ChunkExtension] = [], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        let size = UInt64(data.byteCount)
        try output.requireRoom(for: try headLength(size: size, extensions: extensions) &+ data.byteCount)
        try beginChunk(size: size, extensions: extensions, into: &output)
        output.append(contentsOf: data)
    }

    /// Appends a chunk, framing and data, to an array; nothing for no data.
    ///
    /// - Throws: ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyEnded``.
    public mutating func append(
        _ data: RawSpan, extensions: [ChunkExtension] = [], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        let length = try headLength(size: UInt64(data.byteCount), extensions: extensions) &+ data.byteCount
        try bytes.append(count: length) { output throws(ChunkedError) in
            try encode(data, extensions: extensions, into: &output)
        }
    }

    /// Appends a chunk, framing and data, to an array; nothing for no data.
    ///
    /// - Throws: ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyEnded``.
    public mutating func append(
        _ data: [UInt8], extensions: [ChunkExtension] = [], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        try data.withBytes { data throws(ChunkedError) in
            try append(data, extensions: extensions, to: &bytes)
        }
    }

    /// Appends the CRLF behind the data of a chunk to an array, at once and not with the next head.
    public mutating func endChunk(to bytes: inout [UInt8]) throws(ChunkedError) {
        try bytes.append(count: owesLineEnd ? 2 : 0) { output throws(ChunkedError) in try endChunk(into: &output) }
    }

    /// Appends the body's end to an array.
    ///
    /// - Throws: As `end(trailers:extensions:into:)`.
    public mutating func end(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        let length = try endLength(trailers: trailers, extensions: extensions)
        try bytes.append(count: length) { output throws(ChunkedError) in
            try end(trailers: trailers, extensions: extensions, into: &output)
        }
    }

    /// Writes what precedes the data of a chunk into a caller's buffer, from its first byte.
    ///
    /// - Returns: The number of bytes written.
    /// - Throws: As `beginChunk(size:extensions:into:)-(_,_,OutputRawSpan)`.
    @inlinable
    public mutating func beginChunk(
        size: UInt64, extensions: [ChunkExtension] = [], into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChunkedError) -> Int {
        try unsafe OutputRawSpan.write(into: buffer) { output throws(ChunkedError) in
            try beginChunk(size: size, extensions: extensions, into: &output)
        }
    }

    /// Writes the body's end into a caller's buffer, from its first byte.
    ///
    /// - Returns: The number of bytes written.
    /// - Throws: As `end(trailers:extensions:into:)-(_,_,OutputRawSpan)`.
    public mutating func end(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [],
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChunkedError) -> Int {
        try unsafe OutputRawSpan.write(into: buffer) { output throws(ChunkedError) in
            try end(trailers: trailers, extensions: extensions, into: &output)
        }
    }
}
