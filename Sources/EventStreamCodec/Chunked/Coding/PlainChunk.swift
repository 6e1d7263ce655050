/// A chunk as nearly every sender writes it, whole in some bytes: a ``PlainSizeLine``, data, CRLF.
///
/// What it finds, ``ChunkedMachine`` would find byte by byte. It only looks: of anything else it says nothing, right or
/// wrong.
struct PlainChunk {
    /// Where the data stands; it has one byte at least.
    let data: Range<Int>

    /// The position after the chunk.
    var end: Int { data.upperBound &+ 2 }

    /// - Parameter line: The line that is expected, that of the chunk before; set to the one that stands at `start`, also
    ///   when what follows it is not whole.
    @inline(__always)
    init?(_ bytes: RawSpan, at start: Int, expecting line: inout PlainSizeLine) {
        if !line.stands(in: bytes, at: start) {
            guard let other = PlainSizeLine(bytes, at: start) else { return nil }
            line = other
        }
        let dataStart = start &+ line.byteCount
        guard line.size <= bytes.byteCount &- dataStart else { return nil }
        let dataEnd = dataStart &+ line.size
        guard bytes.hasLineEnd(at: dataEnd) else { return nil }
        data = unsafe Range(uncheckedBounds: (dataStart, dataEnd))
    }

    /// The length of a body's end as nearly every sender writes it: `0`, CRLF, and CRLF for no trailers.
    static let endByteCount = 5

    /// Whether that end stands at `position`.
    @inline(__always)
    static func isEnd(_ bytes: RawSpan, at position: Int) -> Bool {
        bytes.hasLineEnd(at: position &+ 1) && bytes.hasLineEnd(at: position &+ 3)
            && bytes.byte(at: position) == UInt8(ascii: "0")
    }
}
