/// Hexadecimal digits, read in upper or lower case and written in lower case.
@usableFromInline
package enum Hexadecimal {
    /// Returns the value of a digit, or 16 or more for any other byte.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func value(of byte: UInt8) -> UInt8 { values[Int(byte)] }

    /// The value of each byte. A table, because numbers mix digits and letters and a branch would be mispredicted half of
    /// the time.
    @usableFromInline
    package static let values: [UInt8] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 10, 11, 12, 13, 14, 15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 10, 11, 12, 13, 14, 15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ]

    /// Returns the digit for a number's lowest four bits.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func digit(_ value: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: digits(UInt32(value & 0xf)) &>> 56)
    }

    /// Returns the number of digits of a number without leading zeros: 1 for 0.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func digitCount(_ value: UInt64) -> Int { (67 &- (value | 1).leadingZeroBitCount) &>> 2 }

    /// Returns the eight digits of a 32-bit number. The most significant is in the lowest byte, so it is first in memory.
    @_alwaysEmitIntoClient
    @inline(__always)
    package static func digits(_ value: UInt32) -> UInt64 {
        // Each half is moved apart, until every four bits have a byte.
        var bytes = UInt64(value)
        bytes = (bytes | bytes &<< 16) & 0x0000_ffff_0000_ffff
        bytes = (bytes | bytes &<< 8) & 0x00ff_00ff_00ff_00ff
        bytes = (bytes | bytes &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        // From ten on, adding 6 carries into bit 4. The letter a is 39 above the character after 9.
        let isLetter = (bytes &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return (bytes &+ 0x3030_3030_3030_3030 &+ isLetter &* 39).byteSwapped
    }

    /// Returns a number in hexadecimal, with leading zeros up to `minimumDigitCount` digits.
    package static func text(_ value: UInt64, minimumDigitCount: Int = 1) -> String {
        let digitCount = Swift.max(digitCount(value), Swift.min(minimumDigitCount, 16))
        return String(
            decoding: (0..<digitCount).map { digit(value &>> UInt64(4 &* (digitCount &- 1 &- $0))) }, as: UTF8.self)
    }

    /// Returns bytes in hexadecimal, two digits each.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count &* 2)
        for byte in bytes {
            text.append(digit(UInt64(byte &>> 4)))
            text.append(digit(UInt64(byte)))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension RawSpan {
    /// Reads the hexadecimal number at `start`, of up to `maximumDigitCount` digits (at most 16).
    ///
    /// - Parameter values: ``Hexadecimal/values``. A loop can pass the table, so that it is neither found nor checked again for each
    ///   number.
    /// - Returns: Its value and its end, which is `start` if there is no digit.
    @_alwaysEmitIntoClient
    @inline(__always)
    package func hexadecimal(
        at start: Int, maximumDigitCount: Int, values: Span<UInt8>
    ) -> (value: UInt64, end: Int) {
        unsafe withUnsafeBytes { bytes in
            guard start >= 0, start < bytes.count, values.count > 255, let base = bytes.baseAddress else {
                return (0, start)
            }
            // INVARIANT: 0 <= start <= position < end <= bytes.count. A byte is below 256, the least number of values.
            let end = start &+ Swift.min(bytes.count &- start, maximumDigitCount)
            var value: UInt64 = 0
            var position = start
            while position < end {
                let digit = unsafe values[unchecked: Int(base.load(fromByteOffset: position, as: UInt8.self))]
                if digit >= 16 { break }
                value = value &<< 4 | UInt64(digit)
                position &+= 1
            }
            return (value, position)
        }
    }
}

extension OutputRawSpan {
    /// Appends the lowest `digitCount` hexadecimal digits of `value`, 1 to 16, the most significant first. There must be
    /// room for them.
    @_alwaysEmitIntoClient
    @inline(__always)
    package mutating func append(hexadecimal value: UInt64, digitCount: Int) {
        let low = Hexadecimal.digits(UInt32(truncatingIfNeeded: value))
        if digitCount > 8 {
            let high = Hexadecimal.digits(UInt32(truncatingIfNeeded: value &>> 32))
            append(firstBytesOf: high &>> UInt64(128 &- 8 &* digitCount), count: digitCount &- 8)
            append(firstBytesOf: low, count: 8)
        } else {
            append(firstBytesOf: low &>> UInt64(64 &- 8 &* digitCount), count: digitCount)
        }
    }

    /// Appends the lowest `count` bytes of `word`, the lowest first. There must be room for them.
    @_alwaysEmitIntoClient
    @inline(__always)
    package mutating func append(firstBytesOf word: UInt64, count: Int) {
        precondition(count <= freeCapacity && count <= 8, "the output span is too short")
        unsafe withUnsafeMutableBytes { bytes, initializedCount in
            // INVARIANT: initializedCount + count <= bytes.count. If there is room for eight bytes, all are stored and
            // `count` of them become initialized.
            if bytes.count &- initializedCount >= 8 {
                unsafe bytes.storeBytes(of: word.littleEndian, toByteOffset: initializedCount, as: UInt64.self)
            } else {
                for position in 0..<count {
                    unsafe bytes[initializedCount &+ position] = UInt8(
                        truncatingIfNeeded: word &>> UInt64(8 &* position))
                }
            }
            initializedCount &+= count
        }
    }
}
