/// A chunk's first line as nearly every sender writes it: a size above 0 that fits into an `Int`, and CRLF.
///
/// Most chunks of a body have one size, whatever the size of their sender's buffer is. So a line is known again by its
/// bytes, in one comparison. Where the next chunk begins then follows from the line before, not from what was just
/// loaded, and the processor looks ahead over chunks that lie far apart.
struct PlainSizeLine {
    /// The number of bytes of data.
    let size: Int

    /// The number of bytes of the line, its CRLF included.
    let byteCount: Int

    /// The line's bytes, the first the lowest, and which of the eight belong to it; of a longer line none is equal.
    private var word = UInt64.max
    private var mask: UInt64 = 0

    /// As many digits as fit into an `Int` whatever they are: 15 on 64-bit platforms, 7 on 32-bit ones. A longer size
    /// might be too large, or have zeros that count as overhead.
    private static let maximumDigitCount = Int.bitWidth / 4 - 1

    /// No line: it stands nowhere.
    init() {
        (size, byteCount) = (0, 0)
    }

    @inline(__always)
    init?(_ bytes: RawSpan, at start: Int) {
        let (size, digitsEnd) = bytes.hexadecimal(at: start, maximumDigitCount: Self.maximumDigitCount)
        // No digits are a size of 0.
        guard size > 0, bytes.hasLineEnd(at: digitsEnd) else { return nil }
        // INVARIANT: 4 * maximumDigitCount < Int.bitWidth - 1, so the size is below Int.max.
        self.size = Int(truncatingIfNeeded: size)
        byteCount = digitsEnd &+ 2 &- start
        if byteCount <= 8, let word = bytes.integer(UInt64.self, ifAt: start) {
            mask = UInt64.max &>> UInt64(64 &- 8 &* byteCount)
            self.word = UInt64(littleEndian: word) & mask
        }
    }

    /// Whether the line stands at `start`.
    @inline(__always)
    func stands(in bytes: RawSpan, at start: Int) -> Bool {
        guard let word = bytes.integer(UInt64.self, ifAt: start) else { return false }
        return UInt64(littleEndian: word) & mask == self.word
    }
}
