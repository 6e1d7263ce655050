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
        return unsafe text.withUnsafeBytes { text in
            // INVARIANT: a load of eight bytes at `position` ends at `position + 8 <= text.count`. A step writes at most
            // six bytes for each that it reads, or eight for eight: `written + 8 <= memory.count` before each step.
            var position = 0
            var written = 0
            let count = text.count
            while count &- position >= 8 {
                let word = unsafe text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                unsafe output.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                let special = specialBytes(of: UInt64(littleEndian: word))
                if special == 0 {
                    position &+= 8
                    written &+= 8
                    continue
                }
                let plain = special.trailingZeroBitCount &>> 3
                written &+= plain
                unsafe written &+= writeEscape(text[position &+ plain], to: output + written)
                position &+= plain &+ 1
            }
            while position < count {
                let byte = unsafe text[position]
                position &+= 1
                if isSpecial(byte) {
                    unsafe written &+= writeEscape(byte, to: output + written)
                } else {
                    unsafe output.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
                    written &+= 1
                }
            }
            return written
        }
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
