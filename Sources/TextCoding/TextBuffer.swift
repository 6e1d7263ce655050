import EventStreamCodec

/// Text that is built piece by piece in memory that is reused: the output of a command before it is written.
///
/// Appending allocates only if the text becomes longer than ever before. A JSON string, a number or a word costs a few
/// instructions, which an array of bytes would spend on checking whether it is shared.
@safe
package struct TextBuffer: ~Copyable {
    // INVARIANT: `memory` has `capacity` bytes, of which the first `count` are initialized.
    @usableFromInline var memory: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int

    /// The number of bytes of the text.
    @usableFromInline package internal(set) var count = 0

    /// Creates an empty text.
    package init() {
        capacity = 1_024
        unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    /// Calls `body` with the text, borrowed.
    package borrowing func withBytes<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
        // The span does not leave the closure.
        try unsafe body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: memory, count: count)))
    }

    /// Shortens the text to its first `count` bytes. The memory is kept.
    package mutating func removeAll(after count: Int = 0) {
        self.count = Swift.min(self.count, Swift.max(count, 0))
    }

    /// Makes sure that `byteCount` more bytes have memory.
    @inlinable @inline(__always)
    mutating func reserve(_ byteCount: Int) {
        if capacity &- count < byteCount { grow(by: byteCount) }
    }

    @usableFromInline @inline(never)
    mutating func grow(by byteCount: Int) {
        let needed = count + byteCount
        let capacity = Swift.max(needed, self.capacity.multipliedReportingOverflow(by: 2).partialValue)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe memory.copyMemory(from: self.memory, byteCount: count)
        unsafe self.memory.deallocate()
        unsafe self.memory = memory
        self.capacity = capacity
    }
}

// MARK: Bytes and words

extension TextBuffer {
    /// Appends a byte.
    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Appends text that needs no escaping.
    @inlinable @inline(__always)
    package mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        // INVARIANT: there are `length` bytes behind utf8Start, and memory for as many.
        unsafe (memory + count).copyMemory(from: text.utf8Start, byteCount: length)
        count &+= length
    }

    /// Appends bytes as they are.
    @inlinable
    package mutating func append(_ bytes: RawSpan) {
        reserve(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe (memory + count).copyMemory(from: start, byteCount: bytes.count)
        }
        count &+= bytes.byteCount
    }

    /// Appends a string as it is.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append(RawSpan(_unsafeElements: $0)) }
    }

    /// Removes every `byte` at the end of the text, down to its first `count` bytes.
    package mutating func removeTrailing(_ byte: UInt8, after count: Int) {
        // INVARIANT: the last byte is initialized, because self.count > 0.
        while self.count > Swift.max(count, 0),
            unsafe memory.load(fromByteOffset: self.count &- 1, as: UInt8.self) == byte
        {
            self.count &-= 1
        }
    }

    /// Appends the same byte repeatedly; never if `repeatCount` is negative.
    package mutating func append(_ byte: UInt8, repeatCount: Int) {
        guard repeatCount > 0 else { return }
        reserve(repeatCount)
        unsafe (memory + count).initializeMemory(as: UInt8.self, repeating: byte, count: repeatCount)
        count &+= repeatCount
    }
}

// MARK: Numbers

extension TextBuffer {
    /// Appends an integer in decimal.
    @inlinable
    package mutating func append(decimal value: some FixedWidthInteger) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimalMagnitude: UInt64(value.magnitude))
    }

    /// Appends an integer in decimal, with zeros before it up to `minimumDigitCount` digits.
    @usableFromInline
    package mutating func append(decimalMagnitude value: UInt64, minimumDigitCount: Int = 1) {
        var digitCount = 1
        var bound: UInt64 = 10
        while digitCount < 20, value >= bound {
            digitCount &+= 1
            // 10²⁰ does not fit. It is not needed, because no number has more than 20 digits.
            bound = bound.multipliedReportingOverflow(by: 10).partialValue
        }
        digitCount = Swift.max(digitCount, minimumDigitCount)
        reserve(digitCount)
        var rest = value
        var position = count &+ digitCount
        while position > count {
            position &-= 1
            unsafe memory.storeBytes(
                of: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30, toByteOffset: position, as: UInt8.self)
            rest /= 10
        }
        count &+= digitCount
    }

    /// Appends an integer in decimal with a comma before each group of three digits: `4,211`.
    package mutating func append(grouped value: UInt64) {
        var scale: UInt64 = 1
        while value / scale >= 1_000 { scale &*= 1_000 }
        append(decimalMagnitude: value / scale)
        while scale > 1 {
            scale /= 1_000
            append(UInt8(ascii: ","))
            append(decimalMagnitude: value / scale % 1_000, minimumDigitCount: 3)
        }
    }

    /// Appends the eight hexadecimal digits of a number.
    @inlinable @inline(__always)
    package mutating func append(hexadecimal value: UInt32) {
        reserve(8)
        unsafe memory.storeBytes(of: Hexadecimal.digits(value).littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }

    /// Appends two hexadecimal digits for each byte, with `separator` between bytes if there is one.
    package mutating func append(hexadecimal bytes: RawSpan, separator: UInt8? = nil) {
        reserve(bytes.byteCount &* 3)
        var written = count
        for position in bytes.byteOffsets {
            let byte = UInt64(bytes.byte(at: position))
            if let separator, position > 0 {
                unsafe memory.storeBytes(of: separator, toByteOffset: written, as: UInt8.self)
                written &+= 1
            }
            // INVARIANT: a byte takes at most three characters.
            unsafe memory.storeBytes(of: Hexadecimal.digit(byte &>> 4), toByteOffset: written, as: UInt8.self)
            unsafe memory.storeBytes(of: Hexadecimal.digit(byte), toByteOffset: written &+ 1, as: UInt8.self)
            written &+= 2
        }
        count = written
    }
}

