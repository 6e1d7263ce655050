/// Folding in registers: each sixteen bytes are added to later ones, until 80 bytes remain.
///
/// A multiple of the CRC's generator has no remainder, so adding one to a message does not change the checksum.
/// x³⁰⁰ + x¹⁵⁵ + x¹¹⁷ + x⁸⁹ + 1 is such a multiple, and so is its square. If the square is added with its highest term on a bit,
/// it clears that bit and changes the bits 290, 366, 422 and 600 positions later. So a bit of the folded message is
///
///     v[i] = message[i] + v[i − 290] + v[i − 366] + v[i − 422] + v[i − 600]
///
/// In words of 64 bits, a distance d is d / 64 words and a shift by d % 64, whose overflow goes into the next word. The square
/// is used because its smallest distance allows two steps to run at the same time.
/// (S. Russell, "Chorba: A novel CRC32 implementation", arXiv 2412.16398.)
struct RegisterFold {
    /// The folded pairs before the next one: `v.0` is the last, `v.1` the one before it.
    private var v = (WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero)

    /// The same bytes, paired from one word earlier: `w.0` is the second word of `v.2` and the first of `v.1`.
    private var w = (WordPair.zero, WordPair.zero, WordPair.zero)

    /// The number of bytes that a fold leaves.
    static let span = 80

    @inline(__always)
    init() {}

    /// Returns the next sixteen bytes of the message plus what the bytes before them add.
    @inline(__always)
    func sum(_ message: WordPair) -> WordPair {
        // 290 = 4 · 64 + 34, 366 = 5 · 64 + 46, 422 = 6 · 64 + 38, 600 = 9 · 64 + 24.
        let shifted = (v.1 << 34) ^ (w.0 << 46) ^ (v.2 << 38) ^ (w.2 << 24)
        // The overflow: w.0 down by 64 − 34 = 30 bits, v.2 by 18, w.1 by 26, v.4 by 40. The last 16 bits of each shift are
        // done together.
        let overflow = (w.0.down16 << 2) ^ (v.2.down16 << 14) ^ (w.1.down16 << 6) ^ (v.4.down32 << 8)
        return message ^ shifted ^ overflow.down16
    }

    /// Appends sixteen folded bytes: a result of ``sum(_:)``, or zeros for bytes that are not folded.
    @inline(__always)
    mutating func append(_ pair: WordPair) {
        v = (pair, v.0, v.1, v.2, v.3)
        w = (v.2.straddling(v.1), w.0, w.1)
    }
}

extension CRC32 {
    /// The length in bytes from which folding in registers is faster than the tables.
    static let registerFoldingThreshold = 160

    /// Moves the register over at least ``registerFoldingThreshold`` bytes: folds all except the last 80, which go
    /// through the tables.
    static func advanceByRegisterFolding(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return register }
        let count = bytes.count
        // INVARIANT: count >= registerFoldingThreshold > 16 + span. The bytes above a multiple of 16 go first; every load
        // is at least 16 bytes before `count`.
        return unsafe tables.withUnsafeBufferPointer { tables in
            var position = count & 15
            let register = unsafe advance(register, overFirst: position, of: base, tables)

            var fold = RegisterFold()
            unsafe fold.append(load(base, position) ^ WordPair(SIMD2(UInt64(register), 0)))
            position &+= 16
            let end = count &- RegisterFold.span
            while end &- position >= 32 {
                unsafe fold.append(fold.sum(load(base, position)))
                unsafe fold.append(fold.sum(load(base, position &+ 16)))
                position &+= 32
            }
            if position < end {
                unsafe fold.append(fold.sum(load(base, position)))
                position &+= 16
            }

            var remainder: UInt32 = 0
            while position < count {
                remainder = unsafe slice(fold.sum(load(base, position)).quarters, remainder, tables)
                fold.append(.zero)
                position &+= 16
            }
            return remainder
        }
    }

    @inline(__always)
    private static func load(_ base: UnsafeRawPointer, _ offset: Int) -> WordPair {
        unsafe WordPair(base.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self))
    }
}

/// Folding in memory: each sixteen bytes are added to later ones, until 300 bytes remain.
///
/// The polynomial of ``RegisterFold`` in its eighth power, with distances of 145, 183, 211 and 300 *bytes*. A byte of the folded
/// message is
///
///     v[i] = message[i] + v[i − 145] + v[i − 183] + v[i − 211] + v[i − 300]
///
/// which needs no shifts. The folded bytes are stored in scratch memory, because registers cannot hold 300 of them.
extension CRC32 {
    /// The length in bytes from which folding in memory is faster than in registers.
    static let memoryFoldingThreshold = 768

