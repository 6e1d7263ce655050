import EventStreamCodec

/// Encodes the response of `InvokeWithResponseStream`: what a Lambda service sends to SDKs.
///
/// ```swift
/// var response = InvokeResponseEncoder()
/// for piece in pieces { try response.append(payload: piece, to: &bytes) }
/// try response.append(InvokeComplete(), to: &bytes)
/// ```
///
/// Headers stand in the order in which Lambda has them: `:event-type`, `:content-type`, `:message-type`.
public struct InvokeResponseEncoder: Sendable {
    /// The media type of the stream, for the `Content-Type` of the HTTP response.
    public static let contentType = "application/vnd.amazon.eventstream"

    /// Whether `InvokeComplete` has been written.
    public private(set) var hasEnded = false

    private let encoder = EventStreamEncoder()

    /// An encoder at the start of a response.
    public init() {}

    /// Appends a piece of the function's response: a `PayloadChunk`; none for no bytes, several for more than 24 MiB.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(payload: RawSpan, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        if hasEnded { throw StreamingResponseError(.responseEnded) }
        var rest = payload
        while !rest.isEmpty {
            let piece = rest.extracting(first: EventStreamLimits.specifiedPayloadLength)
            encode { () throws(EventStreamError) in
                try encoder.append(headers: Self.payloadChunkHeaders, payload: piece, to: &bytes)
            }
            rest = rest.extracting(droppingFirst: piece.byteCount)
        }
    }

    /// Appends a piece of the function's response.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(payload: [UInt8], to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try payload.withBytes { payload throws(StreamingResponseError) in try append(payload: payload, to: &bytes) }
    }

    /// What stands before and after a `PayloadChunk`'s payload, for a vectored write that does not copy it.
    ///
    /// - Throws: `EventStreamError.Code.payloadTooLong` for more than 24 MiB.
    public func parts(payload: RawSpan) throws(EventStreamError) -> EventStreamMessageParts {
        try encoder.parts(headers: Self.payloadChunkHeaders, payload: payload)
    }

    /// Appends the response's end.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(_ complete: InvokeComplete, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        if hasEnded { throw StreamingResponseError(.responseEnded) }
        hasEnded = true
        var complete = complete
        // Details of any length that a function makes up must not keep the end from being told.
        complete.errorDetails = complete.errorDetails.map { Self.short($0) }
        complete.errorCode = complete.errorCode.map { Self.short($0) }
        encode { () throws(EventStreamError) in
            try encoder.append(headers: Self.completeHeaders, payload: complete.json, to: &bytes)
        }
    }

    /// The most bytes of an error's code or details: 6 of JSON for a byte at worst, of 24 MiB.
    private static let textLimit = 1 << 20

    private static func short(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    }

    /// Lets `body` encode a message. It cannot fail: the headers are constant and valid, the payload is within limits.
    private func encode(_ body: () throws(EventStreamError) -> Void) {
        do throws(EventStreamError) {
            try body()
        } catch {
            preconditionFailure("what had been checked was refused: \(error)")
        }
    }

    private static let payloadChunkHeaders = headers(
        InvokeResponseEventType.payloadChunk, contentType: "application/octet-stream")
    private static let completeHeaders = headers(InvokeResponseEventType.complete, contentType: "application/json")

    private static func headers(_ eventType: String, contentType: String) -> EventStreamEncodedHeaders {
        let headers: EventStreamHeaders = [
            EventStreamHeaderName.eventType: .string(eventType),
            EventStreamHeaderName.contentType: .string(contentType), EventStreamHeaderName.messageType: "event",
        ]
        do throws(EventStreamError) {
            return try EventStreamEncodedHeaders(headers)
        } catch {
            preconditionFailure("constant headers were refused: \(error)")
        }
    }
}
