extension RawSpan {
    /// Whether an integer whose first byte is at `offset` has all its bytes in the span.
    @inlinable
    @inline(__always)
    func holds<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> Bool {
        // One comparison serves both ends: a negative offset is a large one without its sign.
        let offsets = Swift.max(byteCount &- (MemoryLayout<T>.size &- 1), 0)
        return UInt(bitPattern: offset) < UInt(bitPattern: offsets)
    }

    /// The integer, in this machine's byte order, whose first byte is at `offset`; nil unless all its bytes lie in the
    /// span.
    @inlinable
    @inline(__always)
    func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, ifAt offset: Int) -> T? {
        guard holds(T.self, at: offset) else { return nil }
        // Every bit pattern of an integer is a value of it.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
    }

    /// The byte at `offset`, which must lie in the span.
    @inlinable
    @inline(__always)
    package func byte(at offset: Int) -> UInt8 { bigEndian(UInt8.self, at: offset) }

    /// The big-endian integer whose first byte is at `offset`; all its bytes must lie in the span.
    @inlinable
    @inline(__always)
    func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        precondition(holds(T.self, at: offset), "the integer lies outside of the span")
        return unsafe T(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self))
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
