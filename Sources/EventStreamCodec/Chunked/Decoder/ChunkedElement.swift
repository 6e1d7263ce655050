/// A part of a chunked body, in the order of the wire.
public enum ChunkedElement: ~Escapable, BitwiseCopyable {
    /// The extensions of a chunk, before its data; not for a chunk without any.
    case extensions(ChunkExtensionsView)

    /// The next bytes of the body, one at least, never of two chunks. Where they are cut depends on the input.
    case data(RawSpan)

    /// A field of the trailer section.
    case trailer(ChunkedTrailerView)

    /// The body is complete. What follows in the input belongs to the next message.
    case end
}
