extension ReflectedCRC {
    /// Moves the register over `bytes` by table lookups, sixteen bytes per step.
    ///
    /// The sixteen lookups of a step do not depend on each other; only their XOR enters the next step
    /// (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005).
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func advanceBySlicing(_ register: Register, over bytes: UnsafeRawBufferPointer) -> Register {
        let count = bytes.count
        guard let base = bytes.baseAddress, count >= 8 else { return unsafe advanceByBytes(register, over: bytes) }
        return unsafe tables.withUnsafeBufferPointer { tables in
            var position = count & 15
            var register = unsafe advance(register, overFirst: position, of: base, tables)
            // INVARIANT: the rest is a multiple of 16.
            while position < count {
                let quarters = unsafe SIMD4(
                    load32(base, position), load32(base, position &+ 4), load32(base, position &+ 8),
                    load32(base, position &+ 12))
                register = unsafe slice(quarters, register, tables)
                position &+= 16
            }
            return register
        }
    }

    /// Moves the register over the first `count` bytes of a message, those above a multiple of sixteen, in at most two steps.
    ///
    /// The register is added to the first bytes, and zeros before them then change nothing. So fewer than eight bytes can be
    /// processed as eight.
    ///
    /// - Parameters:
    ///   - count: Less than sixteen, and at most the length of the message.
    ///   - base: The message, at least eight bytes.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func advance(
        _ register: Register, overFirst count: Int, of base: UnsafeRawPointer, _ tables: UnsafeBufferPointer<Register>
    ) -> Register {
        var register = register
        let odd = count & 7
        if odd > 0 {
            let word = unsafe load64(base, 0) ^ UInt64(truncatingIfNeeded: register)
            let moved = Register(truncatingIfNeeded: UInt64(truncatingIfNeeded: register) &>> UInt64(8 &* odd))
            register = unsafe slice(word &<< UInt64(64 &- 8 &* odd), tables) ^ moved
        }
        if count & 8 != 0 {
            register = unsafe slice(load64(base, odd) ^ UInt64(truncatingIfNeeded: register), tables)
        }
        return register
    }

    /// Moves the register over sixteen bytes, given as four little-endian words.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func slice(
        _ quarters: SIMD4<UInt32>, _ register: Register, _ tables: UnsafeBufferPointer<Register>
    ) -> Register {
        // The lookups that do not depend on the register come first.
        let later =
            unsafe slice(quarters[2], firstTable: 7, tables) ^ slice(quarters[3], firstTable: 3, tables)
        let first = quarters[0] ^ UInt32(truncatingIfNeeded: register)
        // The constant condition: a register of 32 bits does not reach the second word.
        guard Register.bitWidth > 32 else {
            return unsafe slice(first, firstTable: 15, tables) ^ (slice(quarters[1], firstTable: 11, tables) ^ later)
        }
        let second = quarters[1] ^ UInt32(truncatingIfNeeded: register >> 32)
        return unsafe slice(first, firstTable: 15, tables) ^ slice(second, firstTable: 11, tables) ^ later
    }

    /// Returns the remainder of eight bytes.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func slice(_ word: UInt64, _ tables: UnsafeBufferPointer<Register>) -> Register {
        unsafe slice(UInt32(truncatingIfNeeded: word), firstTable: 7, tables)
            ^ slice(UInt32(truncatingIfNeeded: word &>> 32), firstTable: 3, tables)
    }

    /// Returns the remainder of four bytes. The lowest is looked up in `firstTable`, the highest three tables below it.
    ///
    /// Words of 32 bits are used because their second and fourth bytes take one instruction each. With words of 64 bits,
    /// every byte except the first takes two, and the speed is halved.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func slice(
        _ word: UInt32, firstTable: Int, _ tables: UnsafeBufferPointer<Register>
    ) -> Register {
        // INVARIANT: firstTable is 3 to 15, or 19 or 23 where there are 24 tables, and a byte is below 256. So an index is below
        // 16 * 256 or 24 * 256, the number of entries.
        @inline(__always) func entry(_ byte: UInt32, table: Int) -> Register {
            unsafe tables[table &* 256 &+ Int(byte)]
        }
        return entry(word & 0xff, table: firstTable)
            ^ entry((word &>> 8) & 0xff, table: firstTable &- 1)
            ^ entry((word &>> 16) & 0xff, table: firstTable &- 2)
            ^ entry(word &>> 24, table: firstTable &- 3)
    }

    /// Moves the register over fewer than eight bytes, one by one.
    @_alwaysEmitIntoClient
    package static func advanceByBytes(_ register: Register, over bytes: UnsafeRawBufferPointer) -> Register {
        let tables = Self.tables
        var register = register
        for position in bytes.indices {
            // A byte is below 256, the number of entries in the first table.
            let byte = unsafe UInt8(truncatingIfNeeded: register) ^ bytes[position]
            register = (register >> 8) ^ tables[Int(byte)]
        }
        return register
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    package static func load32(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @_alwaysEmitIntoClient
    @inline(__always)
    package static func load64(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
