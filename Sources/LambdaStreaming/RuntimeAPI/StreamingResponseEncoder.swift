import EventStreamCodec

/// Encodes the request by which a runtime streams a function's response to Lambda.
///
/// ```swift
/// var response = endpoint.response(toRequest: id)
/// try response.setContentType("text/plain")
/// try response.append(Array("Hello ".utf8), to: &bytes)   // the head, and a chunk
/// try response.append(Array("world".utf8), to: &bytes)    // a chunk
/// try response.finish(to: &bytes)                         // the last chunk
/// ```
///
/// What it writes is an HTTP/1.1 request, from its request line to the end of its chunked body:
///
/// ```
/// POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1
/// Host, Content-Type, Lambda-Runtime-Function-Response-Mode: streaming, Transfer-Encoding: chunked, Trailer (twice)
///
/// chunk … last-chunk [ Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body ] CRLF
/// ```
///
/// The head goes out with the first write; until then the content type can be set. The body ends once, by
/// `finish(to:)` or by `fail(_:to:)`, and whatever is asked afterwards throws and writes nothing. A response that fails
/// before it began is a whole request too: a head, no data, the trailers.
public struct StreamingResponseEncoder: Sendable {
    /// The type of a response whose function sets none.
    public static let defaultContentType = "application/octet-stream"

    /// The value of `Content-Type`.
    public private(set) var contentType = Self.defaultContentType

    /// Whether the head has been written.
    public private(set) var hasBegun = false

    /// Whether the body has been ended, by success or failure.
    public var hasEnded: Bool { chunks.hasEnded }

    private let endpoint: RuntimeAPIEndpoint
    private let requestID: String
    private var chunks = ChunkedEncoder()

    /// The encoded HTTP prelude, from when it is set until it has been written.
    private var prelude: [UInt8]?

    init(endpoint: RuntimeAPIEndpoint, requestID: String) {
        self.endpoint = endpoint
        self.requestID = requestID
    }

    /// Sets the value of `Content-Type`.
    ///
    /// - Throws: ``StreamingResponseError/Code/contentTypeTooLate``, ``StreamingResponseError/Code/contentTypeInvalid``,
    ///   ``StreamingResponseError/Code/contentTypeIsPrelude``, ``StreamingResponseError/Code/responseEnded``.
    public mutating func setContentType(_ contentType: String) throws(StreamingResponseError) {
        try requireBeginning()
        guard prelude == nil else { throw StreamingResponseError(.contentTypeIsPrelude) }
        guard contentType.utf8.allSatisfy({ HTTPByte.isFieldValue($0) }),
            contentType.utf8.contains(where: { $0 > 0x20 })
        else { throw StreamingResponseError(.contentTypeInvalid) }
        self.contentType = contentType
    }

    /// Lets the body begin with status, headers and cookies of an HTTP response, and sets the content type that says so.
    ///
    /// The prelude goes out before the first data, or before the end when no data comes: others forget it then, and
    /// their callers get a 200.
    ///
    /// - Throws: ``StreamingResponseError/Code/contentTypeTooLate``, ``StreamingResponseError/Code/responseEnded``.
    public mutating func setPrelude(_ prelude: HTTPResponsePrelude) throws(StreamingResponseError) {
        try requireBeginning()
        contentType = HTTPResponsePrelude.contentType
        self.prelude = prelude.encoded
    }

    /// Appends what precedes some data on the wire: the head when this is the first write, and the chunk's size line.
    /// The data must follow, and behind it what ``endWrite(to:)`` appends; so a vectored write carries it without a copy.
    ///
    /// - Parameters:
    ///   - byteCount: The number of bytes of data. For 0 there is no chunk, but a head all the same.
    ///   - bytes: Where to append.
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func beginWrite(byteCount: Int, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        precondition(byteCount >= 0, "a number of bytes is not negative")
        try requireOpen()
        begin(to: &bytes)
        encode { chunks throws(ChunkedError) in
            let size = UInt64(byteCount)
            try bytes.append(count: try chunks.headLength(size: size)) { output throws(ChunkedError) in
                try chunks.beginChunk(size: size, into: &output)
            }
        }
    }

