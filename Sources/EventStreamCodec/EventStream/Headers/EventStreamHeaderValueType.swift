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

    /// The number of bytes between the type and the value: 2 for a byte array or a string, otherwise 0.
    var lengthByteCount: Int {
        switch self {
        case .byteArray, .string: 2
        default: 0
        }
    }

    /// The number of bytes of a value of this type, or nil when a length on the wire says it.
    var fixedByteCount: Int? {
        switch self {
        case .booleanTrue, .booleanFalse: 0
        case .byte: 1
        case .short: 2
        case .integer: 4
        case .long, .timestamp: 8
        case .uuid: 16
        case .byteArray, .string: nil
        }
    }
}
