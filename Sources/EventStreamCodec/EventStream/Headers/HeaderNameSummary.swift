/// A quick look at the names of a block while it is walked: counts them, and tells when all of them surely differ.
///
/// A Bloom filter of 64 bits, one bit a name, over its length and its last bytes. The few headers of real
/// messages hardly ever share a bit; when two do, ``HeaderNameUniqueness`` looks closely.
struct HeaderNameSummary {
    private var filter: UInt64 = 0

    /// The number of names so far.
    private(set) var count = 0

    /// The bits that more than one name has.
    private var shared: UInt64 = 0

    /// Whether two of the names so far may be the same.
    var mayRepeat: Bool { shared != 0 }

    mutating func add(_ name: RawSpan) {
        let bit: UInt64 = 1 &<< (Self.fingerprint(of: name) &>> 58)
        shared |= filter & bit
        filter |= bit
        count &+= 1
    }

    /// A number that differs for most names that differ, from the length and the last eight bytes.
    static func fingerprint(of name: RawSpan) -> UInt64 {
        let length = name.byteCount
        var mixed = UInt64(length)
        if let last = name.integer(UInt64.self, ifAt: length &- 8) {
            mixed ^= UInt64(littleEndian: last)
        } else {
            for position in 0..<length {
                mixed = mixed &<< 8 | UInt64(name.byte(at: position))
            }
        }
        // The top bits of the product depend on all bits of the factor (Fibonacci hashing).
        return mixed &* 0x9e37_79b9_7f4a_7c15
    }
}
