/// A header's value, owned.
///
/// A string literal makes a `.string`, a boolean literal a `.boolean`; the widths of numbers are said. Two values are
/// equal when their bytes on the wire are: strings are compared byte by byte.
public enum EventStreamHeaderValue: Sendable {
    /// Types 0 and 1.
    case boolean(Bool)
    /// Type 2.
    case byte(Int8)
    /// Type 3.
    case short(Int16)
    /// Type 4.
    case integer(Int32)
    /// Type 5.
    case long(Int64)
    /// Type 6, at most 65,535 bytes.
    case byteArray([UInt8])
    /// Type 7, at most 65,535 bytes of UTF-8.
    case string(String)
    /// Type 8: milliseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    /// Type 9.
    case uuid(EventStreamUUID)

    /// The value that the view lends, copied.
    public init(_ view: EventStreamHeaderValueView) {
        switch view {
        case .boolean(let value): self = .boolean(value)
        case .byte(let value): self = .byte(value)
        case .short(let value): self = .short(value)
        case .integer(let value): self = .integer(value)
        case .long(let value): self = .long(value)
        case .byteArray(let bytes): self = .byteArray([UInt8](bytes))
        case .string(let string): self = .string(String(string))
        case .timestamp(let milliseconds): self = .timestamp(milliseconds)
        case .uuid(let uuid): self = .uuid(uuid)
        }
    }

    /// The value's type on the wire.
    public var type: EventStreamHeaderValueType {
        switch self {
        case .boolean(let value): value ? .booleanTrue : .booleanFalse
        case .byte: .byte
        case .short: .short
        case .integer: .integer
        case .long: .long
        case .byteArray: .byteArray
        case .string: .string
        case .timestamp: .timestamp
        case .uuid: .uuid
        }
    }

    /// The string, when the value is one.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }
}

extension EventStreamHeaderValue: Hashable {
    /// Whether the values are encoded to the same bytes.
    public static func == (left: EventStreamHeaderValue, right: EventStreamHeaderValue) -> Bool {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): left == right
        case (.byte(let left), .byte(let right)): left == right
        case (.short(let left), .short(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.long(let left), .long(let right)): left == right
        case (.byteArray(let left), .byteArray(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.uuid(let left), .uuid(let right)): left == right
        default: false
        }
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        switch self {
        case .boolean: break
        case .byte(let value): hasher.combine(value)
        case .short(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .long(let value), .timestamp(let value): hasher.combine(value)
        case .byteArray(let bytes): hasher.combine(bytes)
        case .string(let string): for byte in string.utf8 { hasher.combine(byte) }
        case .uuid(let uuid): hasher.combine(uuid)
        }
    }
}

extension EventStreamHeaderValue: ExpressibleByStringLiteral {
    /// A `.string`.
    public init(stringLiteral string: String) {
        self = .string(string)
    }
}

extension EventStreamHeaderValue: ExpressibleByBooleanLiteral {
    /// A `.boolean`.
    public init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }
}
