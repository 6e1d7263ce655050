/// A CRC of the family that this library computes: its parameters, and what follows from them.
///
/// All of them are reflected: the lowest bit of a byte comes first, and the highest bit of a register is the coefficient of x^0.
/// The register has all bits set before the first byte, and the checksum is its complement. The methods for moving the
/// register are in extensions of this protocol, so each of them exists once and is specialized for each CRC.
///
/// The CRC-32 is in the module EventStreamMessages, the others are in EventStreamCodec. Functions that both use have the attribute
/// `@_alwaysEmitIntoClient`: they are specialized in the module that calls them, and a program without calls does not contain them.
@usableFromInline
package protocol ReflectedCRC {
    /// An integer with the CRC's number of bits, 32 or 64.
    associatedtype Register: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable

    /// The generator polynomial, reflected, without its highest term.
    static var generator: Register { get }

    /// The remainders of 16 x 256 bytes: entry `256 * k + b` is that of byte `b` followed by `k` zero bytes.
    static var tables: [Register] { get }
}

/// Combining the checksums of parts.
extension ReflectedCRC {
    /// Returns the checksum of two parts.
    ///
    /// A checksum is a remainder modulo the generator. The bytes that follow move the first part up by their number of bits: a
    /// multiplication by x^8 to the power of `length`.
    @_alwaysEmitIntoClient
    package static func combined(_ first: Register, _ second: Register, length: Int) -> Register {
        product(first, power(length: length)) ^ second
    }

    /// Returns x^8 to the power of `length`, as a remainder, by repeated squaring.
    @_alwaysEmitIntoClient
    package static func power(length: Int) -> Register {
        // x^0 and x^8 as remainders.
        var result: Register = 1 << (Register.bitWidth - 1)
        var power: Register = 1 << (Register.bitWidth - 9)
        var count = length
        while count > 0 {
            if count & 1 == 1 { result = product(result, power) }
            power = product(power, power)
            count &>>= 1
        }
        return result
    }

    /// Returns the product of two remainders, modulo the generator.
    @_alwaysEmitIntoClient
    package static func product(_ left: Register, _ right: Register) -> Register {
        var product: Register = 0
        var multiple = right
        var rest = left
        while rest != 0 {
            // The highest bit is the lowest power.
            if rest.leadingZeroBitCount == 0 { product ^= multiple }
            rest = rest << 1
            multiple = timesX(multiple)
        }
        return product
    }

    /// Returns a remainder times x, modulo the generator.
    @_alwaysEmitIntoClient
    package static func timesX(_ remainder: Register) -> Register {
        (remainder >> 1) ^ (remainder & 1 == 1 ? generator : 0)
    }
}
