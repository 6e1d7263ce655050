/// A header value.
///
/// A string literal creates a `.string`, a boolean literal a `.boolean`, an integer literal an `.integer` of 32 bits. Two
/// values are equal if their bytes on the wire are equal: strings are compared byte by byte.
///
/// ```swift
/// let headers: EventStreamHeaders = [":event-type": "chunk", "sequence": 7, "final": true, "size": .long(1 << 40)]
/// ```
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

    /// Copies a borrowed value.
    ///
    /// - Parameter view: The value to copy.
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
    public var type: WireType {
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
}

// MARK: Accessors and literals

extension EventStreamHeaderValue {
    /// The boolean, if the value is one.
    public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The number, if the value is a byte, a short, an integer or a long.
    public var integer: Int64? {
        switch self {
        case .byte(let value): Int64(value)
        case .short(let value): Int64(value)
        case .integer(let value): Int64(value)
        case .long(let value): value
        default: nil
        }
    }

    /// The bytes, if the value is a byte array.
    public var byteArray: [UInt8]? {
        if case .byteArray(let bytes) = self { bytes } else { nil }
    }

    /// The string, if the value is one.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The milliseconds since 1970-01-01T00:00:00Z, if the value is a timestamp.
    public var timestamp: Int64? {
        if case .timestamp(let milliseconds) = self { milliseconds } else { nil }
    }

    /// The UUID, if the value is one.
    public var uuid: EventStreamUUID? {
        if case .uuid(let uuid) = self { uuid } else { nil }
    }
}

extension EventStreamHeaderValue: ExpressibleByStringLiteral {
    /// Creates a `.string`.
    ///
    /// - Parameter string: The string.
    public init(stringLiteral string: String) {
        self = .string(string)
    }
}

extension EventStreamHeaderValue: ExpressibleByBooleanLiteral {
    /// Creates a `.boolean`.
    ///
    /// - Parameter value: The boolean.
    public init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }
}

extension EventStreamHeaderValue: ExpressibleByIntegerLiteral {
    /// Creates an `.integer`. A literal beyond 32 bits does not compile; write `.long(…)`.
    ///
    /// - Parameter value: The number.
    public init(integerLiteral value: Int32) {
        self = .integer(value)
    }
}

extension EventStreamHeaderValue: Hashable {
    /// Returns whether the values are encoded to the same bytes.
    ///
    /// - Parameters:
    ///   - left: A value.
    ///   - right: Another value.
    /// - Returns: Whether they are equal.
    public static func == (left: EventStreamHeaderValue, right: EventStreamHeaderValue) -> Bool {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): left == right
        case (.byte(let left), .byte(let right)): left == right
        case (.short(let left), .short(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.long(let left), .long(let right)): left == right
        case (.byteArray(let left), .byteArray(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameUTF8(as: right)
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.uuid(let left), .uuid(let right)): left == right
        default: false
        }
    }

    /// Hashes what ``==(_:_:)`` compares.
    ///
    /// - Parameter hasher: The hasher.
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

// MARK: UUIDs

/// A UUID in a header: 16 bytes, in the order of the wire and of the text form.
public struct EventStreamUUID: Sendable, Hashable, BitwiseCopyable {
    /// Bytes 0..<8, big-endian.
    public let high: UInt64

    /// Bytes 8..<16, big-endian.
    public let low: UInt64

    /// Creates a UUID from its halves.
    ///
    /// - Parameters:
    ///   - high: Bytes 0..<8, big-endian.
    ///   - low: Bytes 8..<16, big-endian.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates a UUID from its 16 bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The UUID, or nil unless there are exactly 16 bytes.
    @inlinable
    public init?(bytes: borrowing some RawBytes & ~Copyable & ~Escapable) {
        let bytes = bytes.rawSpan
        guard bytes.byteCount == 16 else { return nil }
        self.init(high: bytes.bigEndian(UInt64.self, at: 0), low: bytes.bigEndian(UInt64.self, at: 8))
    }

    /// Creates a UUID from its text form, `8-4-4-4-12` hexadecimal digits in upper or lower case.
    ///
    /// - Parameter text: The text.
    /// - Returns: The UUID, or nil if the text has any other form.
    public init?(_ text: String) {
        var digitCount = 0
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (position, character) in text.utf8.enumerated() {
            switch position {
            case 8, 13, 18, 23:
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            case 36...: return nil
            default: break
            }
            let digit = Hexadecimal.value(of: character)
            guard digit < 16 else { return nil }
            if digitCount < 16 {
                halves.high = halves.high << 4 | UInt64(digit)
            } else {
                halves.low = halves.low << 4 | UInt64(digit)
            }
            digitCount += 1
        }
        guard digitCount == 32 else { return nil }
        self.init(high: halves.high, low: halves.low)
    }

    /// The UUID's 16 bytes.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) &>> UInt64(56 &- 8 &* (index & 7)))
        }
    }
}

extension EventStreamUUID: CustomStringConvertible {
    /// The text form: `8-4-4-4-12` lower-case hexadecimal digits.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(Hexadecimal.digit(UInt64(byte &>> 4)))
            text.append(Hexadecimal.digit(UInt64(byte)))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
