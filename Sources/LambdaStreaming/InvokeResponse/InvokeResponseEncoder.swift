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
    /// Texts of more than 1 MiB are shortened, so that an `InvokeComplete` of any length can be sent on: an error's code
    /// and details keep their beginning, the log its end.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(_ complete: InvokeComplete, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        if hasEnded { throw StreamingResponseError(.responseEnded) }
        hasEnded = true
        let shortened = InvokeComplete(
            errorCode: complete.errorCode.map { Self.beginning(of: $0) },
            errorDetails: complete.errorDetails.map { Self.beginning(of: $0) },
            logResult: complete.logResult.map { Self.end(ofLog: $0) })
        encode { () throws(EventStreamError) in
            try encoder.append(headers: Self.completeHeaders, payload: shortened.json, to: &bytes)
        }
    }

    /// The most bytes of a text in an `InvokeComplete`. A byte becomes at most 6 bytes of JSON, so three texts fit into
    /// a payload of 24 MiB.
    private static let textLimit = 1 << 20

    private static func beginning(of text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    }

    /// The end of a log in base64; it is base64 too, because the limit is a multiple of four.
    private static func end(ofLog text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.suffix(textLimit), as: UTF8.self)
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
