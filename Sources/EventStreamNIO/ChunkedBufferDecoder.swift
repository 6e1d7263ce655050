#if NIO
import EventStreamCodec
import NIOCore

/// A part of a chunked body, in the order of the wire.
public enum ChunkedBufferElement: Sendable, Hashable {
    /// The extensions of a chunk, before its data. A chunk without extensions has no such element. `size` is the chunk's; 0 for the
    /// last chunk.
    case extensions([ChunkExtension], size: UInt64)

    /// The next bytes of the body, at least one, from one chunk: a slice of the buffer that they arrived in.
    case data(ByteBuffer)

    /// A field of the trailer section.
    case trailer(ChunkedTrailer)

    /// The body is complete. The bytes after it belong to the next message.
    case end
}

/// Decodes a chunked body whose data are slices of the buffers that they arrived in.
public struct ChunkedBufferDecoder: StreamBufferDecoder, Sendable {
    /// A part of the body.
    public typealias InboundOut = ChunkedBufferElement

    private var decoder: ChunkedDecoder

    /// Creates a decoder at the start of a body.
    ///
    /// - Parameters:
    ///   - limits: The limits on overhead.
    ///   - policy: What to accept beyond the grammar.
    public init(limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict) {
        decoder = ChunkedDecoder(limits: limits, policy: policy)
    }

    /// The number of bytes of the body that have been read.
    public var offset: UInt64 { decoder.offset }

    /// 1: the decoder reads every byte that there is, and keeps incomplete lines itself.
    public var neededLength: Int { 1 }

    /// Whether the body has ended.
    public var isComplete: Bool { decoder.isComplete }

    /// Decodes the part of the body at the front of a buffer.
    ///
    /// - Parameter buffer: The next bytes of the body. What is returned is read, and also a line that is incomplete.
    /// - Returns: The part, or nil if its bytes are incomplete or the body has ended.
    /// - Throws: `ChunkedError`.
    public mutating func decode(buffer: inout ByteBuffer) throws -> ChunkedBufferElement? {
        var found: ChunkedBufferElement?
        let consumed = try decoder.withElements(in: buffer) { elements throws(ChunkedError) in
            switch try elements.next() {
            case nil: break
            case .extensions(let extensions): found = .extensions(Array(extensions), size: extensions.size)
            case .data(let data):
                let end = buffer.readerIndex &+ elements.consumed
                // INVARIANT: data is never kept by the decoder, so it is the end of what was consumed.
                found = .data(buffer.getSlice(at: end &- data.byteCount, length: data.byteCount) ?? ByteBuffer())
            case .trailer(let field):
                found = .trailer(ChunkedTrailer(String(decoding: field.name), String(decoding: field.value)))
            case .end: found = .end
            }
            return elements.consumed
        }
        buffer.moveReaderIndex(forwardBy: consumed)
        return found
    }

    /// Ends the body.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived and have not been read.
    /// - Throws: `ChunkedError` with the code `unexpectedEnd` if the body is incomplete; the body's error, if it had one.
    public mutating func finish(unreadLength: Int) throws {
        try decoder.finish()
    }

    /// Prepares the decoder for another body.
    public mutating func reset() {
        decoder.reset()
    }
}

extension Array where Element == ChunkExtension {
    /// Copies borrowed extensions. Bytes that are not UTF-8 become U+FFFD.
    fileprivate init(_ view: ChunkExtensionsView) {
        self = []
        var iterator = view.makeIterator()
        while let next = iterator.next() {
            append(ChunkExtension(String(decoding: next.name), next.value.map { String(decoding: $0, as: UTF8.self) }))
        }
    }
}

extension String {
    /// Copies text. Bytes that are not UTF-8 become U+FFFD.
    fileprivate init(decoding bytes: RawSpan) {
        self.init(decoding: [UInt8](bytes), as: UTF8.self)
    }
}
#endif
