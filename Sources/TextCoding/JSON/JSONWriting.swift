import EventStreamCodec

/// Appends JSON (RFC 8259) to bytes. The writer escapes what §7 requires and nothing else.
extension [UInt8] {
    /// Appends text that is already JSON.
    @inlinable
    package mutating func append(json text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text that is already JSON.
    package mutating func append(json text: some StringProtocol) {
        append(contentsOf: text.utf8)
    }

    /// Appends an integer.
    package mutating func append(json value: some FixedWidthInteger & SignedInteger) {
        append(decimal: Int64(value).magnitude, isNegative: value < 0)
    }

    /// Appends an integer.
    package mutating func append(json value: some FixedWidthInteger & UnsignedInteger) {
        append(decimal: UInt64(value), isNegative: false)
    }

    /// Appends `true` or `false`.
    package mutating func append(json value: Bool) {
        if value { append(json: "true") } else { append(json: "false") }
    }

    /// Appends a string, quoted and escaped.
    ///
    /// - Parameter text: Well-formed UTF-8. Ill-formed bytes are written as they are.
    package mutating func append(jsonString text: RawSpan) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    /// Appends a string, quoted and escaped.
    package mutating func append(jsonString text: String) {
        text.withUTF8Bytes { append(jsonString: $0) }
    }

    /// Appends a string, quoted, escaped and limited in length.
    ///
    /// - Parameter limit: The most bytes between the quotes. A longer string is cut between two characters and ends with
    ///   `…`, which is not counted.
    package mutating func append(jsonString text: String, limit: Int) {
        let text = [UInt8](text.utf8)
        let end = JSONEscaping.end(of: text, limit: limit)
        text.withBytes { text in
            append(UInt8(ascii: "\""))
            appendEscaped(text.extracting(0..<end))
            if end < text.byteCount { append(json: "…") }
            append(UInt8(ascii: "\""))
        }
    }

    /// Appends a string in which every byte of `bytes` is a character. Text in HTTP fields need not be UTF-8.
    package mutating func append(jsonLatin1 bytes: [UInt8]) {
        append(jsonString: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
    }

    /// Appends a string with the base64 of `bytes` (RFC 4648 §4, padded).
    package mutating func append(jsonBase64 bytes: RawSpan) {
        append(UInt8(ascii: "\""))
        append(base64: bytes)
        append(UInt8(ascii: "\""))
    }

    /// Appends an array; `append` writes one element.
    package mutating func append<Elements: Sequence>(
        jsonList elements: Elements, _ append: (Elements.Element, inout [UInt8]) -> Void
    ) {
        self.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { self.append(UInt8(ascii: ",")) }
            isFirst = false
            append(element, &self)
        }
        self.append(UInt8(ascii: "]"))
    }

    /// Appends an object; `append` writes a value. Members are sorted by key, so that equal objects have equal bytes.
    package mutating func append<Value>(
        jsonObject members: [String: Value], _ append: (Value, inout [UInt8]) -> Void
    ) {
        self.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if !isFirst { self.append(UInt8(ascii: ",")) }
            isFirst = false
            self.append(jsonString: key)
            self.append(UInt8(ascii: ":"))
            append(value, &self)
        }
        self.append(UInt8(ascii: "}"))
    }

