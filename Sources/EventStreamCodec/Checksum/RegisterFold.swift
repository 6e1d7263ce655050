/// A checksum by folding in registers: bytes are added away sixteen at a time, and the last 80 are left.
///
/// A multiple of the CRC's generator leaves no remainder, so that adding one to a message does not change its checksum.
/// x³⁰⁰ + x¹⁵⁵ + x¹¹⁷ + x⁸⁹ + 1 is such a multiple, and so is its square. Added with its highest term on a bit, the
/// square takes that bit away and changes the ones 290, 366, 422 and 600 bits further on. Seen from there, a bit of the
/// folded message is
///
///     v[i] = message[i] + v[i − 290] + v[i − 366] + v[i − 422] + v[i − 600]
///
/// In words of 64 bits a distance d is d / 64 words and a shift by d % 64, whose overflow goes into the word after.
/// The square, because its nearest distance leaves two steps to be under way at a time.
/// (S. Russell, "Chorba: A novel CRC32 implementation", arXiv 2412.16398.)
struct RegisterFold {
    /// The folded pairs before the next one: `v.0` the last, `v.1` the one before it.
    private var v = (WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero, WordPair.zero)

    /// The same bytes, paired from a word earlier: `w.0` is the second word of `v.2` and the first of `v.1`.
    private var w = (WordPair.zero, WordPair.zero, WordPair.zero)

    /// The bytes that a fold leaves.
    static let span = 80

    /// A fold of nothing yet.
    @inline(__always)
    init() {}

    /// What the next sixteen bytes of the message become when those before them are folded.
    @inline(__always)
    func sum(_ message: WordPair) -> WordPair {
        // 290 = 4 · 64 + 34, 366 = 5 · 64 + 46, 422 = 6 · 64 + 38, 600 = 9 · 64 + 24.
        let shifted = (v.1 << 34) ^ (w.0 << 46) ^ (v.2 << 38) ^ (w.2 << 24)
        // The overflow: w.0 down by 64 − 34 = 30 bits, v.2 by 18, w.1 by 26, v.4 by 40. Its last 16 bits down are the
        // same for all of them.
        let overflow = (w.0.down16 << 2) ^ (v.2.down16 << 14) ^ (w.1.down16 << 6) ^ (v.4.down32 << 8)
        return message ^ shifted ^ overflow.down16
    }

    /// Takes note of sixteen folded bytes: what ``sum(_:)`` gave, or zeros for bytes that are not folded.
    @inline(__always)
    mutating func append(_ pair: WordPair) {
        v = (pair, v.0, v.1, v.2, v.3)
        w = (v.2.straddling(v.1), w.0, w.1)
    }
}
