extension RawSpan {
    /// The byte at `offset`, which must lie in the span.
    @inlinable
    @inline(__always)
    package func byte(at offset: Int) -> UInt8 {
        // One comparison serves both ends: a negative offset is a large one without its sign.
        precondition(UInt(bitPattern: offset) < UInt(bitPattern: byteCount), "the offset lies outside of the span")
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The big-endian integer whose first byte is at `offset`; all its bytes must lie in the span.
    ///
    /// The load checks its bounds, and every bit pattern of an integer is a value of it: hence `unsafe` is safe here.
    @inlinable
    @inline(__always)
    func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        unsafe T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// Whether the two spans hold the same bytes.
    func elementsEqual(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return compare(other) == 0
    }

    /// Orders two spans byte by byte, then by length: below zero, zero or above it.
    func compare(_ other: RawSpan) -> Int {
        let shared = Swift.min(byteCount, other.byteCount)
        var position = 0
        while shared &- position >= 8 {
            let left = bigEndian(UInt64.self, at: position)
            let right = other.bigEndian(UInt64.self, at: position)
            if left != right { return left < right ? -1 : 1 }
            position &+= 8
        }
        while position < shared {
            let left = byte(at: position)
            let right = other.byte(at: position)
            if left != right { return left < right ? -1 : 1 }
            position &+= 1
        }
        return byteCount &- other.byteCount
    }
}
