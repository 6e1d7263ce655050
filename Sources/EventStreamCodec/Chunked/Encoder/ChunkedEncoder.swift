/// Encodes a body in HTTP/1.1's chunked transfer coding.
///
/// ```swift
/// var encoder = ChunkedEncoder()
/// var bytes: [UInt8] = []
/// for piece in pieces { try encoder.append(piece, to: &bytes) }
/// try encoder.end(trailers: [ChunkedTrailer("X-Checksum", "4waSgw==")], to: &bytes)
/// ```
///
/// What stands between the data of two chunks, the CRLF of the one and the size line of the other, is written as one
/// **head**, so that a vectored write carries two pieces a chunk and copies no data: `beginChunk(size:extensions:into:)`,
/// the caller's data, and at last `end(trailers:extensions:into:)`.
///
/// Sizes are lower-case hexadecimal. An empty chunk is skipped, because on the wire it would end the body. When a method
/// throws, nothing has been written and the encoder is as before. Source: RFC 9112 §7.1.
public struct ChunkedEncoder: Sendable {
    /// Whether a chunk has been written whose CRLF is still to come.
    private(set) var owesLineEnd = false

    /// Whether the body has been ended.
    public private(set) var hasEnded = false

    /// An encoder at the start of a body.
    public init() {}

    /// The most bytes of a head without extensions: CRLF, 16 digits, CRLF.
    public static let maximumHeadByteCount = 20

    /// Appends what precedes the data of a chunk: the CRLF of the chunk before, and the size line. The data must follow.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data, at most `Int64.max`. For 0 nothing is written: there is no such chunk.
    ///   - extensions: The chunk's extensions.
    ///   - output: Must have room for `headLength(size:extensions:)` bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/chunkSizeTooLarge``,
    ///   ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyEnded``.
    @inlinable
    public mutating func beginChunk(
        size: UInt64, extensions: [ChunkExtension] = [], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        if extensions.isEmpty, beginPlainChunk(size: size, into: &output) { return }
        try beginAnyChunk(size: size, extensions: extensions, into: &output)
    }

    @usableFromInline
    mutating func beginAnyChunk(
        size: UInt64, extensions: [ChunkExtension], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        try requireOpenBody()
        guard size > 0 else { return }
        try output.requireRoom(for: try headLength(size: size, extensions: extensions))
        appendLineEnd(to: &output)
        output.append(hexadecimal: size, digitCount: Hexadecimal.digitCount(size))
        for chunkExtension in extensions { chunkExtension.encode(into: &output) }
        output.append(lineEnd: ())
        owesLineEnd = true
    }

    /// Appends the CRLF behind the data of a chunk at once, not with the next head; nothing when there is none to come.
    ///
    /// For bodies that are read while they are written: some recipients, urllib3 among them, hand a chunk on only when
    /// they have read the CRLF behind it.
    ///
    /// - Parameter output: Must have room for 2 bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``.
    public mutating func endChunk(into output: inout OutputRawSpan) throws(ChunkedError) {
        guard owesLineEnd else { return }
        try output.requireRoom(for: 2)
        appendLineEnd(to: &output)
    }

    /// The number of bytes that `beginChunk(size:extensions:into:)` would write now.
    ///
    /// - Throws: ``ChunkedError/Code/chunkSizeTooLarge``, ``ChunkedError/Code/chunkExtensionInvalid``.
    public func headLength(size: UInt64, extensions: [ChunkExtension] = []) throws(ChunkedError) -> Int {
        guard size > 0 else { return 0 }
        guard size <= UInt64(Int64.max) else { throw ChunkedError(.chunkSizeTooLarge, at: 0, found: size) }
        var length = (owesLineEnd ? 2 : 0) &+ Hexadecimal.digitCount(size) &+ 2
        for chunkExtension in extensions { length &+= try chunkExtension.encodedLength() }
        return length
    }

    /// Appends a size line of fixed width, to be filled in when the size of the data behind it is known.
    ///
    /// - Parameters:
    ///   - digits: The number of hexadecimal digits, 1 to 16.
    ///   - output: Must have room for the digits and 4 bytes.
    /// - Returns: Where the line stands in `output`, for `fill(_:size:in:)`, or for `cancel(_:)` when no data comes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/bodyEnded``.
    public mutating func reserveChunk(
        digits: Int = 8, into output: inout OutputRawSpan
    ) throws(ChunkedError) -> ChunkedReservation {
        try requireOpenBody()
        precondition((1...16).contains(digits), "a size has 1 to 16 digits")
        try output.requireRoom(for: digits &+ (owesLineEnd ? 4 : 2))
        let includesLineEnd = owesLineEnd
        let start = output.byteCount
        appendLineEnd(to: &output)
        let digitsStart = output.byteCount
        output.append(hexadecimal: 0, digitCount: digits)
        output.append(lineEnd: ())
        owesLineEnd = true
        return ChunkedReservation(
            digits: digitsStart..<(digitsStart &+ digits), range: start..<output.byteCount,
            includesLineEnd: includesLineEnd)
    }

