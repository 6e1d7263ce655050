public import EventStreamCodec

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

// This module is not part of EventStreamCodec, because that would link Foundation into programs that do not use it.

extension Data: RawBytes {
    /// The bytes, borrowed from the data.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { bytes }
    }

    /// Copies borrowed bytes: `Data(message.payload)`.
    ///
    /// - Parameter bytes: The bytes to copy.
    public init(_ bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Data(bytes)
        }
    }
}

extension EventStreamMessageView {
    /// Decodes the payload as JSON.
    ///
    /// ```swift
    /// let model = EventStreamModel<ChatEvent>()
    ///     .event("contentBlockDelta") { .text(try $0.payload(as: Delta.self).text) }
    /// ```
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - decoder: The decoder, with its strategies.
    /// - Returns: The value.
    /// - Throws: `DecodingError` if the payload is not JSON, or not of that type.
    public func payload<Value: Decodable>(
        as type: Value.Type = Value.self, using decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        try decoder.decode(type, from: Data(payload))
    }
}

extension EventStreamMessage {
    /// Creates a message whose payload is a value, encoded as JSON.
    ///
    /// - Parameters:
    ///   - kind: The kind, which becomes `:message-type` and the headers that belong to it.
    ///   - value: The value to encode.
    ///   - encoder: The encoder, with its strategies.
    ///   - headers: Further headers, which follow `:content-type`.
    /// - Throws: `EncodingError` if the value cannot be encoded.
    public init(
        _ kind: Kind, json value: some Encodable, using encoder: JSONEncoder = JSONEncoder(),
        headers: EventStreamHeaders = [:]
    ) throws {
        self.init(
            kind, contentType: "application/json", headers: headers, payload: [UInt8](try encoder.encode(value)))
    }

    /// Decodes the payload as JSON.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - decoder: The decoder, with its strategies.
    /// - Returns: The value.
    /// - Throws: `DecodingError` if the payload is not JSON, or not of that type.
    public func payload<Value: Decodable>(
        as type: Value.Type = Value.self, using decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        try decoder.decode(type, from: Data(payload))
    }
}
