import EventStreamCodec

/// Decodes text that arrives in pieces cut anywhere, character by character whole.
///
/// ```swift
/// var text = UTF8TextDecoder()
/// print(text.decode(payload), terminator: "")   // for each piece
/// print(text.finish(), terminator: "")
/// ```
///
/// Pieces of a response are cut where they are cut, inside a character too; of a character whose last byte is still to
/// come the decoder keeps the bytes, three at most. What is ill-formed becomes U+FFFD, wherever it is cut.
public struct UTF8TextDecoder: Sendable {
    /// The beginning of a character.
    private var carried: [UInt8] = []

    /// A decoder at the start of a text.
    public init() {}

    /// The text that `bytes` completes.
    public mutating func decode(_ bytes: RawSpan) -> String {
        var all = carried
        all.append(contentsOf: bytes)
        carried = Array(all.suffix(Self.unfinishedByteCount(of: all)))
        return String(decoding: all.dropLast(carried.count), as: UTF8.self)
    }

    /// The text that `bytes` completes.
    public mutating func decode(_ bytes: [UInt8]) -> String {
        bytes.withBytes { decode($0) }
    }

    /// The text's end: U+FFFD for a character that was cut off, otherwise nothing.
    public mutating func finish() -> String {
        defer { carried = [] }
        return String(decoding: carried, as: UTF8.self)
    }

    /// How many bytes at the end of `bytes` begin a character that more bytes could complete.
    private static func unfinishedByteCount(of bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count &- count]
            // A continuation byte: its lead byte stands further in front.
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

    /// Whether a character may begin with these bytes (The Unicode Standard, table 3-7): not an overlong form, a
    /// surrogate, or one above U+10FFFF.
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