// MARK: JSON and base64

extension TextBuffer {
    /// Appends a JSON string: quoted and escaped.
    ///
    /// - Parameter text: Well-formed UTF-8.
    package mutating func append(jsonString text: RawSpan) {
        append(UInt8(ascii: "\""))
        _ = appendEscaped(text, validating: false)
        append(UInt8(ascii: "\""))
    }

    /// Appends a JSON string, unless `text` is not UTF-8.
    ///
    /// - Returns: Whether it is. If not, nothing has been appended.
    package mutating func append(jsonStringIfUTF8 text: RawSpan) -> Bool {
        let start = count
        append(UInt8(ascii: "\""))
        guard appendEscaped(text, validating: true) else {
            count = start
            return false
        }
        append(UInt8(ascii: "\""))
        return true
    }

    /// Appends the characters of a JSON string, a block at a time, so the memory for the worst case stays small.
    ///
    /// - Parameter validating: Whether `text` may not be UTF-8. Bytes are examined when the first one is not ASCII.
    /// - Returns: False if `text` is not UTF-8.
    private mutating func appendEscaped(_ text: RawSpan, validating: Bool) -> Bool {
        var position = 0
        var isKnownUTF8 = !validating
        while position < text.byteCount {
            let end = Swift.min(text.byteCount, position &+ JSONEscaping.blockSize)
            reserve(JSONEscaping.maximumLength(of: end &- position))
            while position < end {
                // INVARIANT: there is memory for the worst case of the rest of the block.
                let written = unsafe JSONEscaping.escape(
                    text, from: &position, to: end, into: memory + count, stopsAtNonASCII: !isKnownUTF8)
                count &+= written
                guard position < end else { break }
                guard text.firstIllFormedUTF8(in: position..<text.byteCount) == nil else { return false }
                isKnownUTF8 = true
            }
        }
        return true
    }

    /// Appends base64 (RFC 4648 §4, padded).
    package mutating func append(base64 bytes: RawSpan) {
        let alphabet = Base64.alphabet
        reserve((bytes.byteCount &+ 2) / 3 &* 4)
        var position = 0
        while position < bytes.byteCount {
            let held = Swift.min(bytes.byteCount &- position, 3)
            var bits: UInt32 = 0
            for index in 0..<held {
                bits |= UInt32(bytes.byte(at: position &+ index)) &<< UInt32(16 &- 8 &* index)
            }
            // INVARIANT: four characters for each group of up to three bytes.
            for index in 0..<4 {
                let digit = alphabet[Int(bits &>> UInt32(18 &- 6 &* index) & 0x3f)]
                unsafe memory.storeBytes(
                    of: index <= held ? digit : UInt8(ascii: "="), toByteOffset: count &+ index, as: UInt8.self)
            }
            count &+= 4
            position &+= 3
        }
    }

    /// Appends a JSON string with base64.
    package mutating func append(jsonBase64 bytes: RawSpan) {
        append(UInt8(ascii: "\""))
        append(base64: bytes)
        append(UInt8(ascii: "\""))
    }
}

extension RawSpan {
    /// Returns the position of the first `byte`; the end if there is none.
    package func firstOffset(of byte: UInt8) -> Int {
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: a load of eight bytes at `position` ends at `position + 8 <= count`.
            let ones: UInt64 = 0x0101_0101_0101_0101
            let wanted = ones &* UInt64(byte)
            let count = bytes.count
            var position = 0
            while count &- position >= 8 {
                let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let differences = word ^ wanted
                let zeros = (differences &- ones) & ~differences & 0x8080_8080_8080_8080
                if zeros != 0 { return position &+ zeros.trailingZeroBitCount &>> 3 }
                position &+= 8
            }
            while position < count, unsafe bytes[position] != byte { position &+= 1 }
            return position
        }
    }
}