    /// Appends a value.
    package mutating func append(json value: JSONValue) {
        switch value {
        case .null: append(json: "null")
        case .boolean(let value): append(json: value)
        case .number(let text): append(json: text)
        case .string(let text): append(jsonString: text)
        case .array(let elements): append(jsonList: elements) { value, bytes in bytes.append(json: value) }
        case .object(let members):
            append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(jsonString: member.key)
                append(UInt8(ascii: ":"))
                append(json: member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(decimal magnitude: UInt64, isNegative: Bool) {
        append(addingCapacity: 20) { output in
            if isNegative { output.append(UInt8(ascii: "-")) }
            var divisor: UInt64 = 1
            while magnitude / divisor >= 10 { divisor &*= 10 }
            while divisor > 0 {
                output.append(UInt8(truncatingIfNeeded: magnitude / divisor % 10) &+ 0x30)
                divisor /= 10
            }
        }
    }

    /// Appends a string's bytes, escaped, a block at a time, so the space for the worst case stays small.
    private mutating func appendEscaped(_ text: RawSpan) {
        var rest = text
        while !rest.isEmpty {
            let block = rest.extracting(first: JSONEscaping.blockSize)
            append(addingCapacity: JSONEscaping.maximumLength(of: block.byteCount)) { output in
                unsafe output.withUnsafeMutableBufferPointer { memory, count in
                    // INVARIANT: the memory has space for the worst case of the block.
                    count = unsafe JSONEscaping.escape(block, into: UnsafeMutableRawBufferPointer(memory))
                }
            }
            rest = rest.extracting(droppingFirst: block.byteCount)
        }
    }
}

/// The escaping of strings.
enum JSONEscaping {
    /// The bytes of a string that are escaped at once.
    static let blockSize = 4_096

    /// The bytes that ``escape(_:into:)`` needs at most: six for an escape, and the rest of a word.
    static func maximumLength(of byteCount: Int) -> Int { byteCount &* 6 &+ 8 }

    /// Whether a byte has to be escaped.
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Marks the bytes of a word that have to be escaped by their highest bits. The lowest mark is exact; above it, a
    /// borrow may mark others.
    @inline(__always)
    static func specialBytes(of word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ ones &* 0x22
        let backslashes = word ^ ones &* 0x5c
        // A byte below 0x20, or one that is zero, borrows into its highest bit; bytes of 0x80 and above do not count.
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & highBits
    }

    /// Writes `text` escaped into `memory`, which has space for ``maximumLength(of:)``.
    ///
    /// - Returns: The number of bytes written.
    static func escape(_ text: RawSpan, into memory: UnsafeMutableRawBufferPointer) -> Int {
        precondition(memory.count >= maximumLength(of: text.byteCount), "the memory is too short")
        guard let output = memory.baseAddress else { return 0 }
        var position = 0
        return unsafe escape(text, from: &position, to: text.byteCount, into: output, stopsAtNonASCII: false)
    }

    /// Writes the bytes of `text` from `position` to `end` escaped into memory that has space for ``maximumLength(of:)``.
    ///
    /// - Parameters:
    ///   - position: Where to begin. Afterwards, where the function stopped.
    ///   - stopsAtNonASCII: Whether to stop before the first byte that is not ASCII.
    /// - Returns: The number of bytes written.
    @inline(__always)
    static func escape(
        _ text: RawSpan, from position: inout Int, to end: Int, into output: UnsafeMutableRawPointer,
        stopsAtNonASCII: Bool
    ) -> Int {
        precondition(position >= 0 && position <= end && end <= text.byteCount, "the bytes lie outside of the text")
        return unsafe text.withUnsafeBytes { text in
            guard let base = text.baseAddress else { return 0 }
            // INVARIANT: read <= end <= text.count. A step writes at most six bytes for each that it reads, and stores at most
            // eight at once: `written + 8` is within the memory before each step.
            let nonASCII: UInt64 = stopsAtNonASCII ? 0x8080_8080_8080_8080 : 0
            var read = position
            var written = 0
            while read < end {
                let count = end &- read
                let word =
                    count >= 8
                    ? unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: read, as: UInt64.self))
                    : unsafe loadWord(base, at: read, count: count)
                unsafe output.storeBytes(of: word.littleEndian, toByteOffset: written, as: UInt64.self)
                let special = specialBytes(of: word) | word & nonASCII
                if special == 0 {
                    read &+= Swift.min(count, 8)
                    written &+= Swift.min(count, 8)
                    continue
                }
                let bits = special.trailingZeroBitCount &- 7
                let byte = UInt8(truncatingIfNeeded: word &>> UInt64(bits))
                read &+= bits &>> 3
                written &+= bits &>> 3
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    let escape = UInt16(UInt8(ascii: "\\")) | UInt16(byte) &<< 8
                    unsafe output.storeBytes(of: escape.littleEndian, toByteOffset: written, as: UInt16.self)
                    written &+= 2
                } else {
                    if byte >= 0x80 { break }
                    unsafe written &+= writeEscape(byte, to: output + written)
                }
                read &+= 1
            }
            position = read
            return written
        }
    }

    /// Returns `count` bytes, 1 to 7, the first in the lowest byte. Spaces fill the rest.
    @inline(__always)
    private static func loadWord(_ base: UnsafeRawPointer, at position: Int, count: Int) -> UInt64 {
        // INVARIANT: the bytes from `position` to `position + count` belong to the text, and each load lies within them.
        let spaces: UInt64 = 0x2020_2020_2020_2020 &<< UInt64(8 &* count)
        if count >= 4 {
            let low = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            let high = unsafe UInt32(
                littleEndian: base.loadUnaligned(fromByteOffset: position &+ count &- 4, as: UInt32.self))
            return UInt64(low) | UInt64(high) &<< UInt64(8 &* (count &- 4)) | spaces
        }
        let middle = count &>> 1
        let low = unsafe base.load(fromByteOffset: position, as: UInt8.self)
        let between = unsafe base.load(fromByteOffset: position &+ middle, as: UInt8.self)
        let high = unsafe base.load(fromByteOffset: position &+ count &- 1, as: UInt8.self)
        return UInt64(low) | UInt64(between) &<< UInt64(8 &* middle) | UInt64(high) &<< UInt64(8 &* (count &- 1))
            | spaces
    }

    /// Writes the escape of a byte to memory that has space for eight bytes.
    ///
    /// - Returns: The number of bytes written, 2 or 6.
    @inline(__always)
    private static func writeEscape(_ byte: UInt8, to output: UnsafeMutableRawPointer) -> Int {
        let letter = letter(of: byte)
        if letter != 0 {
            let escape = UInt16(UInt8(ascii: "\\")) | UInt16(letter) &<< 8
            unsafe output.storeBytes(of: escape.littleEndian, as: UInt16.self)
            return 2
        }
        // "\u00" and two digits, the first byte lowest.
        let digits = UInt64(0x30 &+ byte &>> 4) | UInt64(Hexadecimal.digit(UInt64(byte))) &<< 8
        let escape: UInt64 = 0x3030_755c | digits &<< 32
        unsafe output.storeBytes(of: escape.littleEndian, as: UInt64.self)
        return 6
    }

    /// The letter of a byte's two-character escape; 0 if it has none.
    @inline(__always)
    private static func letter(of byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0a: UInt8(ascii: "n")
        case 0x0c: UInt8(ascii: "f")
        case 0x0d: UInt8(ascii: "r")
        default: 0
        }
    }

    /// The end of the longest prefix of `text`, in whole characters, whose escaped form has at most `limit` bytes.
    static func end(of text: [UInt8], limit: Int) -> Int {
        var length = 0
        var end = 0
        for (position, byte) in text.enumerated() {
            // Continuation bytes belong to the character before them.
            if byte & 0xc0 != 0x80 { end = position }
            length &+= isSpecial(byte) ? (letter(of: byte) == 0 ? 6 : 2) : 1
            if length > limit { return end }
        }
        return text.count
    }
}
