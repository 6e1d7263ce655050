#if NIO
import EventStreamCodec
import NIOCore

extension ChunkedEncoder {
    /// Returns the bytes before and after the data of a chunk, which the caller writes between them.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of data. For 0, both buffers are empty, because a chunk of size 0 would end the body.
    ///   - extensions: The extensions of the chunk.
    ///   - allocator: Allocates both, in one piece.
    /// - Returns: The size line, and the CRLF after the data.
    /// - Throws: `ChunkedError` for an invalid extension, or if the body has ended.
    public mutating func framing(
        size: Int, extensions: [ChunkExtension] = [], allocator: ByteBufferAllocator = ByteBufferAllocator()
    ) throws(ChunkedError) -> (head: ByteBuffer, tail: ByteBuffer) {
        let size = UInt64(clamping: size)
        let length = try framingLength(size: size, extensions: extensions)
        var buffer = allocator.buffer(capacity: length &+ 2)
        try buffer.writeWithOutputRawSpan(minimumWritableBytes: length &+ 2) { output throws(ChunkedError) in
            try beginChunk(size: size, extensions: extensions, into: &output)
        }
        let head = buffer
        try buffer.writeWithOutputRawSpan(minimumWritableBytes: 2) { output throws(ChunkedError) in
            try finishChunk(into: &output)
        }
        buffer.moveReaderIndex(to: head.writerIndex)
        return (head, buffer)
    }

    /// Returns the bytes that end the body: the last chunk, the trailer section and its end.
    ///
    /// - Parameters:
    ///   - trailers: The fields of the trailer section.
    ///   - allocator: Allocates the bytes.
    /// - Returns: The bytes.
    /// - Throws: `ChunkedError` for an invalid trailer, or if the body has ended.
    public mutating func finish(
        trailers: [ChunkedTrailer] = [], allocator: ByteBufferAllocator
    ) throws(ChunkedError) -> ByteBuffer {
        let length = try finishLength(trailers: trailers)
        var buffer = allocator.buffer(capacity: length)
        try buffer.writeWithOutputRawSpan(minimumWritableBytes: length) { output throws(ChunkedError) in
            try finish(trailers: trailers, into: &output)
        }
        return buffer
    }
}

/// A part of a chunked body to be written to a channel.
public enum ChunkedOutboundElement: Sendable, Hashable {
    /// A chunk with this data, which is not copied. Without data, nothing is written.
    case chunk(ByteBuffer, extensions: [ChunkExtension] = [])

    /// The end of the body, with the fields of its trailer section.
    case end(trailers: [ChunkedTrailer] = [])
}

/// Encodes the chunked body that is written to a channel, in its pipeline.
///
/// Size line, data and CRLF are written one after the other, and the data is not copied. What cannot be encoded fails its promise
/// with a `ChunkedError`, and nothing of it is written. Without a promise, the error is passed on with `fireErrorCaught`. After
/// `end`, the handler encodes another body.
public final class ChunkedEncodingHandler: ChannelOutboundHandler {
    /// A part of a body.
    public typealias OutboundIn = ChunkedOutboundElement
    /// Its bytes.
    public typealias OutboundOut = ByteBuffer

    private var encoder = ChunkedEncoder()

    /// Creates a handler.
    public init() {}

    /// Encodes a part and writes its bytes.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let allocator = context.channel.allocator
        do throws(ChunkedError) {
            switch unwrapOutboundIn(data) {
            case .chunk(let data, let extensions):
                let (head, tail) = try encoder.framing(
                    size: data.readableBytes, extensions: extensions, allocator: allocator)
                context.write(wrapOutboundOut(head), promise: nil)
                context.write(wrapOutboundOut(data), promise: nil)
                context.write(wrapOutboundOut(tail), promise: promise)
            case .end(let trailers):
                let end = try encoder.finish(trailers: trailers, allocator: allocator)
                encoder = ChunkedEncoder()
                context.write(wrapOutboundOut(end), promise: promise)
            }
        } catch {
            context.reject(error, promise)
        }
    }
}

@available(*, unavailable)
extension ChunkedEncodingHandler: Sendable {}
#endif
