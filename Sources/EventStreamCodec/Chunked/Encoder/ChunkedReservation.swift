/// A size line that was written before its size was known.
public struct ChunkedReservation: Sendable, Hashable {
    /// Where the digits stand in the output, to be filled in.
    public let digits: Range<Int>

    /// Where all that was written stands: the CRLF of the chunk before, if there was one, and the size line. A caller
    /// who cancels the reservation takes these bytes out again.
    public let range: Range<Int>

    /// Whether the CRLF of the chunk before is among what was written.
    let includesLineEnd: Bool
}
