import EventStreamCodec

/// Decodes an `InvokeWithResponseStream` response that arrives in pieces of any size.
///
/// ```swift
/// var decoder = InvokeResponseDecoder()
/// for piece in pieces {
///     try decoder.decode(piece) { element in
///         if case .payload(let bytes) = element { write(bytes) }
///     }
/// }
/// if case .incomplete = try decoder.finish() { print("the response was cut off") }
/// ```
///
/// The contract:
///
/// - Payload is borrowed from the messages. It is copied only when `EventStreamDecoder` has to gather a message.
/// - All elements before an error are delivered. Errors are sticky: the decoder keeps throwing the same error until
///   ``reset()``.
/// - If the body throws, the bytes that it did not read are copied and stay in the decoder. The next call delivers their
///   elements first.
/// - A stream that ends between two messages without `InvokeComplete` is valid. ``finish()`` then returns
///   ``Outcome/incomplete``.
public struct InvokeResponseDecoder: Sendable {
    /// A part of a function's response, in the order of the stream.
    public enum Element: ~Escapable {
        /// The status, headers and cookies, if the decoder was asked to split them off.
        case prelude(HTTPResponsePrelude)

        /// The next bytes of the function's response, at least one. Piece boundaries have no meaning.
        case payload(RawSpan)

        /// The function has ended.
        case complete(InvokeComplete)

        /// An exception or error of the service. Without a name in its headers, it has an empty type or code.
        case failure(EventStreamMessage.Kind, details: RawSpan)

        /// An event that this library does not know. Ignore it.
        case unknown(EventStreamMessageView)
    }

    /// How a response ended.
    public enum Outcome: Sendable, Hashable {
        /// The function returned, and its response is complete.
        case succeeded(InvokeComplete)

        /// The function or its runtime failed. The payload so far is what the function had written.
        case failed(InvokeComplete)

        /// The service ended the stream with an exception or error.
        case refused(EventStreamMessage.Kind)

        /// The stream ended without an `InvokeComplete`: part of the response may be missing. Some SDKs treat this as a
        /// normal end and lose data silently.
        case incomplete
    }

    private var decoder: EventStreamDecoder
    private var response: Response

    /// What the messages so far say about the response.
    fileprivate struct Response: Sendable {
        var splitter: HTTPResponsePreludeSplitter?
        var completion: InvokeComplete?
        var refusal: EventStreamMessage.Kind?
        var failure: InvokeResponseError?

        /// The payload after the prelude, if the body threw when it received the prelude.
        var unread: [UInt8] = []
    }

    /// Creates a decoder at the start of a response.
    ///
    /// - Parameters:
    ///   - splitsHTTPPrelude: Whether to parse the HTTP prelude at the start of the payload. Responses with a prelude have
    ///     the content type ``HTTPResponsePrelude/contentType``. Otherwise the prelude is part of the payload.
    ///   - limits: The limits on the lengths of messages.
    public init(splitsHTTPPrelude: Bool = false, limits: EventStreamLimits = .decoding) {
        decoder = EventStreamDecoder(limits: limits)
        response = Response(splitter: splitsHTTPPrelude ? HTTPResponsePreludeSplitter() : nil)
    }

    /// The offset of the next message, in bytes from the start of the stream.
    public var offset: UInt64 { decoder.offset }

    /// Whether the response's `InvokeComplete` was received.
    public var isComplete: Bool { response.completion != nil }