    /// Appends what follows the data of a write: the last chunk's CRLF, be it the HTTP prelude's, or
    /// nothing when none is owed.
    ///
    /// It belongs to the same vectored write: some recipients hand a chunk on only when they have its CRLF. Left out, it
    /// goes out with the next write or the end.
    public mutating func endWrite(to bytes: inout [UInt8]) {
        encode { chunks throws(ChunkedError) in try chunks.endChunk(to: &bytes) }
    }

    /// Appends a write, framing and data.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(_ data: RawSpan, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try beginWrite(byteCount: data.byteCount, to: &bytes)
        bytes.append(contentsOf: data)
        endWrite(to: &bytes)
    }

    /// Appends a write, framing and data.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func append(_ data: [UInt8], to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try beginWrite(byteCount: data.count, to: &bytes)
        bytes.append(contentsOf: data)
        endWrite(to: &bytes)
    }

    /// Appends the end of a response that succeeded; with all that comes before, when nothing was written.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func finish(to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try requireOpen()
        begin(to: &bytes)
        end(trailers: [], to: &bytes)
    }

    /// Appends the end of a response that failed: the last chunk and the error trailers.
    ///
    /// Whatever type and message hold, they stay within their trailers, see ``LambdaFunctionError/trailers``.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func fail(_ error: LambdaFunctionError, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try requireOpen()
        // A prelude that has not gone out would tell of a success.
        prelude = nil
        begin(to: &bytes)
        end(trailers: error.trailers, to: &bytes)
    }

    /// Appends the end of a response that failed: the last chunk and the error trailers.
    ///
    /// - Throws: ``StreamingResponseError/Code/responseEnded``.
    public mutating func fail(
        type: String, message: String, stackTrace: [String] = [], to bytes: inout [UInt8]
    ) throws(StreamingResponseError) {
        try fail(LambdaFunctionError(type: type, message: message, stackTrace: stackTrace), to: &bytes)
    }
}

extension StreamingResponseEncoder {
    private func requireOpen() throws(StreamingResponseError) {
        if hasEnded { throw StreamingResponseError(.responseEnded) }
    }

    private func requireBeginning() throws(StreamingResponseError) {
        try requireOpen()
        if hasBegun { throw StreamingResponseError(.contentTypeTooLate) }
    }

    /// Appends the head, and the prelude as a chunk of its own, unless they have been written.
    private mutating func begin(to bytes: inout [UInt8]) {
        if !hasBegun {
            hasBegun = true
            bytes.append(contentsOf: head)
        }
        if let prelude {
            self.prelude = nil
            encode { chunks throws(ChunkedError) in try chunks.append(prelude, to: &bytes) }
        }
    }

    private mutating func end(trailers: [ChunkedTrailer], to bytes: inout [UInt8]) {
        encode { chunks throws(ChunkedError) in try chunks.end(trailers: trailers, to: &bytes) }
    }

    /// Lets `body` write to the chunked body. It cannot fail: the body is open, sizes fit 63 bits, and the trailers are
    /// a token and visible ASCII each.
    private mutating func encode(_ body: (inout ChunkedEncoder) throws(ChunkedError) -> Void) {
        do throws(ChunkedError) {
            try body(&chunks)
        } catch {
            preconditionFailure("what had been checked was refused: \(error)")
        }
    }

    /// Request line and fields, with the empty line that ends them.
    private var head: [UInt8] {
        Array(
            """
            POST \(RuntimeAPIEndpoint.responsePath(requestID: requestID)) HTTP/1.1\r
            Host: \(endpoint.authority)\r
            Content-Type: \(contentType)\r
            \(RuntimeAPIField.responseMode): streaming\r
            Transfer-Encoding: chunked\r
            Trailer: \(RuntimeAPIField.errorType)\r
            Trailer: \(RuntimeAPIField.errorBody)\r
            \r\n
            """.utf8)
    }
}
