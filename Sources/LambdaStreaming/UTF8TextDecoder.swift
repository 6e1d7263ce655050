import EventStreamCodec

/// Decodes UTF-8 text that arrives in pieces of any size, without splitting characters.
///
/// ```swift
/// var text = UTF8TextDecoder()
/// print(text.decode(payload), terminator: "")   // for each piece
/// print(text.finish(), terminator: "")
/// ```
///
/// A piece of a response may end inside a character. The decoder keeps the bytes of an incomplete character, three at
/// most, until the next piece. Ill-formed bytes become U+FFFD; the result does not depend on how the text is split.
public struct UTF8TextDecoder: Sendable {
    /// The bytes of an incomplete character.
    private var carried: [UInt8] = []

    /// Creates a decoder at the start of a text.
    public init() {}

    /// Returns the text that `bytes` completes. O(*n*) for *n* bytes.
    ///
    /// - Parameter bytes: The next bytes of the text.
    /// - Returns: The characters up to the last complete one.
    public mutating func decode(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) -> String {
        var all = carried
        all.append(contentsOf: bytes.rawSpan)
        carried = Array(all.suffix(Self.unfinishedByteCount(of: all)))
        return String(decoding: all.dropLast(carried.count), as: UTF8.self)
    }

    /// Declares the text finished. The decoder is then ready for another text.
    ///
    /// - Returns: U+FFFD if the text ends inside a character; otherwise an empty string.
    public mutating func finish() -> String {
        defer { carried = [] }
        return String(decoding: carried, as: UTF8.self)
    }

    /// Returns the number of bytes at the end of `bytes` that could begin a character.
    private static func unfinishedByteCount(of bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count &- count]
            // A continuation byte: the lead byte comes before it.
            if lead & 0xc0 == 0x80 { continue }
            let length =
                switch lead {
                case 0xc2...0xdf: 2
                case 0xe0...0xef: 3
                case 0xf0...0xf4: 4
                default: 1
                }
            guard count < length else { return 0 }
            return isPossible(lead, second: count > 1 ? bytes[bytes.count &- count &+ 1] : nil) ? count : 0
        }
        return 0
    }

    /// Returns whether a character may begin with these bytes (The Unicode Standard, table 3-7). Overlong forms,
    /// surrogates and values above U+10FFFF are invalid.
    private static func isPossible(_ lead: UInt8, second: UInt8?) -> Bool {
        guard let second else { return true }
        switch lead {
        case 0xe0: return second >= 0xa0
        case 0xed: return second < 0xa0
        case 0xf0: return second >= 0x90
        case 0xf4: return second < 0x90
        default: return true
        }
    }
}
