/// A header's value, lent from the message it stands in.
public enum EventStreamHeaderValueView: ~Escapable, BitwiseCopyable {
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
    /// Type 6.
    case byteArray(RawSpan)
    /// Type 7.
    case string(EventStreamStringView)
    /// Type 8: milliseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    /// Type 9.
    case uuid(EventStreamUUID)

    /// Reads the value at `layout` of a block that was checked before.
    @_lifetime(copy block)
    @inlinable
    @inline(__always)
    init(_ layout: HeaderLayout, in block: RawSpan) {
        let range = layout.valueRange
        switch layout.type {
        case .booleanTrue: self = .boolean(true)
        case .booleanFalse: self = .boolean(false)
        case .byte: self = .byte(block.bigEndian(Int8.self, at: range.lowerBound))
        case .short: self = .short(block.bigEndian(Int16.self, at: range.lowerBound))
        case .integer: self = .integer(block.bigEndian(Int32.self, at: range.lowerBound))
        case .long: self = .long(block.bigEndian(Int64.self, at: range.lowerBound))
        case .byteArray: self = .byteArray(layout.value(in: block))
        case .string: self = .string(EventStreamStringView(validated: layout.value(in: block)))
        case .timestamp: self = .timestamp(block.bigEndian(Int64.self, at: range.lowerBound))
        case .uuid:
            self = .uuid(
                EventStreamUUID(
                    high: block.bigEndian(UInt64.self, at: range.lowerBound),
                    low: block.bigEndian(UInt64.self, at: range.lowerBound &+ 8)))
        }
    }
}

extension EventStreamHeaderValueView {
    /// The string, when the value is one.
    @inlinable public var string: EventStreamStringView? {
        @_lifetime(copy self)
        @inline(__always) get { if case .string(let string) = self { string } else { nil } }
    }

    /// The byte array, when the value is one.
    @inlinable public var byteArray: RawSpan? {
        @_lifetime(copy self)
        @inline(__always) get { if case .byteArray(let bytes) = self { bytes } else { nil } }
    }

    /// The boolean, when the value is one.
    @inlinable public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The integer, when the value is a byte, a short, an integer or a long.
    @inlinable public var integer: Int64? {
        switch self {
        case .byte(let value): Int64(value)
        case .short(let value): Int64(value)
        case .integer(let value): Int64(value)
        case .long(let value): value
        default: nil
        }
    }

    /// The milliseconds since 1970-01-01T00:00:00Z, when the value is a timestamp.
    @inlinable public var timestamp: Int64? {
        if case .timestamp(let milliseconds) = self { milliseconds } else { nil }
    }

    /// The UUID, when the value is one.
    @inlinable public var uuid: EventStreamUUID? {
        if case .uuid(let value) = self { value } else { nil }
    }
}
