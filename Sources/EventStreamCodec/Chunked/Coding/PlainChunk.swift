/// A chunk as nearly every sender writes it, whole in some bytes: a size of up to 15 digits and CRLF, data, CRLF.
///
/// What it finds, ``ChunkedMachine`` would find byte by byte. It only looks: of anything else it says nothing, right or
/// wrong.
struct PlainChunk {
    /// Where the data stands; it has one byte at least.
    let data: Range<Int>

    /// The position after the chunk.
    var end: Int { data.upperBound &+ 2 }

    /// A longer size might be too large, or have zeros that count as overhead.
    private static let maximumDigitCount = 15

    @inline(__always)
    init?(_ bytes: RawSpan, at start: Int) {
        let (size, digitsEnd) = bytes.hexadecimal(at: start, maximumDigitCount: Self.maximumDigitCount)
        // No digits are a size of 0.
        let dataStart = digitsEnd &+ 2
        guard size > 0, bytes.hasLineEnd(at: digitsEnd), size <= bytes.byteCount &- dataStart else { return nil }
        let dataEnd = dataStart &+ Int(truncatingIfNeeded: size)
        guard bytes.hasLineEnd(at: dataEnd) else { return nil }
        data = dataStart..<dataEnd
    }
}
