/// The type of a header value, as the byte after the header's name says it. The set is closed.
public enum EventStreamHeaderValueType: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// The boolean true; no bytes follow.
    case booleanTrue = 0
    /// The boolean false; no bytes follow.
    case booleanFalse = 1
    /// A signed 8-bit integer.
    case byte = 2
    /// A signed 16-bit integer, big-endian.
    case short = 3
    /// A signed 32-bit integer, big-endian.
    case integer = 4
    /// A signed 64-bit integer, big-endian.
    case long = 5
    /// A 16-bit big-endian length and as many bytes.
    case byteArray = 6
    /// A 16-bit big-endian length and as many bytes of UTF-8.
    case string = 7
    /// A signed 64-bit integer, big-endian: milliseconds since 1970-01-01T00:00:00Z.
    case timestamp = 8
    /// 16 bytes.
    case uuid = 9

}

/// What a walk over a header block needs to know of a type, from its code: without a branch a type.
extension EventStreamHeaderValueType {
    /// Whether a code is a type's.
    @inlinable
    @inline(__always)
    static func isKnown(_ code: UInt8) -> Bool { code <= uuid.rawValue }

    /// Whether a length of 16 bits stands between the type and the value: for byte arrays (6) and strings (7).
    @inlinable
    @inline(__always)
    static func hasLength(_ code: UInt8) -> Bool { code | 1 == string.rawValue }

    /// The number of bytes of a value whose length is not on the wire.
    @inlinable
    @inline(__always)
    static func fixedByteCount(_ code: UInt8) -> Int {
        // Six bits a type, the lowest for the lowest code.
        let counts: UInt64 =
            1 &<< 12 | 2 &<< 18 | 4 &<< 24 | 8 &<< 30  // byte, short, integer, long
            | 8 &<< 48 | 16 &<< 54  // timestamp, uuid
        return Int(truncatingIfNeeded: counts &>> (UInt64(code) &* 6) & 63)
    }
}
