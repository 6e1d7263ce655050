import EventStreamCodec

/// Encodes the request in which a runtime streams a function's response to Lambda.
///
/// ```swift
/// var response = endpoint.response(toRequest: id)
/// try response.setContentType("text/plain")
/// try response.append(Array("Hello ".utf8), to: &bytes)   // the head, and a chunk
/// try response.append(Array("world".utf8), to: &bytes)    // a chunk
/// try response.finish(to: &bytes)                         // the last chunk
/// ```
///
/// The output is an HTTP/1.1 request, from its request line to the end of its chunked body:
///
/// ```
/// POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1
/// Host, Content-Type, Lambda-Runtime-Function-Response-Mode: streaming, Transfer-Encoding: chunked, Trailer (twice)
///
/// chunk … last-chunk [ Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body ] CRLF
/// ```
///
/// The first write sends the head. Until then the content type can be set. `finish(to:)` or `fail(_:to:)` ends the body;
/// every later call throws and writes nothing. A response that fails before its first write is a complete request too:
/// a head, no data, and the trailers.
public struct StreamingResponseEncoder: Sendable {
    /// The content type of a response if the function sets none.
    public static let defaultContentType = "application/octet-stream"

    /// The value of `Content-Type`.
    public private(set) var contentType = Self.defaultContentType

    /// Whether the head has been written.
    public private(set) var hasBegun = false

    /// Whether the body has ended, by success or failure.
    public var isFinished: Bool { chunks.isFinished }

    private let endpoint: RuntimeAPIEndpoint
    private let requestID: String
    private var chunks = ChunkedEncoder()

    /// The encoded HTTP prelude, until it is written.
    private var prelude: [UInt8]?

    init(endpoint: RuntimeAPIEndpoint, requestID: String) {
        self.endpoint = endpoint
        self.requestID = requestID
    }

    /// Sets the value of `Content-Type`.
    ///
    /// - Parameter contentType: The media type of the body.
    /// - Throws: ``StreamingResponseError/Code/contentTypeTooLate``, ``StreamingResponseError/Code/contentTypeInvalid``,
    ///   ``StreamingResponseError/Code/contentTypeIsPrelude``, ``StreamingResponseError/Code/responseFinished``.
    public mutating func setContentType(_ contentType: String) throws(StreamingResponseError) {
        try requireBeginning()
        guard prelude == nil else { throw StreamingResponseError(.contentTypeIsPrelude) }
        guard contentType.utf8.allSatisfy({ HTTPByte.isFieldValue($0) }),
            contentType.utf8.contains(where: { $0 > 0x20 })
        else { throw StreamingResponseError(.contentTypeInvalid) }
        self.contentType = contentType
    }

    /// Sets the status, headers and cookies of an HTTP response, and the content type ``HTTPResponsePrelude/contentType``.
    ///
    /// The prelude is written before the first data, or before the end if there is no data. (Some runtimes lose the
    /// prelude of an empty response, and their callers receive status 200.)
    ///
    /// - Parameter prelude: The status, headers and cookies.
    /// - Throws: ``StreamingResponseError/Code/contentTypeTooLate``, ``StreamingResponseError/Code/responseFinished``.
    public mutating func setPrelude(_ prelude: HTTPResponsePrelude) throws(StreamingResponseError) {
        try requireBeginning()
        contentType = HTTPResponsePrelude.contentType
        self.prelude = prelude.encoded
    }

