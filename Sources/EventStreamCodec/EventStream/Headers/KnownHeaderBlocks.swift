/// The header blocks that a decoder has accepted and recognizes, so that it neither checks nor checksums them again.
///
/// The messages of a stream usually have one of very few header blocks, because the payload carries what differs. A block that is
/// equal byte by byte to one that was accepted is valid too, as long as the limits and the policy are the same: what is checked does
/// not depend on the block's position or its message. The checksum of the message continues with the remainder of the known block.
///
/// The memory is bounded: two blocks of up to ``maximumLength`` bytes, in one allocation of less than 256 bytes that the second message
/// makes. So is the cost of blocks that do not repeat: at most two comparisons for each, and one in ``patience`` of them is copied
/// and checksummed once more.
package struct KnownHeaderBlocks: Sendable {
    /// The longest block that is remembered. The blocks of AWS's services have 60 to 100 bytes, except those of signed messages,
    /// which do not repeat.
    static let maximumLength = 104

    /// The number of unknown blocks of which the last one replaces a remembered block.
    static let patience = 32

    /// The same while fewer than two blocks are remembered. One message alone is not a reason to allocate memory.
    static let firstPatience = 2

    /// The bytes of the blocks. Empty until the first is remembered.
    private var storage = ContiguousArray<UInt8>()

    /// The block that was found or remembered last, and the other one.
    private var latest: Entry = (0, 0, 0)
    private var other: Entry = (UInt32(maximumLength), 0, 0)

    /// The number of further unknown blocks of which the last one is remembered.
    private var unknownLeft = firstPatience

    /// The position of a block in the storage, its length, which is 0 if there is no block, and its remainder; see
    /// ``CRC32/remainder(of:)``.
    private typealias Entry = (start: UInt32, length: UInt32, remainder: UInt32)

    package init() {}

    /// Returns the remainder of a block that was accepted before, or nil if the block is not known.
    @inline(__always)
    mutating func remainder(of block: RawSpan) -> UInt32? {
        if holds(block, in: latest) { return latest.remainder }
        guard holds(block, in: other) else { return nil }
        swap(&latest, &other)
        return latest.remainder
    }

    /// Returns whether a block was accepted before.
    @inline(never)
    mutating func contains(_ block: RawSpan) -> Bool { remainder(of: block) != nil }

    @inline(__always)
    private func holds(_ block: RawSpan, in entry: Entry) -> Bool {
        // INVARIANT: a remembered block has at least sixteen bytes. No bytes equal an entry that is not in use.
        block.byteCount == Int(entry.length) && entry.length > 0 && storage.hasBytes(block, at: Int(entry.start))
    }

    /// Records that an unknown block was accepted, and remembers it if it is its turn.
    ///
    /// INVARIANT: the block has passed all checks of the decoder's limits and policy, which never change.
    @inline(__always)
    mutating func noteAccepted(_ block: RawSpan) {
        unknownLeft &-= 1
        if unknownLeft <= 0 { remember(block) }
    }

    @inline(never)
    private mutating func remember(_ block: RawSpan) {
        // The next block gets the turn of one that is too short or too long.
        guard (CRC32.minimumRemainderLength...Self.maximumLength).contains(block.byteCount) else {
            unknownLeft = 1
            return
        }
        if storage.isEmpty { storage = ContiguousArray(repeating: 0, count: 2 &* Self.maximumLength) }
        unknownLeft = latest.length == 0 ? Self.firstPatience : Self.patience
        swap(&latest, &other)
        latest.length = UInt32(block.byteCount)
        latest.remainder = CRC32.remainder(of: block)
        storage.replaceBytes(at: Int(latest.start), with: block)
    }
}
