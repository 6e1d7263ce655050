/// The headers of a message in wire order, owned.
///
/// ```swift
/// var headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
/// headers["sequence"] = .integer(7)
/// ```
public struct EventStreamHeaders: Sendable, Hashable {
    private var headers: [EventStreamHeader]

    /// These headers, in this order.
    public init(_ headers: some Sequence<EventStreamHeader> = []) {
        self.headers = Array(headers)
    }

    /// The headers that the view lends, copied.
    public init(_ view: EventStreamHeadersView) {
        headers = []
        var iterator = view.makeIterator()
        while let header = iterator.next() { headers.append(EventStreamHeader(header)) }
    }

    /// The value of the first header with this name, compared byte by byte.
    ///
    /// Setting it changes the first header with the name, or appends one; setting nil removes all with the name.
    public subscript(name: String) -> EventStreamHeaderValue? {
        get { headers.first { $0.isNamed(name) }?.value }
        set {
            guard let newValue else {
                headers.removeAll { $0.isNamed(name) }
                return
            }
            if let index = headers.firstIndex(where: { $0.isNamed(name) }) {
                headers[index].value = newValue
            } else {
                headers.append(EventStreamHeader(name, newValue))
            }
        }
    }

    /// The string in the first header with this name; nil when there is none, or it is not a string.
    public func string(_ name: String) -> String? {
        self[name]?.string
    }
}

extension EventStreamHeaders: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// No headers.
    public init() {
        headers = []
    }

    /// The position of the first header: 0.
    public var startIndex: Int { headers.startIndex }

    /// The position after the last header.
    public var endIndex: Int { headers.endIndex }

    /// The header at `position`.
    public subscript(position: Int) -> EventStreamHeader {
        get { headers[position] }
        set { headers[position] = newValue }
    }

    /// Puts `newElements` in the place of the headers in `subrange`.
    public mutating func replaceSubrange(
        _ subrange: Range<Int>, with newElements: some Collection<EventStreamHeader>
    ) {
        headers.replaceSubrange(subrange, with: newElements)
    }
}

extension EventStreamHeaders: ExpressibleByDictionaryLiteral {
    /// The headers of a literal in the order written, repeated names included.
    public init(dictionaryLiteral elements: (String, EventStreamHeaderValue)...) {
        headers = elements.map { EventStreamHeader($0, $1) }
    }
}
