extension RawSpan {
    /// Whether CRLF stands at `position`, both bytes of it.
    @inline(__always)
    func hasLineEnd(at position: Int) -> Bool {
        integer(UInt16.self, ifAt: position) == UInt16(bigEndian: 0x0d0a)
    }
}

extension OutputRawSpan {
    /// Appends the lowest `count` bytes of `word`, the lowest first, and CRLF; before them a CRLF if wanted.
    ///
    /// There must be room for twelve bytes, however many they are: they are written where they may stand at most.
    @usableFromInline
    @inline(__always)
    mutating func append(line word: UInt64, count: Int, afterLineEnd: Bool) {
        precondition(freeCapacity >= 12 && count >= 0 && count <= 8, "the output span is too short")
        unsafe withUnsafeMutableBytes { bytes, initializedCount in
            // INVARIANT: initializedCount + 12 <= bytes.count. CRLF takes two bytes, the word eight, CRLF two.
            let lineEnd = UInt16(bigEndian: 0x0d0a)
            unsafe bytes.storeBytes(of: lineEnd, toByteOffset: initializedCount, as: UInt16.self)
            initializedCount &+= afterLineEnd ? 2 : 0
            unsafe bytes.storeBytes(of: word.littleEndian, toByteOffset: initializedCount, as: UInt64.self)
            initializedCount &+= count
            unsafe bytes.storeBytes(of: lineEnd, toByteOffset: initializedCount, as: UInt16.self)
            initializedCount &+= 2
        }
    }
}
