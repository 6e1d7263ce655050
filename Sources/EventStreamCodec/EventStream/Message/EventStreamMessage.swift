/// A message, owned: headers and payload.
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

    /// The message of these headers and this payload. Whether it can be encoded is checked when it is.
    public init(headers: EventStreamHeaders = [:], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// The message of these headers and the UTF-8 of `payload`.
    public init(headers: EventStreamHeaders = [:], payload: String) {
        self.init(headers: headers, payload: Array(payload.utf8))
    }

    /// The message that the view lends, copied.
    public init(_ view: EventStreamMessageView) {
        self.init(headers: EventStreamHeaders(view.headers), payload: [UInt8](view.payload))
    }
}

extension EventStreamMessage {
    /// Encodes the message.
    ///
    /// - Throws: ``EventStreamError`` when a header or a length cannot be encoded, see ``EventStreamEncoder``.
    public func encoded(
        limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> [UInt8] {
        var bytes: [UInt8] = []
        try EventStreamEncoder(limits: limits, policy: policy).append(self, to: &bytes)
        return bytes
    }
}
