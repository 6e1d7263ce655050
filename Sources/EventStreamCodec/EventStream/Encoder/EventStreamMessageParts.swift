/// What stands before and after a message's payload on the wire.
public struct EventStreamMessageParts: Sendable, Hashable {
    /// The prelude and the header block.
    public internal(set) var head: [UInt8] = []

    /// The message CRC: the last four bytes.
    public internal(set) var tail: [UInt8] = []
}