    /// Appends the bytes that precede some data: the head if this is the first write, and the chunk's size line.
    ///
    /// The data must follow, then the bytes that ``finishWrite(to:)`` appends. In this way a vectored write sends the data
    /// without a copy.
    ///
    /// - Parameters:
    ///   - byteCount: The number of bytes of data. For 0, only the head is appended.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func beginWrite(byteCount: Int, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        precondition(byteCount >= 0, "a number of bytes is not negative")
        try requireOpen()
        begin(to: &bytes)
        encode { chunks throws(ChunkedError) in
            let size = UInt64(byteCount)
            try bytes.append(count: try chunks.framingLength(size: size)) { output throws(ChunkedError) in
                try chunks.beginChunk(size: size, into: &output)
            }
        }
    }

    /// Appends the bytes that follow the data of a write: the chunk's CRLF.
    ///
    /// Send it in the same vectored write, because some recipients pass a chunk on only after its CRLF. If it is left
    /// out, the next write or the end sends it.
    ///
    /// - Parameter bytes: The array to append to.
    public mutating func finishWrite(to bytes: inout [UInt8]) {
        encode { chunks throws(ChunkedError) in try chunks.finishChunk(to: &bytes) }
    }

    /// Appends a write: framing and data. O(*n*) for *n* bytes.
    ///
    /// - Parameters:
    ///   - data: The data.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func append(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, to bytes: inout [UInt8]
    ) throws(StreamingResponseError) {
        let data = data.rawSpan
        try beginWrite(byteCount: data.byteCount, to: &bytes)
        bytes.append(contentsOf: data)
        finishWrite(to: &bytes)
    }

    /// Appends the end of a response that succeeded, after the head if nothing was written.
    ///
    /// - Parameter bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func finish(to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try requireOpen()
        begin(to: &bytes)
        end(trailers: [], to: &bytes)
    }

    /// Appends the end of a response that failed: the last chunk and the error trailers.
    ///
    /// The error's type and message are escaped, so they cannot add header fields; see ``LambdaFunctionError/trailers``.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func fail(_ error: LambdaFunctionError, to bytes: inout [UInt8]) throws(StreamingResponseError) {
        try requireOpen()
        // A prelude that was not written yet would announce a success.
        prelude = nil
        begin(to: &bytes)
        end(trailers: error.trailers, to: &bytes)
    }

    /// Appends the end of a response that failed: the last chunk and the error trailers.
    ///
    /// - Parameters:
    ///   - type: The kind of error, such as `Function.Timeout`.
    ///   - message: What happened, for people.
    ///   - stackTrace: Where it happened, innermost frame first.
    ///   - bytes: The array to append to.
    /// - Throws: ``StreamingResponseError/Code/responseFinished``.
    public mutating func fail(
        type: String, message: String, stackTrace: [String] = [], to bytes: inout [UInt8]
    ) throws(StreamingResponseError) {
        try fail(LambdaFunctionError(type: type, message: message, stackTrace: stackTrace), to: &bytes)
    }
}

extension StreamingResponseEncoder {
    private func requireOpen() throws(StreamingResponseError) {
        if isFinished { throw StreamingResponseError(.responseFinished) }
    }

    private func requireBeginning() throws(StreamingResponseError) {
        try requireOpen()
        if hasBegun { throw StreamingResponseError(.contentTypeTooLate) }
    }

    /// Appends the head, and the prelude as its own chunk, unless they were written before.
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
        encode { chunks throws(ChunkedError) in try chunks.finish(trailers: trailers, to: &bytes) }
    }

    /// Calls `body` to write to the chunked body. It cannot fail: the body is open, sizes fit 63 bits, the trailers' names
    /// are tokens and their values are visible ASCII.
    private mutating func encode(_ body: (inout ChunkedEncoder) throws(ChunkedError) -> Void) {
        do throws(ChunkedError) {
            try body(&chunks)
        } catch {
            preconditionFailure("valid input was rejected: \(error)")
        }
    }

    /// The request line and the header fields, with the empty line that ends them.
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

/// A call that a streamed response does not allow.
public struct StreamingResponseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public let code: Code

    /// Creates an error, for code that encodes responses on its own.
    ///
    /// - Parameter code: The kind of error.
    public init(_ code: Code) {
        self.code = code
    }

    /// The error type that Lambda's own runtimes report for such errors.
    public static let functionErrorType = "Runtime.InvalidStreamingOperation"

    /// The error that the runtime reports to Lambda.
    public var functionError: LambdaFunctionError {
        LambdaFunctionError(type: Self.functionErrorType, message: description)
    }

    /// What was found, in words.
    public var foundDescription: String {
        switch code.kind {
        case .contentTypeTooLate: "a content type after the first write"
        case .contentTypeInvalid: "a content type that is empty or has a control character"
        case .contentTypeIsPrelude: "a content type next to an HTTP prelude"
        case .responseFinished: "a write after the response's end"
        case .endpointInvalid: "text that is not host and port"
        }
    }

    /// What was expected, in words.
    public var expectedDescription: String {
        switch code.kind {
        case .contentTypeTooLate: "it before the first write"
        case .contentTypeInvalid: "a media type"
        case .contentTypeIsPrelude: "it among the prelude's headers"
        case .responseFinished: "none"
        case .endpointInvalid: "host and port, as in AWS_LAMBDA_RUNTIME_API"
        }
    }

    /// ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "found \(foundDescription), expected \(expectedDescription)" }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case contentTypeTooLate, contentTypeInvalid, contentTypeIsPrelude, responseFinished, endpointInvalid
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `responseFinished`.
        public var description: String { kind.rawValue }

        /// The content type or the HTTP prelude was set after the first write.
        public static let contentTypeTooLate = Code(.contentTypeTooLate)

        /// The content type is empty or has a character that is not allowed in an HTTP field.
        public static let contentTypeInvalid = Code(.contentTypeInvalid)

        /// The content type was set after an HTTP prelude, which has its own `Content-Type` header.
        public static let contentTypeIsPrelude = Code(.contentTypeIsPrelude)

        /// The response has finished or failed, and nothing can follow.
        public static let responseFinished = Code(.responseFinished)

        /// The Runtime API's host and port are not valid in an HTTP field.
        public static let endpointInvalid = Code(.endpointInvalid)
    }
}
