/// UTF-8 by its definition (RFC 3629 §3): a lead byte says how many bytes follow, and the number they make must need that
/// many, be no surrogate and be at most U+10FFFF.
package enum ReferenceUTF8 {
    /// Where the first sequence that is none begins, or nil when all are right.
    package static func firstIllFormedSequence(in bytes: ArraySlice<UInt8>) -> Int? {
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let lead = bytes[position]
            let (length, bits, least): (Int, UInt8, UInt32)
            switch lead {
            case 0b0000_0000...0b0111_1111: (length, bits, least) = (1, lead, 0)
            case 0b1100_0000...0b1101_1111: (length, bits, least) = (2, lead & 0b1_1111, 0x80)
            case 0b1110_0000...0b1110_1111: (length, bits, least) = (3, lead & 0b1111, 0x800)
            case 0b1111_0000...0b1111_0111: (length, bits, least) = (4, lead & 0b111, 0x1_0000)
            default: return position
            }
            guard position + length <= bytes.endIndex else { return position }
            var scalar = UInt32(bits)
            for byte in bytes[(position + 1)..<(position + length)] {
                guard byte & 0b1100_0000 == 0b1000_0000 else { return position }
                scalar = scalar << 6 | UInt32(byte & 0b11_1111)
            }
            guard scalar >= least, scalar <= 0x10_ffff, !(0xd800...0xdfff).contains(scalar) else { return position }
            position += length
        }
        return nil
    }
}
