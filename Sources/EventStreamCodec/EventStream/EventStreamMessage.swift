/// A message with its own headers and payload.
///
/// ```swift
/// let message = EventStreamMessage(
///     headers: [":message-type": "event", ":event-type": "chunk", "final": true], payload: "Hello, world!")
/// let bytes = try message.encoded()
/// ```
public struct EventStreamMessage: Sendable, Hashable {
    /// The headers, in wire order.
    public var headers: EventStreamHeaders

    /// The payload, uninterpreted.
    public var payload: [UInt8]

    /// Creates a message. Lengths and headers are checked when the message is encoded.
    ///
    /// - Parameters:
    ///   - headers: The headers.
    ///   - payload: The payload.
    public init(headers: EventStreamHeaders = [:], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// Creates a message with a payload of UTF-8 text.
    ///
    /// - Parameters:
    ///   - headers: The headers.
    ///   - payload: The text.
    public init(headers: EventStreamHeaders = [:], payload: String) {
        self.init(headers: headers, payload: Array(payload.utf8))
    }

    /// Copies a borrowed message.
    ///
    /// - Parameter view: The message to copy. Linear in its length.
    public init(_ view: EventStreamMessageView) {
        self.init(headers: EventStreamHeaders(view.headers), payload: [UInt8](view.payload))
    }

    /// Encodes the message.
    ///
    /// - Parameters:
    ///   - limits: The lengths to write.
    ///   - policy: What to write where implementations disagree.
    /// - Returns: The encoded message.
    /// - Throws: ``EventStreamError`` if a header or a length cannot be encoded, see ``EventStreamEncoder``.
    public func encoded(
        limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> [UInt8] {
        var bytes: [UInt8] = []
        try EventStreamEncoder(limits: limits, policy: policy).append(self, to: &bytes)
        return bytes
    }
}

extension EventStreamMessage: CustomStringConvertible {
    /// A summary such as `event chunk (5 headers, 1,024 bytes)`; the bytes are the payload's.
    public var description: String { kind.summary(headerCount: headers.count, payloadLength: payload.count) }
}

// MARK: Meaning

extension EventStreamMessage {
    /// What a message means according to its `:message-type`; see ``EventStreamMessageView/Kind``.
    public enum Kind: Sendable {
        /// An event of this `:event-type`.
        case event(type: String)

        /// An exception in the service's model, of this `:exception-type`. It ends the stream.
        case exception(type: String)

        /// An error outside the model, with its `:error-code` and `:error-message` if present. It ends the stream.
        case error(code: String?, message: String?)

        /// A message without a known `:message-type`, an event without `:event-type`, or an exception without
        /// `:exception-type`.
        case unrecognized

        /// Copies a borrowed kind.
        ///
        /// - Parameter view: The kind to copy.
        public init(_ view: EventStreamMessageView.Kind) {
            switch view {
            case .event(let type): self = .event(type: String(type))
            case .exception(let type): self = .exception(type: String(type))
            case .error(let code, let message): self = .error(code: String?(code), message: String?(message))
            case .unrecognized: self = .unrecognized
            }
        }
    }

    /// What the message means.
    public var kind: Kind {
        guard let type = headers.string(named: EventStreamHeaderName.messageType) else { return .unrecognized }
        if type.hasSameUTF8(as: "event") {
            if let event = headers.string(named: EventStreamHeaderName.eventType) { return .event(type: event) }
        } else if type.hasSameUTF8(as: "exception") {
            if let name = headers.string(named: EventStreamHeaderName.exceptionType) { return .exception(type: name) }
        } else if type.hasSameUTF8(as: "error") {
            return .error(
                code: headers.string(named: EventStreamHeaderName.errorCode),
                message: headers.string(named: EventStreamHeaderName.errorMessage))
        }
        return .unrecognized
    }

    /// Creates a message of the given kind.
    ///
    /// - Parameters:
    ///   - kind: The kind, which becomes `:message-type` and the headers that belong to it. `.unrecognized` adds none.
    ///   - contentType: The value of `:content-type`, the media type of the payload.
    ///   - headers: Further headers, which follow those.
    ///   - payload: The payload.
    public init(
        _ kind: Kind, contentType: String? = nil, headers: EventStreamHeaders = [:], payload: [UInt8] = []
    ) {
        var all = EventStreamHeaders()
        @inline(never)
        func add(_ name: String, _ value: String?) {
            if let value { all.append(EventStreamHeader(name, .string(value))) }
        }
        switch kind {
        case .event(let type):
            add(EventStreamHeaderName.messageType, "event")
            add(EventStreamHeaderName.eventType, type)
        case .exception(let type):
            add(EventStreamHeaderName.messageType, "exception")
            add(EventStreamHeaderName.exceptionType, type)
        case .error(let code, let message):
            add(EventStreamHeaderName.messageType, "error")
            add(EventStreamHeaderName.errorCode, code)
            add(EventStreamHeaderName.errorMessage, message)
        case .unrecognized: break
        }
        add(EventStreamHeaderName.contentType, contentType)
        all.append(contentsOf: headers)
        self.init(headers: all, payload: payload)
    }
}

extension EventStreamMessage.Kind: Hashable {
    /// Returns whether the kinds and their strings are equal. Strings are compared byte by byte, as on the wire.
    ///
    /// - Parameters:
    ///   - left: A kind.
    ///   - right: Another kind.
    /// - Returns: Whether they are equal.
    public static func == (left: Self, right: Self) -> Bool {
        let (left, right) = (left.parts, right.parts)
        return left.tag == right.tag && isSame(left.name, right.name) && isSame(left.text, right.text)
    }

    /// Hashes what ``==(_:_:)`` compares.
    ///
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) {
        let parts = parts
        hasher.combine(parts.tag)
        for string in [parts.name, parts.text] {
            hasher.combine(string?.utf8.count)
            for byte in (string ?? "").utf8 { hasher.combine(byte) }
        }
    }

    private var parts: (tag: UInt8, name: String?, text: String?) {
        switch self {
        case .event(let type): (0, type, nil)
        case .exception(let type): (1, type, nil)
        case .error(let code, let message): (2, code, message)
        case .unrecognized: (3, nil, nil)
        }
    }

    // Bytes, because comparing strings would link the Unicode tables in Embedded Swift.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.hasSameUTF8(as: right)
    }
}

extension EventStreamMessage.Kind: CustomStringConvertible {
    /// The kind in a few words, such as `event chunk`.
    public var description: String {
        switch self {
        case .event(let type): "event \(type)"
        case .exception(let type): "exception \(type)"
        case .error(let code, let message): (code.map { "error \($0)" } ?? "error") + (message.map { ": \($0)" } ?? "")
        case .unrecognized: "message"
        }
    }

    /// The kind and the size of a message.
    func summary(headerCount: Int, payloadLength: Int) -> String {
        func quantity(_ number: Int, _ noun: String) -> String {
            var groups = ""
            var rest = number
            while rest >= 1_000 {
                let group = rest % 1_000
                groups = (group < 10 ? ",00" : group < 100 ? ",0" : ",") + "\(group)" + groups
                rest /= 1_000
            }
            return "\(rest)\(groups) \(noun)\(number == 1 ? "" : "s")"
        }
        return "\(self) (\(quantity(headerCount, "header")), \(quantity(payloadLength, "byte")))"
    }
}
