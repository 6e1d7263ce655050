extension CRC32 {
    /// Moves the register over `bytes` by table lookups: sixteen bytes a step, then what is left in eights, fours and
    /// single bytes.
    ///
    /// The sixteen lookups of a step do not depend on each other; only their XOR enters the next step
    /// (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005).
    static func advanceBySlicing(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return register }
        var register = register
        var position = 0
        let count = bytes.count
        // INVARIANT: `position + n <= count` before a step of n bytes loads them.
        return unsafe tables.withUnsafeBufferPointer { tables in
            while count &- position >= 16 {
                // What does not wait for the step before comes first.
                let later =
                    unsafe slice(load(base, position &+ 4), firstTable: 11, tables)
                    ^ slice(load(base, position &+ 8), firstTable: 7, tables)
                    ^ slice(load(base, position &+ 12), firstTable: 3, tables)
                register = unsafe slice(load(base, position) ^ register, firstTable: 15, tables) ^ later
                position &+= 16
            }
            if count &- position >= 8 {
                let later = unsafe slice(load(base, position &+ 4), firstTable: 3, tables)
                register = unsafe slice(load(base, position) ^ register, firstTable: 7, tables) ^ later
                position &+= 8
            }
            if count &- position >= 4 {
                register = unsafe slice(load(base, position) ^ register, firstTable: 3, tables)
                position &+= 4
            }
            while position < count {
                let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
                register = unsafe (register &>> 8) ^ tables[Int((register & 0xff) ^ UInt32(byte))]
                position &+= 1
            }
            return register
        }
    }

    @inline(__always)
    private static func load(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The remainder of four bytes, the lowest looked up in `firstTable`, the highest three tables below it.
    ///
    /// Words of 32 bits, because their second byte is taken out by one instruction and their fourth by one more; from
    /// words of 64 bits every byte but the first takes two, and the whole runs at half the speed.
    @inline(__always)
    private static func slice(_ word: UInt32, firstTable: Int, _ tables: UnsafeBufferPointer<UInt32>) -> UInt32 {
        // INVARIANT: `firstTable` is 3 to 15 and a byte below 256, so that an index is below 16 * 256, the tables' count.
        @inline(__always) func entry(_ byte: UInt32, table: Int) -> UInt32 {
            unsafe tables[table &* 256 &+ Int(byte)]
        }
        return entry(word & 0xff, table: firstTable)
            ^ entry((word &>> 8) & 0xff, table: firstTable &- 1)
            ^ entry((word &>> 16) & 0xff, table: firstTable &- 2)
            ^ entry(word &>> 24, table: firstTable &- 3)
    }
}
