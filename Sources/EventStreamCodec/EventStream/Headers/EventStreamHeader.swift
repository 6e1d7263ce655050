/// A header, owned: a name and a value.
public struct EventStreamHeader: Sendable, Hashable {
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
