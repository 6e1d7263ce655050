/// The headers of a message, in wire order.
///
/// ```swift
/// var headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
/// headers["sequence"] = 7
/// let date = headers[":date"]?.timestamp
/// ```
public struct EventStreamHeaders: Sendable, Hashable {
    private var headers: [EventStreamHeader]

    /// Creates headers from a sequence, in its order.
    ///
    /// - Parameter headers: The headers.
    public init(_ headers: some Sequence<EventStreamHeader> = []) {
        self.headers = Array(headers)
    }

    /// Copies borrowed headers.
    ///
    /// - Parameter view: The headers to copy.
    public init(_ view: EventStreamHeadersView) {
        headers = []
        var iterator = view.makeIterator()
        while let header = iterator.next() { headers.append(EventStreamHeader(header)) }
    }

    /// The value of the first header with this name, compared byte by byte.
    ///
    /// Setting a value changes the first header with the name, or appends one. Setting nil removes all headers with the
    /// name. Linear in the number of headers.
    ///
    /// - Parameter name: The header's name.
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

    /// Returns the string in the first header with this name.
    ///
    /// - Parameter name: The header's name.
    /// - Returns: The string, or nil if there is no such header or its value is not a string. Linear in the number of
    ///   headers.
    public func string(named name: String) -> String? {
        self[name]?.string
    }
}

extension EventStreamHeaders {
    /// Appends a header, even if there is one with the same name.
    ///
    /// - Parameter header: The header.
    public mutating func append(_ header: EventStreamHeader) {
        headers.append(header)
    }

    /// Appends headers, even if there are some with the same names.
    ///
    /// - Parameter headers: The headers.
    public mutating func append(contentsOf headers: some Sequence<EventStreamHeader>) {
        self.headers.append(contentsOf: headers)
    }
}

// Not a mutable or range-replaceable collection: their default implementations would add 12 KB to every program.
extension EventStreamHeaders: RandomAccessCollection {
    /// The position of the first header: 0.
    public var startIndex: Int { 0 }

    /// The position after the last header.
    public var endIndex: Int { headers.count }

    /// The header at a position.
    ///
    /// - Parameter position: The header's position.
    public subscript(position: Int) -> EventStreamHeader {
        get { headers[position] }
        set { headers[position] = newValue }
    }
}

extension EventStreamHeaders: ExpressibleByDictionaryLiteral {
    /// Creates headers from a literal, in the order written. Repeated names are kept.
    ///
    /// - Parameter elements: Names and values.
    public init(dictionaryLiteral elements: (String, EventStreamHeaderValue)...) {
        headers = elements.map { EventStreamHeader($0, $1) }
    }
}

/// A header: a name and a value. Two headers are equal if their bytes on the wire are equal.
public struct EventStreamHeader: Sendable {
    /// The name, 1 to 255 bytes of UTF-8.
    public var name: String

    /// The value.
    public var value: EventStreamHeaderValue

    /// Creates a header. Name and value are checked when a message is encoded.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: EventStreamHeaderValue) {
        self.name = name
        self.value = value
    }

    /// Copies a borrowed header.
    ///
    /// - Parameter view: The header to copy.
    public init(_ view: EventStreamHeaderView) {
        self.init(String(view.name), EventStreamHeaderValue(view.value))
    }

    /// Returns whether the name has the bytes of `name`. Strings that are only canonically equivalent differ on the wire.
    func isNamed(_ name: String) -> Bool {
        self.name.hasSameUTF8(as: name)
    }
}

extension EventStreamHeader: Hashable {
    /// Returns whether the headers are encoded to the same bytes.
    ///
    /// - Parameters:
    ///   - left: A header.
    ///   - right: Another header.
    /// - Returns: Whether they are equal.
    public static func == (left: EventStreamHeader, right: EventStreamHeader) -> Bool {
        left.isNamed(right.name) && left.value == right.value
    }

    /// Hashes what ``==(_:_:)`` compares.
    ///
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
        hasher.combine(value)
    }
}

/// The header names that the event stream specification defines.
public enum EventStreamHeaderName {
    /// `event`, `exception` or `error`.
    public static let messageType = ":message-type"
    /// The member of the service's event union.
    public static let eventType = ":event-type"
    /// The media type of the payload.
    public static let contentType = ":content-type"
    /// The name of an exception in the service's model.
    public static let exceptionType = ":exception-type"
    /// The code of an error outside the model.
    public static let errorCode = ":error-code"
    /// The text of an error outside the model.
    public static let errorMessage = ":error-message"
}
