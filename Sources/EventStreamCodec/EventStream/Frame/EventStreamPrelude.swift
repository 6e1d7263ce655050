/// The first twelve bytes of a message, and with them the place of all its parts.
///
/// | bytes | field |
/// |---|---|
/// | 0..<4 | total length, big-endian: everything, itself and both CRCs included |
/// | 4..<8 | headers length, big-endian |
/// | 8..<12 | prelude CRC: the CRC-32 of bytes 0..<8 |
///
/// A prelude that exists is consistent: its CRC is right, its lengths fit into each other, and they are within limits.
/// Source: Smithy, "Amazon Event Stream Specification".
public struct EventStreamPrelude: Sendable, Hashable, BitwiseCopyable {
    /// The length of the whole message in bytes, at least ``minimumTotalLength``.
    public let totalLength: Int

    /// The length of the header block in bytes, at most `totalLength - 16`.
    public let headersLength: Int

    /// The checksum of the first eight bytes.
    public let crc: UInt32

    /// The length of a prelude: 12 bytes.
    @inlinable public static var byteCount: Int { 12 }

    /// The length of the message CRC that ends a message: 4 bytes.
    @inlinable public static var messageCRCByteCount: Int { 4 }

    /// The length of a message without headers and payload: 16 bytes.
    @inlinable public static var minimumTotalLength: Int { byteCount + messageCRCByteCount }

    /// The length of the payload in bytes.
    @inlinable public var payloadLength: Int { totalLength &- headersLength &- Self.minimumTotalLength }

    /// Where the header block stands, from the start of the message.
    @inlinable public var headersRange: Range<Int> { Self.byteCount..<(Self.byteCount &+ headersLength) }

    /// Where the payload stands, from the start of the message.
    @inlinable public var payloadRange: Range<Int> { (Self.byteCount &+ headersLength)..<messageCRCOffset }

    /// Where the message CRC stands, from the start of the message; its four bytes are the last.
    @inlinable public var messageCRCOffset: Int { totalLength &- Self.messageCRCByteCount }

    /// Reads the prelude at the start of `bytes`.
    ///
    /// Checks, in this order: the prelude CRC, total length ≥ 16, headers length ≤ total length − 16, the limits.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the start of a message; bytes after the prelude are not looked at.
    ///   - offset: Where `bytes` begins in the stream, for the offset of an error.
    ///   - limits: The lengths to accept.
    /// - Returns: The prelude, or nil when `bytes` has fewer than twelve bytes.
    /// - Throws: ``EventStreamError/Code/preludeCRCMismatch`` and the other codes of the prelude.
    @inline(__always)
    public static func parse(
        _ bytes: RawSpan, at offset: UInt64 = 0, limits: EventStreamLimits = .decoding
    ) throws(EventStreamError) -> EventStreamPrelude? {
        guard bytes.byteCount >= byteCount else { return nil }
        let lengths = bytes.bigEndian(UInt64.self, at: 0)
        let crc = bytes.bigEndian(UInt32.self, at: 8)
        let actual = CRC32.checksum(ofBigEndian: lengths)
        guard crc == actual else {
            throw EventStreamError(
                .preludeCRCMismatch, at: offset &+ 8, found: UInt64(crc), expected: UInt64(actual))
        }
        return try EventStreamPrelude(
            totalLength: UInt32(truncatingIfNeeded: lengths &>> 32), headersLength: UInt32(truncatingIfNeeded: lengths),
            crc: crc, at: offset, limits: limits)
    }

    /// Checks lengths that come from the wire; nothing is computed from them before that.
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
        // The limits are compared before anything is narrowed, so that 32-bit platforms find the same errors.
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
        // A 32-bit platform cannot address a message of 2 GiB, whatever the limits allow.
        guard let totalLength = Int(exactly: total) else {
            throw EventStreamError(
                .messageTooLong, at: offset, found: UInt64(total), expected: UInt64(Int.max))
        }
        // INVARIANT: headers <= total, which fits into an Int.
        self.init(uncheckedTotalLength: totalLength, headersLength: Int(headers), crc: crc)
    }

    /// A limit in 64 bits; `Int.max` is no limit on any platform.
    @inline(__always)
    private static func wide(_ limit: Int) -> Int64 { limit == .max ? .max : Int64(limit) }

    /// A prelude of lengths that were checked before.
    init(uncheckedTotalLength totalLength: Int, headersLength: Int, crc: UInt32) {
        self.totalLength = totalLength
        self.headersLength = headersLength
        self.crc = crc
    }
}
