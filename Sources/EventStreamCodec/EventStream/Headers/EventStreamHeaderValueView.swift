/// A header value, borrowed from its message.
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

    /// Reads the value at `layout` of a block that has been checked.
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
    /// The boolean, if the value is one.
    @inlinable public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The number, if the value is a byte, a short, an integer or a long.
    @inlinable public var integer: Int64? {
        switch self {
        case .byte(let value): Int64(value)
        case .short(let value): Int64(value)
        case .integer(let value): Int64(value)
        case .long(let value): value
        default: nil
        }
    }

    /// The bytes, if the value is a byte array.
    @inlinable public var byteArray: RawSpan? {
        @_lifetime(copy self)
        @inline(__always) get { if case .byteArray(let bytes) = self { bytes } else { nil } }
    }

    /// The string, if the value is one.
    @inlinable public var string: EventStreamStringView? {
        @_lifetime(copy self)
        @inline(__always) get { if case .string(let string) = self { string } else { nil } }
    }

    /// The milliseconds since 1970-01-01T00:00:00Z, if the value is a timestamp.
    @inlinable public var timestamp: Int64? {
        if case .timestamp(let milliseconds) = self { milliseconds } else { nil }
    }

    /// The UUID, if the value is one.
    @inlinable public var uuid: EventStreamUUID? {
        if case .uuid(let value) = self { value } else { nil }
    }
}

// MARK: Strings

/// Well-formed UTF-8, borrowed from a message: a header's name, a string in a header, a payload that is text.
///
/// Compare it with a `String` directly; that creates no string. The comparison is byte by byte: strings that are canonically
/// equivalent but have different bytes are different.
@frozen
public struct EventStreamStringView: ~Escapable, BitwiseCopyable {
    /// The UTF-8 bytes, which are well-formed.
    public let utf8: RawSpan

    @_lifetime(copy utf8)
    @inlinable
    init(validated utf8: RawSpan) {
        self.utf8 = utf8
    }

    /// Borrows the text in some bytes, for example in a payload.
    ///
    /// - Parameter utf8: The bytes.
    /// - Returns: The text, or nil if the bytes are not well-formed UTF-8. Linear in the number of bytes.
    @_lifetime(copy utf8)
    public init?(validating utf8: RawSpan) {
        guard utf8.firstIllFormedUTF8(in: utf8.byteOffsets) == nil else { return nil }
        self.utf8 = utf8
    }

    /// Returns whether the view has the UTF-8 bytes of `string`.
    ///
    /// - Parameters:
    ///   - view: A view.
    ///   - string: A string.
    /// - Returns: Whether their bytes are equal.
    public static func == (view: EventStreamStringView, string: String) -> Bool {
        string.withUTF8Bytes { view.utf8.elementsEqual($0) }
    }

    /// Returns whether the UTF-8 bytes of the view and of `string` differ.
    ///
    /// - Parameters:
    ///   - view: A view.
    ///   - string: A string.
    /// - Returns: Whether their bytes differ.
    public static func != (view: EventStreamStringView, string: String) -> Bool {
        !(view == string)
    }
}

// An optional view has no `==` of its own, because it is not escapable.

/// Returns whether there is a view and it has the UTF-8 bytes of `string`.
///
/// - Parameters:
///   - view: A view, or nil.
///   - string: A string.
/// - Returns: Whether their bytes are equal.
public func == (view: EventStreamStringView?, string: String) -> Bool {
    guard let view else { return false }
    return view == string
}

/// Returns whether there is no view, or its UTF-8 bytes and those of `string` differ.
///
/// - Parameters:
///   - view: A view, or nil.
///   - string: A string.
/// - Returns: Whether their bytes differ.
public func != (view: EventStreamStringView?, string: String) -> Bool {
    !(view == string)
}

extension String {
    /// Copies a borrowed string: `String(header.name)`.
    ///
    /// - Parameter view: The string to copy.
    public init(_ view: EventStreamStringView) {
        self.init(decodingUTF8: view.utf8)
    }
}

extension Optional where Wrapped == String {
    /// Copies a borrowed string, if there is one.
    ///
    /// - Parameter view: The string to copy, or nil. (An optional view has no `map`, because it is not escapable.)
    public init(_ view: EventStreamStringView?) {
        self = nil
        if let view { self = String(view) }
    }
}