    /// Moves the register over at least ``memoryFoldingThreshold`` bytes.
    static func advanceByMemoryFolding(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        // A temporary allocation of up to 1,024 bytes is on the stack and free. For a long input, a larger scratch memory
        // is worth the time to zero it, because the folded bytes are then moved less often.
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

    /// The number of bytes that a fold leaves.
    private static let span = 300

    /// The span, rounded up to pairs of words.
    private static let paddedSpan = 304

    /// Folds `bytes` block by block, and moves the register over the bytes that remain.
    ///
    /// | scratch | content |
    /// |---|---|
    /// | 0..<304 | the folded bytes before the block; zeros before the first |
    /// | 304..<304+B | the block |
    /// | 304+B.. | space for 320 bytes of zeros after the last block |
    @inline(__always)
    private static func advance(
        _ register: UInt32, over bytes: UnsafeRawBufferPointer, _ scratch: UnsafeMutableRawBufferPointer
    ) -> UInt32 {
        // INVARIANT: bytes.count >= memoryFoldingThreshold > span + 16, so at least sixteen bytes are folded. The input is
        // the `folded` bytes and the 300 to 315 bytes after them. A block with its zeros ends within the scratch memory:
        // 304 + B + 320 <= scratch.count. All positions below are within these ranges.
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

    /// Adds the folded bytes before `end` to the `count` bytes at `source`, and writes the sums to the front of the scratch
    /// memory.
    ///
    /// The folded bytes from `end` on are zeros. A write does not overwrite bytes that are still to be read: `end` is at
    /// least 320 bytes after the front, and bytes are read at most 300 before the corresponding position.
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
        // The last sixteen bytes overlap the previous ones. Where both are written, the sums are equal.
        position = count &- 16
        unsafe store(load(source + position) ^ earlier(than: end + position), to: front + position)
        return unsafe UnsafeRawBufferPointer(start: front, count: count)
    }

    /// Folds the sixteen bytes at `position` into their place in the block.
    @inline(__always)
    private static func fold(_ source: UnsafeRawPointer, _ position: Int, into block: UnsafeMutableRawPointer) {
        unsafe store(load(source + position) ^ earlier(than: block + position), to: block + position)
    }

    /// Returns what the earlier folded bytes add to the sixteen bytes at `place`.
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

/// Sixteen bytes of a message in a vector register: two words of 64 bits, whose lowest bits come first in the message.
///
/// It uses only operations of the standard library's vectors that compile to one instruction. `^`, `&<<` and `&>>` are
/// implemented word by word. The optimizer combines the words in a short function, but not in a long one, which then takes
/// three times as long. `&*`, a mask's `.^` and shuffles are never split.
struct WordPair {
    private typealias Mask = SIMDMask<SIMD2<Int64>>

    let words: SIMD2<UInt64>

    @inline(__always)
    init(_ words: SIMD2<UInt64>) {
        self.words = words
    }

    /// No bits set.
    static var zero: WordPair {
        @inline(__always) get { WordPair(SIMD2()) }
    }

    /// The same bytes in words of 32 bits.
    var quarters: SIMD4<UInt32> {
        @inline(__always) get { unsafe unsafeBitCast(words, to: SIMD4<UInt32>.self) }
    }

    @inline(__always)
    static func ^ (left: WordPair, right: WordPair) -> WordPair {
        // A mask has the same 128 bits, and its `.^` is their XOR.
        let mask = unsafe unsafeBitCast(left.words, to: Mask.self) .^ unsafeBitCast(right.words, to: Mask.self)
        return WordPair(unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self))
    }

    /// Returns each word shifted up by `count` bits, a constant below 64.
    @inline(__always)
    static func << (pair: WordPair, count: UInt64) -> WordPair {
        WordPair(pair.words &* SIMD2(repeating: 1 &<< count))
    }

    /// Each word shifted down by 16 bits.
    var down16: WordPair {
        @inline(__always)
        get {
            let parts = unsafe unsafeBitCast(words, to: SIMD8<UInt16>.self)
            let moved = SIMD8(parts[1], parts[2], parts[3], 0, parts[5], parts[6], parts[7], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// Each word shifted down by 32 bits.
    var down32: WordPair {
        @inline(__always)
        get {
            let moved = SIMD4(quarters[1], 0, quarters[3], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// Returns the second word of this pair and the first word of `next`.
    @inline(__always)
    func straddling(_ next: WordPair) -> WordPair {
        WordPair(SIMD2(words[1], next.words[0]))
    }
}
