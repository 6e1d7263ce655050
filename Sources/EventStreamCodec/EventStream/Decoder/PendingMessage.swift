/// A message whose prelude has been read and whose other bytes may still be arriving.
struct PendingMessage: Sendable {
    let prelude: EventStreamPrelude

    /// The checksum of the bytes that arrived.
    var crc: RunningCRC

    init(_ prelude: EventStreamPrelude) {
        self.prelude = prelude
        crc = RunningCRC(after: prelude)
    }
}
