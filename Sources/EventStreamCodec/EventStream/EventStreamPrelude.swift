/// The first twelve bytes of a message: the lengths of its parts, and a checksum of these lengths.
///
/// | bytes | field |
/// |---|---|
/// | 0..<4 | total length, big-endian: the whole message, including prelude and message CRC |
/// | 4..<8 | headers length, big-endian |
/// | 8..<12 | prelude CRC: the CRC-32 of bytes 0..<8 |
///
/// Every prelude is valid: the prelude CRC matches, the headers fit into the total length, and the lengths are within
/// limits. Source: Smithy, "Amazon Event Stream Specification".
public struct EventStreamPrelude: Sendable, Hashable, BitwiseCopyable {
    /// The length of the whole message in bytes, at least ``minimumTotalLength``.
    public let totalLength: Int

    /// The length of the header block in bytes, at most `totalLength - 16`.
    public let headersLength: Int

    /// The CRC-32 of the first eight bytes.
    public let crc: UInt32

    /// The length of a prelude: 12 bytes.
    @inlinable public static var length: Int { 12 }

    /// The length of the message CRC at the end of a message: 4 bytes.
    @inlinable public static var messageCRCLength: Int { 4 }

    /// The length of a message without headers and payload: 16 bytes.
    @inlinable public static var minimumTotalLength: Int { length + messageCRCLength }

    /// The length of the payload in bytes.
    @inlinable public var payloadLength: Int { totalLength &- headersLength &- Self.minimumTotalLength }

    /// The position of the header block, from the start of the message.
    @inlinable public var headersRange: Range<Int> { Self.length..<(Self.length &+ headersLength) }

    /// The position of the payload, from the start of the message.
    @inlinable public var payloadRange: Range<Int> { (Self.length &+ headersLength)..<messageCRCOffset }

    /// The position after the header block, from the start of the message.
    var headersEnd: Int { Self.length &+ headersLength }

    /// The position of the message CRC, from the start of the message. It is the last four bytes.
    @inlinable public var messageCRCOffset: Int { totalLength &- Self.messageCRCLength }

    /// Parses the prelude at the start of `bytes`.
    ///
    /// Checks, in this order: the prelude CRC, total length ≥ 16, headers length ≤ total length − 16, the limits.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the start of a message. Bytes after the prelude are not read.
    ///   - streamOffset: The position of `bytes` in the stream, for the offset of an error.
    ///   - limits: The lengths to accept.
    /// - Returns: The prelude, or nil if `bytes` has fewer than twelve bytes.
    /// - Throws: ``EventStreamError/Code/preludeCRCMismatch`` or another code for the prelude.
    public static func parse(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, streamOffset: UInt64 = 0,
        limits: EventStreamLimits = .decoding
    ) throws(EventStreamError) -> EventStreamPrelude? {
        try EventStreamPrelude(parsing: bytes.rawSpan, at: streamOffset, limits: limits)
    }

    /// Parses the prelude at the start of `bytes`; nil if it has fewer than twelve bytes.
    @inline(__always)
    init?(parsing bytes: RawSpan, at offset: UInt64, limits: EventStreamLimits) throws(EventStreamError) {
        guard bytes.byteCount >= Self.length else { return nil }
        let lengths = bytes.bigEndian(UInt64.self, at: 0)
        let crc = bytes.bigEndian(UInt32.self, at: 8)
        let actual = CRC32.checksum(ofBigEndian: lengths)
        guard crc == actual else {
            throw EventStreamError(
                .preludeCRCMismatch, at: offset &+ 8, found: UInt64(crc), expected: UInt64(actual))
        }
        try self.init(
            totalLength: UInt32(truncatingIfNeeded: lengths &>> 32), headersLength: UInt32(truncatingIfNeeded: lengths),
            crc: crc, at: offset, limits: limits)
    }

