/// The checksum of a message whose bytes come one after the other: each byte is visited once, and the prelude's CRC
/// goes on into the message's.
@usableFromInline
struct RunningCRC: Sendable {
    private var crc: CRC32
    /// How many bytes of the message are in the checksum.
    private(set) var count: Int
    /// How many bytes of the message belong into it: all before the message CRC.
    private let end: Int

    /// The checksum of a prelude's first eight bytes, known from checking it.
    init(after prelude: EventStreamPrelude) {
        crc = CRC32(continuing: prelude.crc)
        count = 8
        end = prelude.messageCRCOffset
    }

    /// The checksum of a whole prelude.
    init(afterAllOf prelude: EventStreamPrelude) {
        self.init(after: prelude)
        crc.update(bigEndian: prelude.crc)
        count = EventStreamPrelude.byteCount
    }

    /// Goes on by `count` bytes, after which the checksum is known to be `value`.
    @usableFromInline
    mutating func skip(_ count: Int, to value: UInt32) {
        crc = CRC32(continuing: value)
        self.count &+= count
    }

    /// The checksum of all bytes so far.
    @usableFromInline
    var value: UInt32 { crc.value }

    /// Goes on to the end of `message`, the message's bytes from its first, as many as there are.
    @inline(__always)
    mutating func update(to message: RawSpan) {
        let reached = Swift.min(message.byteCount, end)
        guard reached > count else { return }
        crc.update(message.extracting(count..<reached))
        count = reached
    }

    /// Goes on over `message`, the message's bytes from its first, and over those that follow in `next`, which may have
    /// more than the message.
    mutating func update(to message: RawSpan, then next: RawSpan) {
        update(to: message)
        // Of the prelude the checksum was known before.
        let known = Swift.max(count &- message.byteCount, 0)
        update(next: next.extracting(droppingFirst: known).extracting(first: end &- count))
    }

    /// Goes on over `bytes`, the next of the message.
    mutating func update(next bytes: RawSpan) {
        crc.update(bytes)
        count &+= bytes.byteCount
    }
}
