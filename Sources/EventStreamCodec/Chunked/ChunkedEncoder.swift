/// Encodes a body in HTTP/1.1's chunked transfer coding.
///
/// ```swift
/// var encoder = ChunkedEncoder()
/// var bytes: [UInt8] = []
/// for piece in pieces { try encoder.append(piece, to: &bytes) }
/// try encoder.finish(trailers: [ChunkedTrailer("X-Checksum", "4waSgw==")], to: &bytes)
/// ```
///
/// The bytes between the data of two chunks, the CRLF of one and the size line of the next, are written together as
/// **framing**. A vectored write therefore has two parts per chunk and does not copy the data:
/// `beginChunk(size:extensions:into:)`, then the caller's data, and after the last chunk
/// `finish(trailers:extensions:into:)`.
///
/// Sizes are in lower-case hexadecimal. An empty chunk is skipped, because on the wire it would end the body. A method that
/// throws has written nothing and does not change the encoder. Source: RFC 9112 §7.1.
public struct ChunkedEncoder: Sendable {
    /// Whether the CRLF after the data of the last chunk has still to be written.
    var owesLineEnd = false

    /// Whether the end of the body has been written.
    public private(set) var isFinished = false

    /// The last plain size line: most chunks of a body have the same size, that of the sender's buffer.
    private var plainLine = PlainSizeBytes(1)

    /// Creates an encoder at the start of a body.
    public init() {}

    /// The maximum length in bytes of framing without extensions: CRLF, 16 digits, CRLF.
    public static let maximumFramingLength = 20

    /// Appends the bytes that precede the data of a chunk: the CRLF of the previous chunk, and the size line. The data must
    /// follow.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data, at most `Int64.max`. For 0, nothing is written.
    ///   - extensions: The extensions of the chunk.
    ///   - output: Has space for ``framingLength(size:extensions:)`` bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/chunkSizeTooLarge``,
    ///   ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyFinished``.
    @inlinable
    public mutating func beginChunk(
        size: UInt64, extensions: [ChunkExtension] = [], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        if extensions.isEmpty, beginPlainChunk(size: size, into: &output) { return }
        try beginAnyChunk(size: size, extensions: extensions, into: &output)
    }

    /// Writes the bytes that precede the data of a chunk to the start of a buffer.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data, at most `Int64.max`. For 0, nothing is written.
    ///   - extensions: The extensions of the chunk.
    ///   - buffer: Has at least ``framingLength(size:extensions:)`` bytes.
    /// - Returns: The number of bytes written.
    /// - Throws: As `beginChunk(size:extensions:into:)`.
    @inlinable
    public mutating func beginChunk(
        size: UInt64, extensions: [ChunkExtension] = [], into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChunkedError) -> Int {
        try unsafe OutputRawSpan.write(into: buffer) { output throws(ChunkedError) in
            try beginChunk(size: size, extensions: extensions, into: &output)
        }
    }

    /// Appends the bytes that precede the data of a chunk to an array.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data, at most `Int64.max`. For 0, nothing is written.
    ///   - extensions: The extensions of the chunk.
    ///   - bytes: The array.
    /// - Throws: As `beginChunk(size:extensions:into:)`, except ``ChunkedError/Code/bufferTooSmall``.
    public mutating func beginChunk(
        size: UInt64, extensions: [ChunkExtension] = [], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        let length = try framingLength(size: size, extensions: extensions)
        try bytes.append(count: length) { output throws(ChunkedError) in
            try beginChunk(size: size, extensions: extensions, into: &output)
        }
    }

    /// Returns the number of bytes that `beginChunk(size:extensions:into:)` would write now.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data.
    ///   - extensions: The extensions of the chunk.
    /// - Throws: ``ChunkedError/Code/chunkSizeTooLarge``, ``ChunkedError/Code/chunkExtensionInvalid``.
    public func framingLength(size: UInt64, extensions: [ChunkExtension] = []) throws(ChunkedError) -> Int {
        guard size > 0 else { return 0 }
        try Self.requireSize(size, atMost: UInt64(Int64.max), at: 0)
        var length = (owesLineEnd ? 2 : 0) &+ Hexadecimal.digitCount(size) &+ 2
        for chunkExtension in extensions { length &+= try chunkExtension.encodedLength() }
        return length
    }

    /// Appends the CRLF after the data of a chunk now instead of with the next framing; does nothing if it has been
    /// written.
    ///
    /// Use this for bodies that are read while they are written: some recipients, such as urllib3, deliver a chunk only
    /// after they have read its CRLF.
    ///
    /// - Parameter output: Has space for 2 bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``.
    public mutating func finishChunk(into output: inout OutputRawSpan) throws(ChunkedError) {
        guard owesLineEnd else { return }
        try output.requireSpace(for: 2)
        appendLineEnd(to: &output)
    }

