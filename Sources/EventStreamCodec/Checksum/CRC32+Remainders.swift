/// Continuing a checksum over bytes that were checksummed before.
///
/// A CRC is linear: after some bytes, the register is what it was before them, moved over as many zero bytes, plus the remainder of
/// the bytes alone. ``CRC32/combine(_:length:)`` moves it with a product, which takes as long as checksumming several hundred bytes.
/// Table lookups, sixteen zero bytes at a time, take a third of the instructions that checksumming the bytes takes.
extension CRC32 {
    /// The number of bytes from which a remainder can replace them.
    static var minimumRemainderLength: Int { 16 }

    /// Returns the remainder of `bytes`: the register after them, if it has no bit set before them.
    static func remainder(of bytes: RawSpan) -> UInt32 {
        var crc = CRC32(continuing: .max)
        crc.update(bytes)
        return ~crc.value
    }

    /// Continues the checksum over the four bytes of `word`, most significant first, and then over bytes with this remainder, which
    /// are not read.
    ///
    /// The word and the register before it are moved over all bytes together.
    ///
    /// - Parameters:
    ///   - word: The next four bytes.
    ///   - remainder: The remainder of the bytes that follow.
    ///   - length: The number of these bytes, at least ``minimumRemainderLength``.
    @inline(__always)
    mutating func update(bigEndian word: UInt32, remainder: UInt32, length: Int) {
        self = CRC32(continuing: ~(Self.moved(word.byteSwapped ^ ~value, overZeros: length &+ 4) ^ remainder))
    }

    /// Moves the register over `count` zero bytes, at least sixteen.
    @inline(__always)
    private static func moved(_ register: UInt32, overZeros count: Int) -> UInt32 {
        unsafe tables.withUnsafeBufferPointer { tables in
            var register = register
            // INVARIANT: count >= 16. The steps for the bytes above a multiple of sixteen are of 4 to 15 bytes, because fewer than
            // four would leave a part of the register. One to three are moved together with twelve of the next sixteen.
            var odd = count & 15
            var left = count &- odd
            if odd > 0 {
                if odd < 4 {
                    unsafe register = slice(register, firstTable: 11, tables)
                    (odd, left) = (odd &+ 4, left &- 16)
                }
                unsafe register = slice(register, firstTable: odd &- 1, tables)
            }
            while left > 0 {
                unsafe register = slice(register, firstTable: 15, tables)
                left &-= 16
            }
            return register
        }
    }
}
