/// Folding in registers: each sixteen bytes are added to later ones, until 80 bytes remain.
///
/// A multiple of the CRC's generator has no remainder, so adding one to a message does not change the checksum. If a multiple
/// with few terms is added with its highest term on a bit, it clears that bit and changes the bits at some distances after it.
/// So a bit of the folded message is
///
///     v[i] = message[i] + v[i − d₁] + v[i − d₂] + …
///
/// In words of 64 bits, a distance d is d / 64 words and a shift by d % 64, whose overflow goes into the next word.
/// (S. Russell, "Chorba: A novel CRC32 implementation", arXiv 2412.16398.)
@usableFromInline
package protocol RegisterFoldedCRC: FoldedCRC {
    /// Returns what the folded bytes add to the sixteen bytes after them.
    ///
    /// The distances are from 256 bits, so that two steps can run at the same time, to 640 bits.
    static func earlier(_ fold: RegisterFold) -> WordPair
}

/// The folded bytes before the next sixteen bytes, in vector registers.
@usableFromInline
@frozen
package struct RegisterFold {
    /// The folded pairs: `v.0` is the last, `v.1` the one before it. The words of `v.k` are 2k + 2 words before those of the
    /// next pair.
    @usableFromInline package var v = (WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero)

    /// The same bytes, paired from one word earlier: `w.0` is the second word of `v.2` and the first of `v.1`. The words of
    /// `w.k` are 2k + 5 words before those of the next pair.
    @usableFromInline package var w = (WordPair.zero, WordPair.zero, WordPair.zero)

    /// The number of bytes that a fold leaves.
    @_alwaysEmitIntoClient
    package static var span: Int { 80 }

    @_alwaysEmitIntoClient
    @inline(__always)
    package init() {}

    /// Appends sixteen folded bytes, or zeros for bytes that are not folded.
    @_alwaysEmitIntoClient
    @inline(__always)
    package mutating func append(_ pair: WordPair) {
        v = (pair, v.0, v.1, v.2, v.3)
        w = (v.2.straddling(v.1), w.0, w.1)
    }
}

extension RegisterFoldedCRC {
    /// The length in bytes from which folding in registers is faster than the tables.
    @_alwaysEmitIntoClient
    package static var registerFoldingThreshold: Int { 160 }

    /// Moves the register over at least ``registerFoldingThreshold`` bytes: folds all except the last 80, which go
    /// through the tables.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func advanceByRegisterFolding(_ register: Register, over bytes: UnsafeRawBufferPointer) -> Register {
        guard let base = bytes.baseAddress else { return register }
        let count = bytes.count
        // INVARIANT: count >= registerFoldingThreshold > 16 + span. The bytes above a multiple of 16 go first; every load
        // is at least 16 bytes before `count`.
        return unsafe tables.withUnsafeBufferPointer { tables in
            var position = count & 15
            let register = unsafe advance(register, overFirst: position, of: base, tables)

            var fold = RegisterFold()
            let start = WordPair(SIMD2(UInt64(truncatingIfNeeded: register), 0))
            unsafe fold.append(WordPair(loading: base + position) ^ start)
            position &+= 16
            let end = count &- RegisterFold.span
            while end &- position >= 32 {
                unsafe fold.append(WordPair(loading: base + position) ^ earlier(fold))
                unsafe fold.append(WordPair(loading: base + position + 16) ^ earlier(fold))
                position &+= 32
            }
            if position < end {
                unsafe fold.append(WordPair(loading: base + position) ^ earlier(fold))
                position &+= 16
            }

            var remainder: Register = 0
            while position < count {
                let sum = unsafe WordPair(loading: base + position) ^ earlier(fold)
                remainder = unsafe slice(sum.quarters, remainder, tables)
                fold.append(.zero)
                position &+= 16
            }
            return remainder
        }
    }
}
