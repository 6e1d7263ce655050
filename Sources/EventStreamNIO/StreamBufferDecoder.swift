#if NIO
import NIOCore

/// Decodes the elements of a stream from the front of a `ByteBuffer`, and reads nothing that it does not need.
///
/// The conforming types work in three places: in `NIOSingleStepByteToMessageProcessor` and `ByteToMessageHandler`, in a pipeline as
/// ``StreamDecodingHandler``, and over an asynchronous sequence as ``DecodedStream``. The last two copy less: bytes are copied only
/// if an element straddles two buffers, and then only the bytes of that element.
public protocol StreamBufferDecoder: NIOSingleStepByteToMessageDecoder {
    /// The number of bytes that the next step needs in one piece, as far as that is known. At least 1.
    var neededLength: Int { get }

    /// Whether the stream has ended. Bytes after its end are not read.
    var isComplete: Bool { get }

    /// Ends the stream.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived and that ``decode(buffer:)`` has left.
    /// - Throws: The decoder's error if the stream is incomplete.
    mutating func finish(unreadLength: Int) throws
}

extension StreamBufferDecoder {
    /// Decodes what is left when no more bytes will come.
    ///
    /// - Parameters:
    ///   - buffer: The bytes that are left.
    ///   - seenEOF: Whether the stream has ended. If not, its decoder has only been removed.
    /// - Returns: The next element, or nil after the last one.
    /// - Throws: The errors of ``decode(buffer:)``. If `seenEOF`, those of ``finish(unreadLength:)``.
    public mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> InboundOut? {
        if let element = try decode(buffer: &buffer) { return element }
        if seenEOF { try finish(unreadLength: buffer.readableBytes) }
        return nil
    }
}

/// A decoder and the buffers it reads: each element is decoded from one buffer, and only an element that straddles two is copied.
@usableFromInline
package struct BufferedDecoder<Decoder: StreamBufferDecoder> {
    @usableFromInline var decoder: Decoder

    /// The start of an element that straddles buffers, in memory of its own.
    @usableFromInline var gathered = ByteBuffer()

    /// What has not been read of the last buffer.
    @usableFromInline var input = ByteBuffer()

    package init(_ decoder: Decoder) {
        self.decoder = decoder
    }

    /// An element of at most this length is gathered in memory that is allocated once. The memory of a longer one grows with the bytes
    /// that have arrived, never with a declared length.
    @inlinable
    static var longestAllocation: Int { 65_536 }

    /// The number of bytes that have arrived and have not been read.
    @inlinable
    var unreadLength: Int { gathered.readableBytes &+ input.readableBytes }

    /// The bytes that have arrived and have not been read. Empty unless the stream is complete or an element is incomplete.
    @inlinable
    var unread: ByteBuffer {
        guard gathered.readableBytes > 0 else { return input }
        var (all, rest) = (gathered, input)
        all.writeBuffer(&rest)
        return all
    }

    /// Adds the next bytes of the stream, when ``next()`` has returned nil.
    @inlinable
    package mutating func append(_ buffer: ByteBuffer) {
        guard input.readableBytes > 0 else {
            input = buffer
            return
        }
        var buffer = buffer
        input.writeBuffer(&buffer)
    }

    /// Returns the next element, or nil if more bytes are needed or the stream is complete.
    @inlinable
    package mutating func next() throws -> Decoder.InboundOut? {
        guard !decoder.isComplete else { return nil }
        while gathered.readableBytes > 0 {
            guard gather() else { return nil }
            if let element = try decoder.decode(buffer: &gathered) {
                releaseGathered()
                return element
            }
        }
        releaseGathered()
        if let element = try decoder.decode(buffer: &input) { return element }
        // The decoder may also have read all of it.
        guard !decoder.isComplete, input.readableBytes > 0 else { return nil }
        let rest = input
        input = ByteBuffer()
        write(rest)
        return nil
    }

    /// The element's slice keeps the memory; the next element that straddles gets its own.
    @inlinable
    mutating func releaseGathered() {
        if gathered.readableBytes == 0 { gathered = ByteBuffer() }
    }

    /// Completes the gathered bytes from the input.
    ///
    /// - Returns: Whether there are bytes that the decoder has not seen.
    @inlinable
    mutating func gather() -> Bool {
        let missing = Swift.max(decoder.neededLength &- gathered.readableBytes, 1)
        guard let piece = input.readSlice(length: Swift.min(missing, input.readableBytes)), piece.readableBytes > 0
        else {
            return false
        }
        write(piece)
        return true
    }

    @inlinable
    mutating func write(_ piece: ByteBuffer) {
        if gathered.writableBytes < piece.readableBytes {
            let count = gathered.readableBytes &+ piece.readableBytes
            let room = Swift.min(decoder.neededLength, Swift.max(Self.longestAllocation, 2 &* count))
            gathered.reserveCapacity(minimumWritableBytes: Swift.max(room, count) &- gathered.readableBytes)
        }
        gathered.writeImmutableBuffer(piece)
    }

    /// Ends the stream.
    @inlinable
    mutating func finish() throws {
        try decoder.finish(unreadLength: unreadLength)
    }
}
#endif
