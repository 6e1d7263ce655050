/// A checksum by folding in memory: bytes are added away sixteen at a time, and the last 300 are left.
///
/// The polynomial of ``RegisterFold``, in its eighth power: distances of 145, 183, 211 and 300 *bytes*. A byte of the
/// folded message is
///
///     v[i] = message[i] + v[i − 145] + v[i − 183] + v[i − 211] + v[i − 300]
///
/// which needs no shifts. The folded bytes go to scratch memory, because no register reaches back 300 of them.
extension CRC32 {
    /// From this length on, folding in memory is faster than in registers.
    static let memoryFoldingThreshold = 768

    /// Moves the register over `bytes`, at least ``memoryFoldingThreshold`` of them.
    static func advanceByMemoryFolding(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        // A temporary allocation of up to 1,024 bytes is on the stack, and costs nothing; a long input is worth the
        // time to zero a larger scratch memory, because the folded bytes are then moved less often.
        if bytes.count < 4096 {
            unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { scratch in
                unsafe advance(register, over: bytes, scratch)
            }
        } else {
            unsafe withStackMemory { scratch in
                unsafe advance(register, over: bytes, scratch)
            }
        }
    }

    /// The bytes that a fold leaves.
    private static let span = 300

    /// The span in whole pairs of words.
    private static let paddedSpan = 304

    /// Folds `bytes` block by block, and moves the register over what is left.
    ///
    /// | scratch | content |
    /// |---|---|
    /// | 0..<304 | the folded bytes before the block; zeros before the first |
    /// | 304..<304+B | the block |
    /// | 304+B.. | room for 320 bytes of zeros after the last block |
    @inline(__always)
    private static func advance(
        _ register: UInt32, over bytes: UnsafeRawBufferPointer, _ scratch: UnsafeMutableRawBufferPointer
    ) -> UInt32 {
        // INVARIANT: bytes.count >= memoryFoldingThreshold > span + 16, so that at least sixteen bytes are folded; the
        // `folded` bytes and the 300 to 315 after them are all there are. A block with its zeros ends within the scratch
        // memory: 304 + B + 320 <= scratch.count. All positions below are within these.
        guard let source = bytes.baseAddress, let memory = scratch.baseAddress else { return register }
        let capacity = (scratch.count &- 2 &* paddedSpan &- 16) & ~63
        let block = unsafe memory + paddedSpan
        var rest = unsafe source
        var folded = (bytes.count &- span) & ~15
        let left = bytes.count &- folded

        unsafe zero(memory, count: paddedSpan)
        unsafe store(load(rest) ^ WordPair(SIMD2(UInt64(register), 0)), to: block)
        var position = 16
        while true {
            let end = Swift.min(capacity, folded)
            while end &- position >= 32 {
                unsafe fold(rest, position, into: block)
                unsafe fold(rest, position &+ 16, into: block)
                position &+= 32
            }
            if position < end { unsafe fold(rest, position, into: block) }
            unsafe rest += end
            folded &-= end
            position = 0
            guard folded > 0 else {
                let remainder = unsafe addFolded(before: block + end, to: rest, count: left, into: memory)
                return unsafe advanceByRegisterFolding(0, over: remainder)
            }
            unsafe memory.copyMemory(from: memory + end, byteCount: paddedSpan)
        }
    }

    /// Adds to the `count` bytes at `source` what the folded bytes before `end` owe them, and writes the sums to the
    /// front of the scratch memory.
    ///
    /// Zeros stand for the folded bytes from `end` on. The front is behind what is still to be read: `end` is at least
    /// 320 bytes from it, and bytes are read no more than 300 before the place that corresponds to the one written.
    @inline(__always)
    private static func addFolded(
        before end: UnsafeMutableRawPointer, to source: UnsafeRawPointer, count: Int,
        into front: UnsafeMutableRawPointer
    ) -> UnsafeRawBufferPointer {
        unsafe zero(end, count: paddedSpan &+ 16)
        var position = 0
        while position < count &- 16 {
            unsafe store(load(source + position) ^ earlier(than: end + position), to: front + position)
            position &+= 16
        }
        // The last sixteen overlap those before them. Their sums are the same where both write.
        position = count &- 16
        unsafe store(load(source + position) ^ earlier(than: end + position), to: front + position)
        return unsafe UnsafeRawBufferPointer(start: front, count: count)
    }

    /// Folds the sixteen bytes at `position` into their place in the block.
    @inline(__always)
    private static func fold(_ source: UnsafeRawPointer, _ position: Int, into block: UnsafeMutableRawPointer) {
        unsafe store(load(source + position) ^ earlier(than: block + position), to: block + position)
    }

    /// What sixteen bytes at `place` get from the folded bytes before them.
    @inline(__always)
    private static func earlier(than place: UnsafeRawPointer) -> WordPair {
        unsafe load(place - 300) ^ load(place - 211) ^ load(place - 183) ^ load(place - 145)
    }

    @inline(__always)
    private static func load(_ place: UnsafeRawPointer) -> WordPair {
        unsafe WordPair(place.loadUnaligned(as: SIMD2<UInt64>.self))
    }

    @inline(__always)
    private static func store(_ pair: WordPair, to place: UnsafeMutableRawPointer) {
        unsafe place.storeBytes(of: pair.words, as: SIMD2<UInt64>.self)
    }

    @inline(__always)
    private static func zero(_ place: UnsafeMutableRawPointer, count: Int) {
        for offset in stride(from: 0, to: count, by: 16) { unsafe store(.zero, to: place + offset) }
    }
}
