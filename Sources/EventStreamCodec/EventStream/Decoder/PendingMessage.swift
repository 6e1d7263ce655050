/// A message whose prelude has been read and whose other bytes may still be arriving.
struct PendingMessage: Sendable {
    let prelude: EventStreamPrelude

    /// The checksum as far as it has gone: of a short message no further than over its prelude until it is whole.
    var crc: RunningCRC

    init(_ prelude: EventStreamPrelude) {
        self.prelude = prelude
        crc = RunningCRC(after: prelude)
    }

    /// A message of up to this many bytes is checksummed in one go, when it is whole: it is then still in a near cache.
    private static let shortLength = 131_072

    /// Of a longer one, the fewest bytes to checksum at a time: every time costs something at its end.
    private static let leastChecksummed = 16_384

    /// Before `next` is gathered after the `carried` bytes of a long message: goes on with the checksum.
    ///
    /// Bytes that were just checksummed are in the nearest cache, from where the copy goes faster.
    mutating func checksum(_ carried: RawSpan, then next: RawSpan) {
        guard prelude.totalLength > Self.shortLength,
            carried.byteCount &- crc.count &+ next.byteCount >= Self.leastChecksummed
        else { return }
        crc.update(to: carried, then: next)
    }
}
