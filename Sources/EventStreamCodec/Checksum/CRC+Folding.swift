/// Folding in memory: each sixteen bytes are added to later ones, until ``span`` bytes remain.
///
/// A multiple of the CRC's generator has no remainder, so adding one to a message does not change the checksum. The eighth
/// power of a multiple with few terms has them at distances of whole bytes. A byte of the folded message is
///
///     v[i] = message[i] + v[i − d₁] + v[i − d₂] + …
///
/// which needs no shifts. The folded bytes are stored in scratch memory, because registers cannot hold as many of them as the
/// largest distance. The smallest distance matters too: a load that spans stores waits until the last of them is done.
/// (S. Russell, "Chorba: A novel CRC32 implementation", arXiv 2412.16398.)
@usableFromInline
package protocol FoldedCRC: ReflectedCRC {
    /// The largest distance.
    static var span: Int { get }

    /// Returns the sum of the folded bytes at each distance.
    static func earlier(_ bytes: FoldedBytes) -> WordPair

    /// Moves the register over the `span` to `span + 15` bytes that a fold leaves.
    static func advance(_ register: Register, overFolded bytes: UnsafeRawBufferPointer) -> Register
}

/// The folded bytes before a place in the scratch memory.
@usableFromInline
@frozen
@unsafe package struct FoldedBytes {
    @usableFromInline let place: UnsafeRawPointer

    @_alwaysEmitIntoClient
    @inline(__always)
    package init(before place: UnsafeRawPointer) {
        unsafe self.place = place
    }

    /// The sixteen bytes at a distance.
    @_alwaysEmitIntoClient
    package subscript(distance: Int) -> WordPair {
        // INVARIANT: the place is at least `span` bytes after the start of the scratch memory.
        @inline(__always) get { unsafe WordPair(loading: place - distance) }
    }
}

extension FoldedCRC {
    /// Moves the register over at least `span + 32` bytes, in a kibibyte of scratch memory.
    @_alwaysEmitIntoClient
    @inline(never)
    package static func advanceByMemoryFolding(_ register: Register, over bytes: UnsafeRawBufferPointer) -> Register {
        // A temporary allocation of up to 1,024 bytes is on the stack and free.
        unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { scratch in
            unsafe advance(register, over: bytes, scratch)
        }
    }

    /// Moves the register over at least `span + 32` bytes, in more scratch memory. For a long input, it is worth the time to
    /// zero it, because the folded bytes are then moved less often.
    @_alwaysEmitIntoClient
    @inline(never)
    package static func advanceByLargeMemoryFolding(
        _ register: Register, over bytes: UnsafeRawBufferPointer
    ) -> Register {
        unsafe withStackMemory { scratch in
            unsafe advance(register, over: bytes, scratch)
        }
    }

