import EventStreamCodec

/// Reads one value of JSON (RFC 8259), each byte once.
///
/// Of two members with the same name the last wins, as ECMAScript has it. A `\u` escape of half a surrogate pair becomes
/// U+FFFD.
struct JSONReader: ~Escapable {
    /// The text is no JSON; `offset` is that of the first byte that makes it none.
    struct Malformed: Error, Hashable {
        var offset: Int
    }

    private let text: RawSpan
    private var position = 0

    /// How deep arrays and objects may nest. What is read here is flat; a limit keeps hostile text off the stack.
    private static let maximumDepth = 32

    @_lifetime(copy text)
    private init(_ text: RawSpan) {
        self.text = text
    }

    /// The value that `text` is, with nothing but whitespace around it.
    static func read(_ text: RawSpan) throws(Malformed) -> JSONValue {
        if let offset = text.firstIllFormedUTF8(in: text.byteOffsets) { throw Malformed(offset: offset) }
        var reader = JSONReader(text)
        let value = try reader.value(depth: 0)
        reader.skipWhitespace()
        guard reader.position == text.byteCount else { throw reader.malformed }
        return value
    }

    private var malformed: Malformed { Malformed(offset: position) }

    /// The byte at the position; nil at the end.
    private var next: UInt8? { position < text.byteCount ? text.byte(at: position) : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position &+= 1 }
    }

    /// Moves past `byte`, if that comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position &+= 1
        return true
    }

    private mutating func require(_ byte: UInt8) throws(Malformed) {
        guard skip(byte) else { throw malformed }
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
        skipWhitespace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Malformed) -> JSONValue {
        for byte in word.utf8 { try require(byte) }
        return value
    }

    private mutating func object(depth: Int) throws(Malformed) -> JSONValue {
        guard depth < Self.maximumDepth else { throw malformed }
        position &+= 1
        var members: [String: JSONValue] = [:]
        skipWhitespace()
        if skip(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipWhitespace()
            let name = try string()
            skipWhitespace()
            try require(UInt8(ascii: ":"))
            members[name] = try value(depth: depth &+ 1)
            skipWhitespace()
        } while skip(UInt8(ascii: ","))
        try require(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
        guard depth < Self.maximumDepth else { throw malformed }
        position &+= 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if skip(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth &+ 1))
            skipWhitespace()
        } while skip(UInt8(ascii: ","))
        try require(UInt8(ascii: "]"))
        return .array(elements)
    }
}

extension JSONReader {
    /// Reads a number: `-`, whole part without a leading zero, fraction, exponent.
    private mutating func number() throws(Malformed) -> String {
        let start = position
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decodingUTF8: text.extracting(start..<position))
    }

    /// Moves past decimal digits, one at least.
    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position &+= 1 }
        guard position > start else { throw malformed }
    }

    private mutating func string() throws(Malformed) -> String {
        try require(UInt8(ascii: "\""))
        var result = ""
        while true {
            let start = position
            while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                position &+= 1
            }
            result += String(decodingUTF8: text.extracting(start..<position))
            if skip(UInt8(ascii: "\"")) { return result }
            try require(UInt8(ascii: "\\"))
            result.unicodeScalars.append(try escape())
        }
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(Malformed) -> Unicode.Scalar {
        guard let byte = next else { throw malformed }
        let scalar: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(byte)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{c}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"):
            position &+= 1
            return try escapedScalar()
        default: throw malformed
        }
        position &+= 1
        return scalar
    }

    /// Reads the digits after `\u`, and a second such escape when the first is the first half of a surrogate pair.
    private mutating func escapedScalar() throws(Malformed) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = position
        guard (0xd800...0xdbff).contains(first), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
            position = afterFirst
            return "\u{fffd}"
        }
        let second = try codeUnit()
        guard (0xdc00...0xdfff).contains(second) else {
            // The second escape stands for itself.
            position = afterFirst
            return "\u{fffd}"
        }
        let value = 0x1_0000 &+ (UInt32(first &- 0xd800) &<< 10) &+ UInt32(second &- 0xdc00)
        return Unicode.Scalar(value) ?? "\u{fffd}"
    }

    /// Reads four hexadecimal digits.
    private mutating func codeUnit() throws(Malformed) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, Hexadecimal.value(of: byte) < 16 else { throw malformed }
            unit = unit &<< 4 | UInt16(Hexadecimal.value(of: byte))
            position &+= 1
        }
        return unit
    }
}
