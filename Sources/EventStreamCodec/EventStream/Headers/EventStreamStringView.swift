/// Well-formed UTF-8 lent from a message: a header's name, a string in a header, a payload that is text.
///
/// It compares with a `String` byte by byte, without making one. (Two strings that are canonically equivalent but have
/// different bytes are different on the wire, and different here.)
public struct EventStreamStringView: ~Escapable, BitwiseCopyable {
    /// The UTF-8 bytes, known to be well-formed.
    public let utf8: RawSpan

    @_lifetime(copy utf8)
    @inlinable
    init(validated utf8: RawSpan) {
        self.utf8 = utf8
    }

    /// The text in some bytes, a payload for instance; nil when they are not well-formed UTF-8.
    @_lifetime(copy utf8)
    public init?(validating utf8: RawSpan) {
        guard utf8.firstIllFormedUTF8(in: utf8.byteOffsets) == nil else { return nil }
        self.utf8 = utf8
    }

    /// Whether the view has the UTF-8 bytes of `string`.
    public static func == (view: EventStreamStringView, string: String) -> Bool {
        string.withUTF8Bytes { view.utf8.elementsEqual($0) }
    }

    /// Whether the view has other UTF-8 bytes than `string`.
    public static func != (view: EventStreamStringView, string: String) -> Bool {
        !(view == string)
    }
}

/// Whether there is a view and it has the UTF-8 bytes of `string`.
public func == (view: EventStreamStringView?, string: String) -> Bool {
    guard let view else { return false }
    return view == string
}

/// Whether there is no view, or one that has other UTF-8 bytes than `string`.
public func != (view: EventStreamStringView?, string: String) -> Bool {
    !(view == string)
}

extension String {
    /// The string that the view lends, copied.
    public init(_ view: EventStreamStringView) {
        self.init(decodingUTF8: view.utf8)
    }
}
