import EventStreamCodec

/// Base64 (RFC 4648).
package enum Base64 {
    /// Returns the base64 of some bytes, padded.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        bytes.withBytes { text.append(base64: $0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes that `text` encodes (§4), or nil if no encoder writes it: a character outside the alphabet,
    /// missing padding, or bits after the last byte that are not zero.
    package static func decode(_ text: RawSpan) -> [UInt8]? {
        var bytes: [UInt8] = []
        return append(decoding: text, to: &bytes) ? bytes : nil
    }

    /// Appends the bytes that `text` encodes (§4) to `bytes`.
    ///
    /// - Returns: False if no encoder writes `text`. Nothing has been appended then.
    package static func append(decoding text: RawSpan, to bytes: inout [UInt8]) -> Bool {
        guard text.byteCount % 4 == 0 else { return false }
        guard text.byteCount > 0 else { return true }
        var isValid = true
        bytes.append(addingCapacity: text.byteCount / 4 &* 3) { output in
            unsafe output.withUnsafeMutableBufferPointer { memory, count in
                let length = unsafe decodeGroups(text, into: UnsafeMutableRawBufferPointer(memory))
                count = length ?? 0
                isValid = length != nil
            }
        }
        return isValid
    }

    /// Returns the bytes that `text` encodes (§4), or nil if no encoder writes it.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        Array(text).withBytes { decode($0) }
    }

    /// Returns the bytes that `text` encodes (§4), or nil if no encoder writes it.
    package static func decode(_ text: String) -> [UInt8]? {
        text.withUTF8Bytes { decode($0) }
    }

    /// Decodes whole groups of four characters, of which the last may be padded.
    ///
    /// - Returns: The number of bytes written, or nil if `text` is not base64.
    private static func decodeGroups(_ text: RawSpan, into memory: UnsafeMutableRawBufferPointer) -> Int? {
        precondition(memory.count >= text.byteCount / 4 &* 3, "the memory is too short")
        let values = values
        let last = text.byteCount &- 4
        var written = 0
        var invalid: UInt8 = 0
        for position in stride(from: 0, to: last, by: 4) {
            let bits = bits(of: text, at: position, values, &invalid)
            // INVARIANT: written + 3 <= last / 4 * 3 <= memory.count.
            unsafe memory[written] = UInt8(truncatingIfNeeded: bits &>> 16)
            unsafe memory[written &+ 1] = UInt8(truncatingIfNeeded: bits &>> 8)
            unsafe memory[written &+ 2] = UInt8(truncatingIfNeeded: bits)
            written &+= 3
        }
        let padding =
            text.byte(at: last &+ 3) != UInt8(ascii: "=") ? 0 : text.byte(at: last &+ 2) != UInt8(ascii: "=") ? 1 : 2
        let bits = bits(of: text, at: last, values, &invalid, digitCount: 4 &- padding)
        guard invalid < 64, bits & (1 &<< UInt32(8 &* padding) &- 1) == 0 else { return nil }
        for index in 0..<(3 &- padding) {
            unsafe memory[written] = UInt8(truncatingIfNeeded: bits &>> UInt32(16 &- 8 &* index))
            written &+= 1
        }
        return written
    }

    /// The 24 bits of a group; `invalid` becomes 64 or more if a character is not in the alphabet.
    @inline(__always)
    private static func bits(
        of text: RawSpan, at position: Int, _ values: [UInt8], _ invalid: inout UInt8, digitCount: Int = 4
    ) -> UInt32 {
        var bits: UInt32 = 0
        for index in 0..<digitCount {
            let value = values[Int(text.byte(at: position &+ index))]
            invalid |= value
            bits |= UInt32(value) &<< UInt32(18 &- 6 &* index)
        }
        return bits
    }

    static let alphabet: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte in the alphabet of §4; 0xff for other bytes.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}

extension [UInt8] {
    /// Appends the base64 of `bytes` (RFC 4648 §4, padded).
    package mutating func append(base64 bytes: RawSpan) {
        let alphabet = Base64.alphabet
        let wholeGroups = bytes.byteCount / 3
        append(addingCapacity: (bytes.byteCount &+ 2) / 3 &* 4) { output in
            func append(_ bits: UInt32, digitCount: Int) {
                for index in 0..<digitCount {
                    output.append(alphabet[Int(bits &>> UInt32(18 &- 6 &* index) & 0x3f)])
                }
            }
            for group in 0..<wholeGroups {
                let start = group &* 3
                let bits =
                    UInt32(bytes.byte(at: start)) &<< 16 | UInt32(bytes.byte(at: start &+ 1)) &<< 8
                    | UInt32(bytes.byte(at: start &+ 2))
                append(bits, digitCount: 4)
            }
            let start = wholeGroups &* 3
            switch bytes.byteCount &- start {
            case 1:
                append(UInt32(bytes.byte(at: start)) &<< 16, digitCount: 2)
                output.append(UInt8(ascii: "="))
                output.append(UInt8(ascii: "="))
            case 2:
                append(
                    UInt32(bytes.byte(at: start)) &<< 16 | UInt32(bytes.byte(at: start &+ 1)) &<< 8, digitCount: 3)
                output.append(UInt8(ascii: "="))
            default: break
            }
        }
    }
}