    /// Appends the CRLF after the data of a chunk to an array now instead of with the next framing; does nothing if it has
    /// been written.
    ///
    /// - Parameter bytes: The array.
    public mutating func finishChunk(to bytes: inout [UInt8]) throws(ChunkedError) {
        try bytes.append(count: owesLineEnd ? 2 : 0) { output throws(ChunkedError) in try finishChunk(into: &output) }
    }

    /// Appends a chunk, framing and data; does nothing if there is no data.
    ///
    /// - Parameters:
    ///   - data: The data of the chunk. It is copied.
    ///   - extensions: The extensions of the chunk.
    ///   - output: Has space for ``framingLength(size:extensions:)`` bytes and the data.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/chunkExtensionInvalid``,
    ///   ``ChunkedError/Code/bodyFinished``.
    /// - Complexity: O(*n*), where *n* is the length of the data.
    @inlinable
    public mutating func encode(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, extensions: [ChunkExtension] = [],
        into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        try encode(span: data.rawSpan, extensions: extensions, into: &output)
    }

    /// Writes a chunk, framing and data, to the start of a buffer; does nothing if there is no data.
    ///
    /// - Parameters:
    ///   - data: The data of the chunk. It is copied.
    ///   - extensions: The extensions of the chunk.
    ///   - buffer: Has at least ``framingLength(size:extensions:)`` bytes more than the data.
    /// - Returns: The number of bytes written.
    /// - Throws: As `encode(_:extensions:into:)`.
    /// - Complexity: O(*n*), where *n* is the length of the data.
    @inlinable
    public mutating func encode(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, extensions: [ChunkExtension] = [],
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChunkedError) -> Int {
        let data = data.rawSpan
        return try unsafe OutputRawSpan.write(into: buffer) { output throws(ChunkedError) in
            try encode(span: data, extensions: extensions, into: &output)
        }
    }

    @usableFromInline
    mutating func encode(
        span data: RawSpan, extensions: [ChunkExtension], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        let size = UInt64(data.byteCount)
        try output.requireSpace(for: try framingLength(size: size, extensions: extensions) &+ data.byteCount)
        try beginChunk(size: size, extensions: extensions, into: &output)
        output.append(contentsOf: data)
    }

    /// Appends a chunk, framing and data, to an array; does nothing if there is no data.
    ///
    /// - Parameters:
    ///   - data: The data of the chunk. It is copied.
    ///   - extensions: The extensions of the chunk.
    ///   - bytes: The array.
    /// - Throws: ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyFinished``.
    /// - Complexity: O(*n*), where *n* is the length of the data.
    @inlinable
    public mutating func append(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, extensions: [ChunkExtension] = [],
        to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        try append(span: data.rawSpan, extensions: extensions, to: &bytes)
    }

    @usableFromInline
    mutating func append(
        span data: RawSpan, extensions: [ChunkExtension], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        let length = try framingLength(size: UInt64(data.byteCount), extensions: extensions) &+ data.byteCount
        try bytes.append(count: length) { output throws(ChunkedError) in
            try encode(span: data, extensions: extensions, into: &output)
        }
    }

    /// Appends the end of the body: the CRLF of the previous chunk, the last chunk, the trailer section.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - extensions: The extensions of the last chunk.
    ///   - output: Has space for ``finishLength(trailers:extensions:)`` bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/trailerNameInvalid``,
    ///   ``ChunkedError/Code/trailerValueInvalid``, ``ChunkedError/Code/trailerForbidden``,
    ///   ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyFinished``.
    public mutating func finish(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        try requireOpenBody()
        try output.requireSpace(for: try finishLength(trailers: trailers, extensions: extensions))
        appendLineEnd(to: &output)
        output.append(hexadecimal: 0, digitCount: 1)
        for chunkExtension in extensions { chunkExtension.encode(into: &output) }
        output.append(lineEnd: ())
        for trailer in trailers { trailer.encode(into: &output) }
        output.append(lineEnd: ())
        isFinished = true
    }

    /// Writes the end of the body to the start of a buffer.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - extensions: The extensions of the last chunk.
    ///   - buffer: Has at least ``finishLength(trailers:extensions:)`` bytes.
    /// - Returns: The number of bytes written.
    /// - Throws: As `finish(trailers:extensions:into:)`.
    public mutating func finish(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [],
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChunkedError) -> Int {
        try unsafe OutputRawSpan.write(into: buffer) { output throws(ChunkedError) in
            try finish(trailers: trailers, extensions: extensions, into: &output)
        }
    }

