extension RawSpan {
    /// Whether no byte has its highest bit set. Linear in the number of bytes.
    var isASCII: Bool {
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: a load of sixteen bytes at `position` ends at `position + 16 <= count`. The last load overlaps the others.
            let count = bytes.count
            guard let base = bytes.baseAddress, count >= 16 else { return unsafe bytes.allSatisfy { $0 < 0x80 } }
            var bits = unsafe (base + count - 16).loadUnaligned(as: SIMD2<UInt64>.self)
            var position = 0
            while position < count &- 16 {
                unsafe bits |= (base + position).loadUnaligned(as: SIMD2<UInt64>.self)
                position &+= 16
            }
            return (bits[0] | bits[1]) & 0x8080_8080_8080_8080 == 0
        }
    }

    /// Returns the position of the first ill-formed UTF-8 sequence in `range`, or nil if there is none.
    ///
    /// Table 3-7 of the Unicode Standard lists the well-formed sequences: no overlong forms, no surrogates, nothing above
    /// U+10FFFF. ASCII is skipped eight bytes at a time.
    package func firstIllFormedUTF8(in range: Range<Int>) -> Int? {
        var position = range.lowerBound
        let end = range.upperBound
        while position < end {
            if end &- position >= 8, bigEndian(UInt64.self, at: position) & 0x8080_8080_8080_8080 == 0 {
                position &+= 8
                continue
            }
            let length = wellFormedSequenceLength(at: position, end: end)
            if length == 0 { return position }
            position &+= length
        }
        return nil
    }

    /// Returns the length of the well-formed UTF-8 sequence at `position`, 1 to 4 bytes, or 0 if there is none before `end`.
    private func wellFormedSequenceLength(at position: Int, end: Int) -> Int {
        let lead = byte(at: position)
        if lead < 0x80 { return 1 }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: length = 4
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: return 0
        }
        guard end &- position >= length, second.contains(byte(at: position &+ 1)) else { return 0 }
        for index in 2..<Swift.max(length, 2) where byte(at: position &+ index) & 0xc0 != 0x80 { return 0 }
        return length
    }
}