    /// Takes back a size line that no data will follow; the caller takes its bytes out of the output.
    ///
    /// The reservation must be the last thing that was written.
    public mutating func cancel(_ reservation: ChunkedReservation) {
        owesLineEnd = reservation.includesLineEnd
    }

    /// Fills in the size of a chunk whose size line was reserved.
    ///
    /// - Parameters:
    ///   - reservation: What `reserveChunk(digits:into:)` returned.
    ///   - size: The number of bytes of data; not 0, which would end the body: see `cancel(_:)`.
    ///   - bytes: The output from its first byte.
    /// - Throws: ``ChunkedError/Code/chunkSizeInvalid`` for 0, ``ChunkedError/Code/chunkSizeTooLarge`` when the digits
    ///   do not suffice, ``ChunkedError/Code/bufferTooSmall`` when the digits are not in `bytes`.
    public static func fill(
        _ reservation: ChunkedReservation, size: UInt64, in bytes: inout MutableRawSpan
    ) throws(ChunkedError) {
        let digits = reservation.digits
        guard digits.upperBound <= bytes.byteCount else {
            throw ChunkedError(.bufferTooSmall, at: UInt64(bytes.byteCount), found: UInt64(bytes.byteCount))
        }
        guard size > 0 else { throw ChunkedError(.chunkSizeInvalid, at: UInt64(digits.lowerBound), found: 0x30) }
        guard size <= UInt64(Int64.max), Hexadecimal.digitCount(size) <= digits.count else {
            throw ChunkedError(.chunkSizeTooLarge, at: UInt64(digits.lowerBound), found: size)
        }
        for (position, offset) in digits.reversed().enumerated() {
            // Past the size's own digits there are zeros, which the shift beyond its width gives.
            bytes.storeBytes(
                of: Hexadecimal.digit(size >> UInt64(4 * position)), toByteOffset: offset, as: UInt8.self)
        }
    }

    /// Appends the body's end: the CRLF of the chunk before, the last chunk, the trailer section.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - extensions: The last chunk's extensions.
    ///   - output: Must have room for `endLength(trailers:extensions:)` bytes.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/trailerNameInvalid``,
    ///   ``ChunkedError/Code/trailerValueInvalid``, ``ChunkedError/Code/trailerForbidden``,
    ///   ``ChunkedError/Code/chunkExtensionInvalid``, ``ChunkedError/Code/bodyEnded``.
    public mutating func end(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = [], into output: inout OutputRawSpan
    ) throws(ChunkedError) {
        try requireOpenBody()
        try output.requireRoom(for: try endLength(trailers: trailers, extensions: extensions))
        appendLineEnd(to: &output)
        output.append(hexadecimal: 0, digitCount: 1)
        for chunkExtension in extensions { chunkExtension.encode(into: &output) }
        output.append(lineEnd: ())
        for trailer in trailers { trailer.encode(into: &output) }
        output.append(lineEnd: ())
        hasEnded = true
    }

    /// The number of bytes that `end(trailers:extensions:into:)` would write now.
    ///
    /// - Throws: What `end(trailers:extensions:into:)` throws of trailers and extensions.
    public func endLength(
        trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = []
    ) throws(ChunkedError) -> Int {
        var length = (owesLineEnd ? 2 : 0) &+ 5
        for chunkExtension in extensions { length &+= try chunkExtension.encodedLength() }
        for trailer in trailers { length &+= try trailer.encodedLength() }
        return length
    }

    /// The ordinary: a size of up to eight digits, no extensions, and more room than is needed.
    ///
    /// - Returns: Whether that is so, and the size line is written; otherwise nothing is.
    @usableFromInline
    mutating func beginPlainChunk(size: UInt64, into output: inout OutputRawSpan) -> Bool {
        guard !hasEnded, size > 0, size <= UInt32.max, output.freeCapacity >= 12 else { return false }
        let count = Hexadecimal.digitCount(size)
        let digits = Hexadecimal.digits(UInt32(truncatingIfNeeded: size)) &>> UInt64(64 &- 8 &* count)
        output.append(line: digits, count: count, afterLineEnd: owesLineEnd)
        owesLineEnd = true
        return true
    }

    private func requireOpenBody() throws(ChunkedError) {
        if hasEnded { throw ChunkedError(.bodyEnded, at: 0) }
    }

    /// The CRLF after the data of the chunk before.
    private mutating func appendLineEnd(to output: inout OutputRawSpan) {
        if owesLineEnd { output.append(lineEnd: ()) }
        owesLineEnd = false
    }
}

extension OutputRawSpan {
    func requireRoom(for count: Int) throws(ChunkedError) {
        guard freeCapacity >= count else {
            throw ChunkedError(.bufferTooSmall, at: UInt64(freeCapacity), found: UInt64(freeCapacity))
        }
    }

    fileprivate mutating func append(lineEnd: Void) {
        append(HTTPByte.carriageReturn)
        append(HTTPByte.lineFeed)
    }
}
