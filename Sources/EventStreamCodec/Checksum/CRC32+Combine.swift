extension CRC32 {
    /// Continues the checksum over bytes that are not at hand, whose own checksum is: joins the checksums of two parts.
    ///
    /// So parts of a long input can be summed up at the same time, or in any order.
    ///
    /// ```swift
    /// var crc = CRC32(continuing: CRC32.checksum(of: first))
    /// crc.combine(CRC32.checksum(of: second), byteCount: second.byteCount)
    /// // the checksum of `first` followed by `second`
    /// ```
    ///
    /// Takes time in proportion to the number of digits of `byteCount`, never to the count itself.
    ///
    /// - Parameters:
    ///   - value: The CRC-32 of the bytes that follow those of this checksum.
    ///   - byteCount: How many bytes they are; not negative.
    public mutating func combine(_ value: UInt32, byteCount: Int) {
        precondition(byteCount >= 0, "a number of bytes is not negative")
        // The checksum is a remainder modulo the generator. That of the first part moves up by as many bits as follow
        // it: times x^8 to the power of `byteCount`.
        self = CRC32(continuing: Self.product(self.value, Self.power(byteCount: byteCount)) ^ value)
    }

    /// x^8 to the power of `byteCount`, as a remainder, by repeated squaring.
    static func power(byteCount: Int) -> UInt32 {
        var result = one
        var power = eightBits
        var count = byteCount
        while count > 0 {
            if count & 1 == 1 { result = product(result, power) }
            power = product(power, power)
            count &>>= 1
        }
        return result
    }

    /// x^0 and x^8, as remainders: bit 31 is the coefficient of x^0, as everywhere in a reflected CRC.
    private static let one: UInt32 = 1 << 31
    private static let eightBits: UInt32 = 1 << 23

    /// The product of two remainders, modulo the generator.
    private static func product(_ left: UInt32, _ right: UInt32) -> UInt32 {
        var product: UInt32 = 0
        var multiple = right
        for bit in stride(from: 31, through: 0, by: -1) {
            if left &>> UInt32(bit) & 1 == 1 { product ^= multiple }
            multiple = timesX(multiple)
        }
        return product
    }

    /// A remainder times x, modulo the generator.
    static func timesX(_ remainder: UInt32) -> UInt32 {
        (remainder &>> 1) ^ (remainder & 1 == 1 ? 0xedb8_8320 : 0)
    }
}