    /// Calls `body` with each element that `bytes` completes. O(*n*) for *n* bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives an element that is valid until it returns.
    /// - Throws: The response's first error, after all elements before it were delivered.
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Element) -> Void
    ) throws(InvokeResponseError) {
        if let failure = deliver(bytes.rawSpan, to: body) { throw failure }
    }

    /// Calls `body`, which may throw, with each element that `bytes` completes. O(*n*) for *n* bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives an element that is valid until it returns. If it throws, the elements after this one are
    ///     delivered by the next call.
    /// - Throws: The error that `body` throws; ``InvokeResponseError`` if the response is invalid.
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Element) throws -> Void
    ) throws {
        if let failure = try deliver(bytes.rawSpan, to: body) { throw failure }
    }

    /// Declares the stream finished.
    ///
    /// - Returns: How the response ended.
    /// - Throws: The response's error if it had one; ``InvokeResponseError/Code/eventStream`` if the stream stops inside a
    ///   message; ``InvokeResponseError/Code/prelude`` if the function succeeded but its HTTP prelude is not complete;
    ///   ``InvokeResponseError/Code/unreadPayload``.
    public mutating func finish() throws(InvokeResponseError) -> Outcome {
        if let failure = response.failure { throw failure }
        do throws(InvokeResponseError) {
            do throws(EventStreamError) { try decoder.finish() } catch { throw InvokeResponseError(error) }
            guard response.unread.isEmpty else {
                throw InvokeResponseError(
                    .unreadPayload, at: offset, found: "the end of the stream with payload unread",
                    expected: "every element to be read before")
            }
            if let refusal = response.refusal { return .refused(refusal) }
            guard let completion = response.completion else { return .incomplete }
            if completion.isFailure { return .failed(completion) }
            do throws(HTTPResponsePreludeError) {
                try response.splitter?.finish()
            } catch {
                throw InvokeResponseError(error, at: offset)
            }
            return .succeeded(completion)
        } catch {
            response.failure = error
            throw error
        }
    }

    /// Makes the decoder ready for another response, from offset 0. Its buffer's memory is kept.
    public mutating func reset() {
        decoder.reset()
        response.splitter?.reset()
        response = Response(splitter: response.splitter)
    }
}

extension InvokeResponseDecoder {
    /// Calls `body` with each element that `bytes` completes.
    ///
    /// - Returns: The response's error, if it has one.
    private mutating func deliver<F: Error>(
        _ bytes: RawSpan, to body: (Element) throws(F) -> Void
    ) throws(F) -> InvokeResponseError? {
        if let failure = response.failure { return failure }
        // A copy, because the closure must not access `self` while it borrows the decoder.
        var response = self.response
        defer { self.response = response }
        try decoder.withMessages(in: bytes) { messages throws(F) in
            try response.deliverUnread(to: body)
            while response.failure == nil {
                let offset = messages.offset
                guard let message = messages.next(orSet: &response.failure) else { return }
                try response.deliver(message, at: offset, to: body)
            }
        }
        return response.failure
    }
}

extension InvokeResponseDecoder.Response {
    /// Delivers the payload that was left unread when the body threw.
    fileprivate mutating func deliverUnread<F: Error>(
        to body: (InvokeResponseDecoder.Element) throws(F) -> Void
    ) throws(F) {
        guard !unread.isEmpty else { return }
        let payload = unread
        unread = []
        try payload.withBytes { payload throws(F) in try body(.payload(payload)) }
    }

    /// Delivers the elements of a message, or sets ``failure``.
    fileprivate mutating func deliver<F: Error>(
        _ message: EventStreamMessageView, at offset: UInt64,
        to body: (InvokeResponseDecoder.Element) throws(F) -> Void
    ) throws(F) {
        guard let event = InvokeResponseEvent(message) else {
            failure = InvokeResponseError(
                .completeMalformed, at: offset, found: "an InvokeComplete with another payload",
                expected: "a JSON object of strings")
            return
        }
        switch event {
        case .payloadChunk where completion != nil, .complete where completion != nil:
            failure = InvokeResponseError(
                .eventAfterComplete, at: offset, found: "an event after InvokeComplete", expected: "none")
        case .payloadChunk(let payload):
            try deliver(payload: payload, at: offset, to: body)
        case .complete(let complete):
            completion = complete
            try body(.complete(complete))
        case .failure(let kind, let details):
            refusal = kind
            try body(.failure(kind, details: details))
        case .unknown(let message):
            try body(.unknown(message))
        }
    }

