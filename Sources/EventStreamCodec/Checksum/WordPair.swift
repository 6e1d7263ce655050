/// Sixteen bytes of a message in a vector register: two words of 64 bits, whose lowest bits come first in the message.
///
/// Written with those operations of the standard library's vectors that are one instruction each. Its `^`, `&<<` and
/// `&>>` work word by word; the optimizer puts that together again in a short function, and in a long one it keeps the
/// words apart, at three times the cost. `&*` and a mask's `.^` are never taken apart, nor is a shuffle.
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
        // A mask has the same 128 bits, and its `.^` is the XOR of all of them.
        let mask = unsafe unsafeBitCast(left.words, to: Mask.self) .^ unsafeBitCast(right.words, to: Mask.self)
        return WordPair(unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self))
    }

    /// Each word moved up by `count` bits, a constant below 64.
    @inline(__always)
    static func << (pair: WordPair, count: UInt64) -> WordPair {
        WordPair(pair.words &* SIMD2(repeating: 1 &<< count))
    }

    /// Each word moved down by 16 bits.
    var down16: WordPair {
        @inline(__always)
        get {
            let parts = unsafe unsafeBitCast(words, to: SIMD8<UInt16>.self)
            let moved = SIMD8(parts[1], parts[2], parts[3], 0, parts[5], parts[6], parts[7], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// Each word moved down by 32 bits.
    var down32: WordPair {
        @inline(__always)
        get {
            let moved = SIMD4(quarters[1], 0, quarters[3], 0)
            return WordPair(unsafe unsafeBitCast(moved, to: SIMD2<UInt64>.self))
        }
    }

    /// The two words around the border of two pairs that follow each other: the second of this, the first of `next`.
    @inline(__always)
    func straddling(_ next: WordPair) -> WordPair {
        WordPair(SIMD2(words[1], next.words[0]))
    }
}