    /// Appends the end of the body to an array.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - extensions: The extensions of the last chunk.
    ///   - bytes: The array.
    /// - Throws: As `finish(trailers:extensions:into:)`, except
    ///   ``ChunkedError/Code/bufferTooSmall``.
    public mutating func finish(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [], to bytes: inout [UInt8]
    ) throws(ChunkedError) {
        let length = try finishLength(trailers: trailers, extensions: extensions)
        try bytes.append(count: length) { output throws(ChunkedError) in
            try finish(trailers: trailers, extensions: extensions, into: &output)
        }
    }

    /// Returns the number of bytes that `finish(trailers:extensions:into:)` would write now.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - extensions: The extensions of the last chunk.
    /// - Throws: The errors of invalid trailers and extensions.
    public func finishLength(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = []
    ) throws(ChunkedError) -> Int {
        var length = (owesLineEnd ? 2 : 0) &+ 5
        for chunkExtension in extensions { length &+= try chunkExtension.encodedLength() }
        for trailer in trailers { length &+= try trailer.encodedLength() }
        return length
    }
}

extension ChunkedEncoder {
    /// Writes the common framing: a size of up to six digits, no extensions, and more space than is needed.
    ///
    /// - Returns: Whether the framing was written. If not, nothing was.
    @usableFromInline
    mutating func beginPlainChunk(size: UInt64, into output: inout OutputRawSpan) -> Bool {
        guard !isFinished, output.freeCapacity >= 10 else { return false }
        if size != plainLine.size {
            guard size > 0, size <= PlainSizeBytes.maximumSize else { return false }
            plainLine = PlainSizeBytes(UInt32(truncatingIfNeeded: size))
        }
        output.append(line: plainLine.bytes, count: plainLine.count, afterLineEnd: owesLineEnd)
        owesLineEnd = true
        return true
    }

    @usableFromInline
    mutating func beginAnyChunk(
        size: UInt64, extensions: [ChunkExtension], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        try requireOpenBody()
        guard size > 0 else { return }
        try output.requireSpace(for: try framingLength(size: size, extensions: extensions))
        appendLineEnd(to: &output)
        output.append(hexadecimal: size, digitCount: Hexadecimal.digitCount(size))
        for chunkExtension in extensions { chunkExtension.encode(into: &output) }
        output.append(lineEnd: ())
        owesLineEnd = true
    }

    func requireOpenBody() throws(ChunkedError) {
        if isFinished { throw ChunkedError(.bodyFinished, at: 0) }
    }

    static func requireSize(_ size: UInt64, atMost maximum: UInt64, at offset: UInt64) throws(ChunkedError) {
        guard size <= maximum else {
            throw ChunkedError(.chunkSizeTooLarge, at: offset, found: size, expected: maximum)
        }
    }

    /// Appends the CRLF after the data of the previous chunk, if it is missing.
    mutating func appendLineEnd(to output: inout OutputRawSpan) {
        if owesLineEnd { output.append(lineEnd: ()) }
        owesLineEnd = false
    }
}

/// The size line of a size from 1 to ``maximumSize``, as one word.
private struct PlainSizeBytes: Sendable {
    /// The largest size whose digits and CRLF fit into eight bytes.
    static let maximumSize: UInt64 = 0xff_ffff

    let size: UInt64

    /// The number of bytes, 3 to 8.
    let count: Int

    /// The digits and CRLF, the first one in the lowest byte.
    let bytes: UInt64

    init(_ size: UInt32) {
        self.size = UInt64(size)
        let digitCount = Hexadecimal.digitCount(UInt64(size))
        count = digitCount &+ 2
        bytes = Hexadecimal.digits(size) &>> UInt64(64 &- 8 &* digitCount) | 0x0a0d &<< UInt64(8 &* digitCount)
    }
}

extension ChunkedError {
    static func bufferTooSmall(space: Int, needed: Int) -> ChunkedError {
        ChunkedError(.bufferTooSmall, at: UInt64(space), found: UInt64(space), expected: UInt64(needed))
    }
}

extension OutputRawSpan {
    func requireSpace(for count: Int) throws(ChunkedError) {
        guard freeCapacity >= count else { throw .bufferTooSmall(space: freeCapacity, needed: count) }
    }

    mutating func append(lineEnd: Void) {
        append(HTTPByte.carriageReturn)
        append(HTTPByte.lineFeed)
    }
}
