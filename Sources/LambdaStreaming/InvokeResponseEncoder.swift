import EventStreamCodec

/// Encodes an `InvokeWithResponseStream` response, as a Lambda service sends it to SDKs.
///
/// ```swift
/// var encoder = InvokeResponseEncoder()
/// for piece in pieces { try encoder.append(payload: piece, to: &bytes) }
/// try encoder.finish(to: &bytes)
/// ```
///
/// The headers have Lambda's order: `:event-type`, `:content-type`, `:message-type`.
public struct InvokeResponseEncoder: Sendable {
    /// The media type of the stream, for the `Content-Type` of the HTTP response.
    public static let contentType = "application/vnd.amazon.eventstream"

    /// Whether `InvokeComplete` has been written.
    public private(set) var isFinished = false

    private let encoder = EventStreamEncoder()

    /// Creates an encoder at the start of a response.
    public init() {}

    /// Appends a piece of the function's response: a `PayloadChunk`, none for an empty piece, or several for more than
    /// 24 MiB. O(*n*) for *n* bytes.
    ///
    /// - Parameters:
    ///   - payload: The next bytes of the response.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func append(
        payload: borrowing some RawBytes & ~Copyable & ~Escapable, to bytes: inout [UInt8]
    ) throws(StreamingResponseError) {
        if isFinished { throw StreamingResponseError(.responseFinished) }
        var rest = payload.rawSpan
        while !rest.isEmpty {
            let piece = rest.extracting(first: EventStreamLimits.specifiedPayloadLength)
            encode { () throws(EventStreamError) in
                try encoder.append(headers: Self.payloadChunkHeaders, payload: piece, to: &bytes)
            }
            rest = rest.extracting(droppingFirst: piece.byteCount)
        }
    }

    /// Returns the bytes before and after the payload of a `PayloadChunk`, for a vectored write that does not copy the
    /// payload. O(*n*) for *n* bytes of payload, because of the checksum.
    ///
    /// - Parameter payload: The payload, at most 24 MiB.
    /// - Returns: The message's bytes before and after the payload.
    /// - Throws: `EventStreamError.Code.payloadTooLong` for more than 24 MiB.
    public func parts(
        payload: borrowing some RawBytes & ~Copyable & ~Escapable
    ) throws(EventStreamError) -> EventStreamEncoder.Parts {
        try encoder.parts(headers: Self.payloadChunkHeaders, payload: payload.rawSpan)
    }

    /// Appends the last event of the response.
    ///
    /// Texts of more than 1 MiB are shortened, so any `InvokeComplete` that was decoded can be sent on. The error's code
    /// and details keep their beginning, the log keeps its end.
    ///
    /// - Parameters:
    ///   - complete: How the function ended; by default, with success.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func finish(
        _ complete: InvokeComplete = InvokeComplete(), to bytes: inout [UInt8]
    ) throws(StreamingResponseError) {
        if isFinished { throw StreamingResponseError(.responseFinished) }
        isFinished = true
        let shortened = InvokeComplete(
            errorCode: complete.errorCode.map { Self.beginning(of: $0) },
            errorDetails: complete.errorDetails.map { Self.beginning(of: $0) },
            logResult: complete.logResult.map { Self.end(ofLog: $0) })
        encode { () throws(EventStreamError) in
            try encoder.append(headers: Self.completeHeaders, payload: shortened.json, to: &bytes)
        }
    }

    /// The limit on the length of a text in an `InvokeComplete`. A byte becomes at most 6 bytes of JSON, so three texts
    /// fit into a payload of 24 MiB.
    private static let textLimit = 1 << 20

    private static func beginning(of text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    }

    /// The end of a log in base64. The limit is a multiple of four, so the end is valid base64.
    private static func end(ofLog text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.suffix(textLimit), as: UTF8.self)
    }

    /// Calls `body` to encode a message. It cannot fail: the headers are valid constants, and the payload is within limits.
    private func encode(_ body: () throws(EventStreamError) -> Void) {
        do throws(EventStreamError) {
            try body()
        } catch {
            preconditionFailure("valid input was rejected: \(error)")
        }
    }

    private static let payloadChunkHeaders = headers(
        InvokeResponseEvent.payloadChunkType, contentType: "application/octet-stream")
    private static let completeHeaders = headers(InvokeResponseEvent.completeType, contentType: "application/json")

    private static func headers(_ eventType: String, contentType: String) -> EventStreamEncodedHeaders {
        let headers: EventStreamHeaders = [
            EventStreamHeaderName.eventType: .string(eventType),
            EventStreamHeaderName.contentType: .string(contentType), EventStreamHeaderName.messageType: "event",
        ]
        do throws(EventStreamError) {
            return try EventStreamEncodedHeaders(headers)
        } catch {
            preconditionFailure("constant headers were rejected: \(error)")
        }
    }
}
