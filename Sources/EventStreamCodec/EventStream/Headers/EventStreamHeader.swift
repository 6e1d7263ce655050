/// A header, owned: a name and a value. Two are equal when their bytes on the wire are.
public struct EventStreamHeader: Sendable {
    /// The name, 1 to 255 bytes of UTF-8.
    public var name: String

    /// The value.
    public var value: EventStreamHeaderValue

    /// The header of this name and value. Whether they can be encoded is checked when they are.
    public init(_ name: String, _ value: EventStreamHeaderValue) {
        self.name = name
        self.value = value
    }

    /// The header that the view lends, copied.
    public init(_ view: EventStreamHeaderView) {
        self.init(String(view.name), EventStreamHeaderValue(view.value))
    }

    /// Whether the name has the bytes of `name`; strings that are only canonically equivalent differ on the wire.
    func isNamed(_ name: String) -> Bool {
        self.name.utf8.elementsEqual(name.utf8)
    }
}

extension EventStreamHeader: Hashable {
    /// Whether name and value are encoded to the same bytes.
    public static func == (left: EventStreamHeader, right: EventStreamHeader) -> Bool {
        left.isNamed(right.name) && left.value == right.value
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
        hasher.combine(value)
    }
}
