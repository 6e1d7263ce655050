extension RawSpan {
    /// Returns whether all bytes of an integer at `offset` lie in the span.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func holds<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> Bool {
        holds(count: MemoryLayout<T>.size, at: offset)
    }

    /// Returns whether the `count` bytes from `offset` on, at least one, lie in the span.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func holds(count: Int, at offset: Int) -> Bool {
        // One comparison checks both ends: as an unsigned number, a negative offset is large.
        let offsets = Swift.max(byteCount &- (count &- 1), 0)
        return UInt(bitPattern: offset) < UInt(bitPattern: offsets)
    }

    /// Returns the integer at `offset` in this machine's byte order, or nil unless all its bytes lie in the span.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, ifAt offset: Int) -> T? {
        guard holds(T.self, at: offset) else { return nil }
        // Every bit pattern of an integer is a value of it.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
    }

    /// Returns the byte at `offset`, which must lie in the span.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func byte(at offset: Int) -> UInt8 { bigEndian(UInt8.self, at: offset) }

    /// Returns the big-endian integer at `offset`. All its bytes must lie in the span.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        precondition(holds(T.self, at: offset), "the integer lies outside of the span")
        return unsafe T(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self))
    }

    /// Returns the `count` bytes from `start` on, at least one, or nil unless all of them lie in the span.
    ///
    /// With a constant count, the compiler omits further checks against the end of the bytes.
    @_alwaysEmitIntoClient
    @inline(__always)
    @_lifetime(copy self)
    package func window(at start: Int, count: Int) -> RawSpan? {
        precondition(count > 0, "an empty window may have no address")
        guard holds(count: count, at: start) else { return nil }
        // INVARIANT: 0 <= start < start + count <= byteCount, so the span is not empty.
        return unsafe part(unchecked: start, count: count)
    }

    /// Returns the `count` bytes from `start` on, which must lie in the span, at least one byte long. Checks nothing.
    @_alwaysEmitIntoClient
    @inline(__always)
    @_lifetime(copy self)
    @unsafe
    package func part(unchecked start: Int, count: Int) -> RawSpan {
        // A span that has bytes has an address. The part of a span lives as long as the span.
        let base = unsafe withUnsafeBytes { unsafe $0.baseAddress.unsafelyUnwrapped }
        let part = unsafe UnsafeRawBufferPointer(start: base + start, count: count)
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: part), copying: self)
    }

    /// Returns whether the two spans hold the same bytes.
    package func elementsEqual(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return compare(other) == 0
    }

    /// Compares two spans byte by byte, then by length.
    ///
    /// - Returns: A number below, equal to or above zero, if this span orders before, equal to or after the other.
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

// MARK: HTTP lines

extension RawSpan {
    /// Returns whether both bytes of a CRLF are at `position`.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func hasLineEnd(at position: Int) -> Bool {
        integer(UInt16.self, ifAt: position) == UInt16(bigEndian: 0x0d0a)
    }
}

extension StaticString {
    /// Returns whether this lower-case ASCII string has `byte`, in either case, at `position`.
    package func hasLetter(_ byte: UInt8, at position: Int) -> Bool {
        guard position < utf8CodeUnitCount else { return false }
        // INVARIANT: position < utf8CodeUnitCount, the bytes behind utf8Start.
        let letter = unsafe utf8Start[position]
        return byte == letter || (0x61...0x7a).contains(letter) && byte == letter ^ 0x20
    }
}