    /// Checks lengths from the wire. Nothing is computed from them before they are checked.
    private init(
        totalLength total: UInt32, headersLength headers: UInt32, crc: UInt32, at offset: UInt64,
        limits: EventStreamLimits
    ) throws(EventStreamError) {
        let minimum = UInt32(Self.minimumTotalLength)
        guard total >= minimum else {
            throw EventStreamError(
                .messageLengthTooSmall, at: offset, found: UInt64(total), expected: UInt64(minimum))
        }
        guard headers <= total &- minimum else {
            throw EventStreamError(
                .headersLengthTooLarge, at: offset &+ 4, found: UInt64(headers), expected: UInt64(total &- minimum))
        }
        // The limits are checked before any length is narrowed, so that 32-bit platforms report the same errors.
        guard Int64(total) <= Self.wide(limits.messageLength) else {
            throw EventStreamError(
                .messageTooLong, at: offset, found: UInt64(total), expected: UInt64(clamping: limits.messageLength))
        }
        guard Int64(headers) <= Self.wide(limits.headersLength) else {
            throw EventStreamError(
                .headersTooLong, at: offset &+ 4, found: UInt64(headers),
                expected: UInt64(clamping: limits.headersLength))
        }
        let payload = total &- headers &- minimum
        guard Int64(payload) <= Self.wide(limits.payloadLength) else {
            throw EventStreamError(
                .payloadTooLong, at: offset, found: UInt64(payload), expected: UInt64(clamping: limits.payloadLength))
        }
        // A 32-bit platform cannot address a message of 2 GiB.
        guard let totalLength = Int(exactly: total) else {
            throw EventStreamError(
                .messageTooLong, at: offset, found: UInt64(total), expected: UInt64(Int.max))
        }
        // INVARIANT: headers <= total, which fits into an Int.
        self.init(uncheckedTotalLength: totalLength, headersLength: Int(headers), crc: crc)
    }

    /// A limit as a 64-bit number. `Int.max` means no limit on every platform.
    @inline(__always)
    private static func wide(_ limit: Int) -> Int64 { limit == .max ? .max : Int64(limit) }

    /// Creates a prelude from lengths that have been checked.
    init(uncheckedTotalLength totalLength: Int, headersLength: Int, crc: UInt32) {
        self.totalLength = totalLength
        self.headersLength = headersLength
        self.crc = crc
    }
}

/// The checksum of a message whose bytes are read in order.
@usableFromInline
struct RunningCRC: Sendable {
    private var crc: CRC32

    /// The number of bytes of the message that the checksum covers so far.
    private(set) var count: Int

    /// The number of bytes that it covers at the end: all bytes before the message CRC.
    private let end: Int

    /// The checksum of a message whose prelude has been checked, and whose bytes are all still in memory.
    init(after prelude: EventStreamPrelude) {
        #if HardwareChecksum
        // From the first byte: the processor then does not wait for the prelude CRC, and computes both CRCs at the same time.
        crc = CRC32()
        count = 0
        #else
        crc = CRC32(continuing: prelude.crc)
        count = 8
        #endif
        end = prelude.messageCRCOffset
    }

    /// The checksum of a whole prelude.
    init(afterAllOf prelude: EventStreamPrelude) {
        crc = CRC32(continuing: prelude.crc)
        crc.update(bigEndian: prelude.crc)
        count = EventStreamPrelude.length
        end = prelude.messageCRCOffset
    }

    /// Continues through the prelude and a header block with this remainder, unless the checksum has passed them.
    @inline(__always)
    mutating func update(headersOf prelude: EventStreamPrelude, remainder: UInt32) {
        // With the instructions, reading the bytes of the block is faster.
        #if !HardwareChecksum
        // The checksum of a long message has passed the headers while the message was gathered.
        guard count < EventStreamPrelude.length else { return }
        crc = CRC32(continuing: prelude.crc)
        crc.update(bigEndian: prelude.crc, remainder: remainder, length: prelude.headersLength)
        count = prelude.headersEnd
        #endif
    }

    /// Skips `count` bytes, after which the checksum is known to be `value`.
    @usableFromInline
    mutating func skip(_ count: Int, to value: UInt32) {
        crc = CRC32(continuing: value)
        self.count &+= count
    }

    /// The checksum of all bytes so far.
    @usableFromInline
    var value: UInt32 { crc.value }

    /// Continues to the end of `message`, which holds the message from its first byte.
    @inline(__always)
    mutating func update(to message: RawSpan) {
        let reached = Swift.min(message.byteCount, end)
        guard reached > count else { return }
        // INVARIANT: 0 <= count < reached <= message.byteCount.
        crc.update(unsafe message.part(unchecked: count, count: reached &- count))
        count = reached
    }

    /// Continues to the end of `message`, which holds the message from its first byte, and then through `next`, which
    /// follows it and may extend beyond the message.
    mutating func update(to message: RawSpan, then next: RawSpan) {
        update(to: message)
        // The checksum of the prelude was known before its bytes were gathered.
        let known = Swift.max(count &- message.byteCount, 0)
        update(next: next.extracting(droppingFirst: known).extracting(first: end &- count))
    }

    /// Continues through `bytes`, the next bytes of the message.
    mutating func update(next bytes: RawSpan) {
        crc.update(bytes)
        count &+= bytes.byteCount
    }

    /// Continues through `bytes`, the next bytes of the message, and appends them to `output`.
    mutating func update(copying bytes: RawSpan, to output: inout OutputRawSpan) {
        crc.update(copying: bytes, to: &output)
        count &+= bytes.byteCount
    }
}