    /// Folds `bytes` block by block, and moves the register over the bytes that remain.
    ///
    /// | scratch | content |
    /// |---|---|
    /// | 0..<P | the folded bytes before the block; zeros before the first. P is the span, rounded up to sixteen |
    /// | P..<P+B | the block |
    /// | P+B.. | space for P + 16 bytes of zeros after the last block |
    @_alwaysEmitIntoClient
    @inline(never)
    package static func advance(
        _ register: Register, over bytes: UnsafeRawBufferPointer, _ scratch: UnsafeMutableRawBufferPointer
    ) -> Register {
        // INVARIANT: bytes.count >= span + 32, so at least sixteen bytes are folded. The input is the `folded` bytes and the
        // `span` to `span + 15` bytes after them. A block with its zeros ends within the scratch memory:
        // P + B + P + 16 <= scratch.count, and B >= 64. All positions below are within these ranges.
        guard let source = bytes.baseAddress, let memory = scratch.baseAddress else { return register }
        let padded = (span &+ 15) & ~15
        let capacity = (scratch.count &- 2 &* padded &- 16) & ~63
        let block = unsafe memory + padded
        var rest = unsafe source
        var folded = (bytes.count &- span) & ~15
        let left = bytes.count &- folded

        unsafe zero(memory, count: padded)
        unsafe store(WordPair(loading: rest) ^ WordPair(SIMD2(UInt64(truncatingIfNeeded: register), 0)), to: block)
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
                let end = unsafe block + end
                unsafe zero(end, count: padded &+ 16)
                let remainder = unsafe addFolded(before: end, to: rest, count: left, into: memory)
                return unsafe advance(0, overFolded: remainder)
            }
            unsafe memory.copyMemory(from: memory + end, byteCount: padded)
        }
    }

    /// Adds the folded bytes before `end` to the `count` bytes at `source`, and writes the sums to the front of the scratch
    /// memory.
    ///
    /// The folded bytes from `end` on are zeros. A write does not overwrite bytes that are still to be read: `end` is at
    /// least P + 16 bytes after the front, and bytes are read at most `span` before the corresponding position.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func addFolded(
        before end: UnsafeMutableRawPointer, to source: UnsafeRawPointer, count: Int,
        into front: UnsafeMutableRawPointer
    ) -> UnsafeRawBufferPointer {
        var position = 0
        while position < count &- 16 {
            let earlier = unsafe earlier(FoldedBytes(before: end + position))
            unsafe store(WordPair(loading: source + position) ^ earlier, to: front + position)
            position &+= 16
        }
        // The last sixteen bytes may overlap the previous ones. Where both are written, the sums are equal.
        position = count &- 16
        let earlier = unsafe earlier(FoldedBytes(before: end + position))
        unsafe store(WordPair(loading: source + position) ^ earlier, to: front + position)
        return unsafe UnsafeRawBufferPointer(start: front, count: count)
    }

    /// Folds the sixteen bytes at `position` into their place in the block.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func fold(_ source: UnsafeRawPointer, _ position: Int, into block: UnsafeMutableRawPointer) {
        let earlier = unsafe earlier(FoldedBytes(before: block + position))
        unsafe store(WordPair(loading: source + position) ^ earlier, to: block + position)
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    package static func store(_ pair: WordPair, to place: UnsafeMutableRawPointer) {
        unsafe place.storeBytes(of: pair.words, as: SIMD2<UInt64>.self)
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    package static func zero(_ place: UnsafeMutableRawPointer, count: Int) {
        for offset in stride(from: 0, to: count, by: 16) { unsafe store(.zero, to: place + offset) }
    }
}

/// Sixteen bytes of a message in a vector register: two words of 64 bits, whose lowest bits come first in the message.
///
/// It uses only operations of the standard library's vectors that compile to one instruction. `^`, `&<<` and `&>>` are
/// implemented word by word. The optimizer combines the words in a short function, but not in a long one, which then takes
/// three times as long. `&*`, a mask's `.^` and shuffles are never split.
@usableFromInline
@frozen
package struct WordPair {
    @usableFromInline typealias Mask = SIMDMask<SIMD2<Int64>>

    @usableFromInline package let words: SIMD2<UInt64>

    @_alwaysEmitIntoClient
    @inline(__always)
    package init(_ words: SIMD2<UInt64>) {
        self.words = words
    }

    /// Loads sixteen bytes, of any alignment.
    @_alwaysEmitIntoClient
    @inline(__always)
    package init(loading place: UnsafeRawPointer) {
        unsafe words = place.loadUnaligned(as: SIMD2<UInt64>.self)
    }

    /// No bits set.
    @_alwaysEmitIntoClient
    package static var zero: WordPair {
        @inline(__always) get { WordPair(SIMD2()) }
    }

    /// The same bytes in words of 32 bits.
    @_alwaysEmitIntoClient
    package var quarters: SIMD4<UInt32> {
        @inline(__always) get { unsafe unsafeBitCast(words, to: SIMD4<UInt32>.self) }
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    package static func ^ (left: WordPair, right: WordPair) -> WordPair {
        // A mask has the same 128 bits, and its `.^` is their XOR.
        let mask = unsafe unsafeBitCast(left.words, to: Mask.self) .^ unsafeBitCast(right.words, to: Mask.self)
        return WordPair(unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self))
    }

    /// Returns each word shifted up by `count` bits, a constant below 64.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func << (pair: WordPair, count: UInt64) -> WordPair {
        WordPair(pair.words &* SIMD2(repeating: 1 &<< count))
    }

    /// Each word shifted down by 16 bits.
    @_alwaysEmitIntoClient
    package var down16: WordPair {
        @inline(__always)
        get {
            let parts = unsafe unsafeBitCast(words, to: SIMD8<UInt16>.self)
            let moved = SIMD8(parts[1], parts[2], parts[3], 0, parts[5], parts[6], parts[7], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// Each word shifted down by 32 bits.
    @_alwaysEmitIntoClient
    package var down32: WordPair {
        @inline(__always)
        get {
            let moved = SIMD4(quarters[1], 0, quarters[3], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// Returns the second word of this pair and the first word of `next`.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func straddling(_ next: WordPair) -> WordPair {
        WordPair(SIMD2(words[1], next.words[0]))
    }
}
