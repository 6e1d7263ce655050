/// A part of an aws-chunked body, in the order of the wire.
public enum AWSChunkedElement: ~Escapable, BitwiseCopyable {
    /// The next bytes of the data, **unverified** until `chunkEnd`, in a body without signatures until `end`.
    case data(RawSpan)

    /// A chunk is complete, and its signature right where it has one.
    case chunkEnd

    /// The body is complete: length, trailers and checksum are as announced.
    case end
}