    private mutating func deliver<F: Error>(
        payload: RawSpan, at offset: UInt64, to body: (InvokeResponseDecoder.Element) throws(F) -> Void
    ) throws(F) {
        var rest = payload.byteOffsets
        var prelude: HTTPResponsePrelude?
        do throws(HTTPResponsePreludeError) {
            if let split = try splitter?.split(payload) { (prelude, rest) = (split.prelude, split.body) }
        } catch {
            failure = InvokeResponseError(error, at: offset)
            return
        }
        if let prelude {
            do throws(F) {
                try body(.prelude(prelude))
            } catch {
                unread = [UInt8](payload.extracting(rest))
                throw error
            }
        }
        if !rest.isEmpty { try body(.payload(payload.extracting(rest))) }
    }
}

extension EventStreamDecoder.Messages {
    /// Returns the next message. Returns nil if there is none, or if the stream is invalid, and then sets `failure`.
    @_lifetime(copy self)
    fileprivate mutating func next(orSet failure: inout InvokeResponseError?) -> EventStreamMessageView? {
        do throws(EventStreamError) {
            return try next()
        } catch {
            failure = InvokeResponseError(error)
            return nil
        }
    }
}

/// Why an `InvokeWithResponseStream` response is invalid, and where.
public struct InvokeResponseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public let code: Code

    /// The position of the error in bytes from the start of the stream. For errors in a payload, this is the start of
    /// the message.
    public let offset: UInt64

    /// What was found.
    public let found: String

    /// What was expected instead.
    public let expected: String

    /// The event stream's error, if the code is ``Code/eventStream``.
    public let eventStreamError: EventStreamError?

    /// The HTTP prelude's error, if the code is ``Code/prelude``. Its offset counts bytes of payload.
    public let preludeError: HTTPResponsePreludeError?

    /// Creates an error, for code that decodes responses on its own.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position of the error in bytes from the start of the stream.
    ///   - found: What was found.
    ///   - expected: What was expected instead.
    public init(_ code: Code, at offset: UInt64, found: String, expected: String) {
        self.code = code
        self.offset = offset
        self.found = found
        self.expected = expected
        eventStreamError = nil
        preludeError = nil
    }

    /// Creates the error for an invalid event stream.
    ///
    /// - Parameter error: The event stream's error.
    public init(_ error: EventStreamError) {
        code = .eventStream
        offset = error.offset
        found = error.foundDescription
        expected = error.expectedDescription
        eventStreamError = error
        preludeError = nil
    }

    /// Creates the error for an invalid HTTP prelude.
    ///
    /// - Parameters:
    ///   - error: The prelude's error.
    ///   - offset: The offset of the message with the invalid payload, in bytes from the start of the stream.
    public init(_ error: HTTPResponsePreludeError, at offset: UInt64) {
        code = .prelude
        self.offset = offset
        found = error.found
        expected = error.expected
        eventStreamError = nil
        preludeError = error
    }

    /// The offset, ``found`` and ``expected`` in one line.
    public var description: String {
        if let preludeError { return "payload \(preludeError)" }
        return "byte \(offset): found \(found), expected \(expected)"
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case eventStream, prelude, completeMalformed, eventAfterComplete, unreadPayload
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `eventStream`.
        public var description: String { kind.rawValue }

        /// The event stream is invalid or ends inside a message; see ``InvokeResponseError/eventStreamError``.
        public static let eventStream = Code(.eventStream)

        /// The payload does not begin with a valid HTTP prelude; see ``InvokeResponseError/preludeError``.
        public static let prelude = Code(.prelude)

        /// The payload of `InvokeComplete` is not valid JSON of its form.
        public static let completeMalformed = Code(.completeMalformed)

        /// A `PayloadChunk` or another `InvokeComplete` follows `InvokeComplete`.
        public static let eventAfterComplete = Code(.eventAfterComplete)

        /// The stream was declared finished before every element was read.
        public static let unreadPayload = Code(.unreadPayload)
    }
}
