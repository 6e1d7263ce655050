extension CRC32 {
    /// From this length on, folding in registers is faster than the tables.
    static let registerFoldingThreshold = 160

    /// Moves the register over `bytes`, at least ``registerFoldingThreshold`` of them: folds all but the last 80, which go
    /// through the tables.
    static func advanceByRegisterFolding(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return register }
        let count = bytes.count
        // INVARIANT: count >= registerFoldingThreshold > 16 + span. What exceeds a multiple of 16 goes first; every load
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
