/// What the first bytes of an input are, for the error message of a program that expected an event stream.
///
/// ```swift
/// switch EventStreamInputKind.examine(body, isComplete: true) {
/// case .kind(.json): print("found JSON, expected an event stream: \(String(decoding: body, as: UTF8.self))")
/// case .kind(let kind): print("found \(kind), expected an event stream")
/// case .unknown, .needsMoreBytes: print("expected an event stream")
/// }
/// ```
///
/// New kinds may be added, so a `switch` over kinds needs a `default`.
public enum EventStreamInputKind: Sendable, Hashable {
    /// An event stream: the first twelve bytes are a valid prelude, of a message of any length.
    case eventStream

    /// JSON: the text begins with `{` or `[`. Most often the error of a service.
    case json

    /// XML or HTML: the text begins with `<`.
    case markup

    /// Server-sent events: a line begins with `event:`, `data:`, `id:`, `retry:` or `:`.
    case serverSentEvents

    /// An HTTP/1.x response with its head. Its body begins at `bodyOffset`, which is nil if the head is longer than
    /// ``examinedLength`` or incomplete.
    case httpResponse(bodyOffset: Int?)

    /// A body in HTTP's chunked transfer coding whose first chunk begins with a message.
    case chunkedBody

    /// Data that gzip has compressed.
    case gzip

    /// Base64 of bytes that contain a message.
    case base64

    /// Hexadecimal digits of bytes that contain a message.
    case hexadecimal

    /// A byte literal of Python or C that contains a message.
    case byteLiteral

    /// Bytes that were decoded as UTF-8 text and encoded again: U+FFFD stands for what was not UTF-8, which is lost.
    case decodedAsText

    /// An event stream from the middle of a message on. The first whole message begins at `messageOffset`.
    case middleOfStream(messageOffset: Int)

    /// The number of bytes that are examined at most: 1 MiB.
    @inlinable public static var examinedLength: Int { 1 &<< 20 }

    /// The result of ``examine(_:isComplete:limits:)``.
    public enum Examination: Sendable, Hashable {
        /// The bytes are of this kind. More bytes do not change that.
        case kind(EventStreamInputKind)

        /// The bytes are of no kind. More bytes do not change that.
        case unknown

        /// More bytes are needed.
        case needsMoreBytes
    }

    /// Examines the first bytes of an input.
    ///
    /// If more bytes are needed, call the function again with the same bytes and those that follow them. If the number of
    /// bytes doubles each time, the time for all calls is linear.
    ///
    /// - Parameters:
    ///   - bytes: The input from its first byte. Bytes after the first ``examinedLength`` are not read.
    ///   - isComplete: Whether the input ends after `bytes`. If so, more bytes are never needed.
    ///   - limits: The lengths of messages to look for.
    /// - Returns: The first kind in the order above that the bytes are of. A kind of text is returned only if no message
    ///   follows.
    /// - Complexity: O(n) for n bytes.
    public static func examine(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, isComplete: Bool,
        limits: EventStreamLimits = .decoding
    ) -> Examination {
        let bytes = bytes.rawSpan
        let examined = bytes.extracting(first: examinedLength)
        let isAll = isComplete || bytes.byteCount >= examinedLength
        return InputExamination(bytes: examined, isAll: isAll, limits: limits).result()
    }
}

extension EventStreamInputKind: CustomStringConvertible {
    /// The kind in a few words, such as `server-sent events` or `an HTTP response`.
    public var description: String {
        switch self {
        case .eventStream: "an event stream"
        case .json: "JSON"
        case .markup: "XML or HTML"
        case .serverSentEvents: "server-sent events"
        case .httpResponse: "an HTTP response"
        case .chunkedBody: "an HTTP-chunked body"
        case .gzip: "gzip"
        case .base64: "base64"
        case .hexadecimal: "hexadecimal digits"
        case .byteLiteral: "a byte literal"
        case .decodedAsText: "bytes that were decoded as UTF-8 text"
        case .middleOfStream: "a stream that begins in the middle of a message"
        }
    }
}
