extension CRC32 {
    /// Moves the register over `bytes` by table lookups, sixteen bytes a step, then byte by byte.
    ///
    /// Sixteen lookups of a step do not depend on each other; only their XOR enters the next step
    /// (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005).
    static func advanceBySlicing(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return register }
        var register = register
        var position = 0
        let count = bytes.count
        // INVARIANT: `position + 16 <= count` before a step's loads, `position < count` before a single byte's;
        // a table index is `256 * k + b` with k < 16 and b < 256, and the table has 16 * 256 entries.
        return unsafe tables.withUnsafeBufferPointer { tables in
            while count &- position >= 16 {
                let low =
                    unsafe UInt64(
                        littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(register)
                let high = unsafe UInt64(
                    littleEndian: base.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self))
                register = unsafe slice(low, firstTable: 15, tables) ^ slice(high, firstTable: 7, tables)
                position &+= 16
            }
            while position < count {
                let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
                register = unsafe (register &>> 8) ^ tables[Int((register & 0xff) ^ UInt32(byte))]
                position &+= 1
            }
            return register
        }
    }

    /// The remainder of eight bytes, the lowest looked up in `firstTable`, the highest seven tables below it.
    @inline(__always)
    private static func slice(_ word: UInt64, firstTable: Int, _ tables: UnsafeBufferPointer<UInt32>) -> UInt32 {
        @inline(__always) func entry(_ byte: Int) -> UInt32 {
            let value = Int(truncatingIfNeeded: (word &>> (8 &* UInt64(byte))) & 0xff)
            return unsafe tables[(firstTable &- byte) &* 256 &+ value]
        }
        return entry(0) ^ entry(1) ^ entry(2) ^ entry(3) ^ entry(4) ^ entry(5) ^ entry(6) ^ entry(7)
    }
}
