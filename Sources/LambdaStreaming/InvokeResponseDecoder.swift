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
/// - If the body throws or returns early, the bytes that it did not read are copied and stay in the decoder. The next call
///   delivers their elements first.
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

        /// The payload after the prelude, if the body read the prelude and nothing after it.
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
        try withElements(in: bytes) { elements throws(InvokeResponseError) in
            while let element = try elements.next() { body(element) }
        }
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
        try withElements(in: bytes) { elements in
            while let element = try elements.next() { try body(element) }
        }
    }

    /// Calls `body` with a cursor that pulls the elements that `bytes` completes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. The cursor and its elements are valid until it returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        // A copy, because the closure must not access `self` while it borrows the decoder.
        var response = self.response
        defer { self.response = response }
        return try decoder.withMessages(in: bytes) { messages throws(F) in
            var elements = Elements(messages, response)
            do throws(F) {
                let result = try body(&elements)
                response = elements.settled
                messages = elements.messagesLeft()
                return result
            } catch {
                response = elements.settled
                messages = elements.messagesLeft()
                throw error
            }
        }
    }

    /// Calls an asynchronous `body` with a cursor that pulls the elements that `bytes` completes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream, any number of them.
    ///   - body: Receives the cursor. The cursor and its elements are valid until it returns.
    /// - Returns: The value that `body` returns.
    /// - Throws: Only the error that `body` throws.
    public nonisolated(nonsending) mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        var response = self.response
        defer { self.response = response }
        return try await decoder.withMessages(in: bytes) { messages async throws(F) in
            var elements = Elements(messages, response)
            do throws(F) {
                let result = try await body(&elements)
                response = elements.settled
                messages = elements.messagesLeft()
                return result
            } catch {
                response = elements.settled
                messages = elements.messagesLeft()
                throw error
            }
        }
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
                    .unreadPayload, at: offset, foundDescription: "the end of the stream with payload unread",
                    expectedDescription: "every element to be read before")
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
    /// A cursor over the elements that an input completes. It is valid until the closure that received it returns.
    public struct Elements: ~Copyable, ~Escapable {
        private var messages: EventStreamDecoder.Messages
        private var response: Response

        /// The rest of the payload whose prelude was returned.
        private var rest: RawSpan?

        /// The payload that the call before left unread.
        private let unread: [UInt8]

        /// Whether ``unread`` has been returned.
        private var hasReadUnread: Bool

        @_lifetime(copy messages)
        fileprivate init(_ messages: consuming EventStreamDecoder.Messages, _ response: Response) {
            self.messages = messages
            self.response = response
            unread = response.unread
            hasReadUnread = response.unread.isEmpty
            rest = nil
        }

        /// The offset of the next message, in bytes from the start of the stream.
        public var offset: UInt64 { messages.offset }

        /// Returns the next element, or nil if more bytes are needed.
        ///
        /// - Returns: The next element. It is valid until the body that received the cursor returns.
        /// - Throws: The response's first error. Further calls throw the same error.
        @_lifetime(copy self)
        public mutating func next() throws(InvokeResponseError) -> Element? {
            if let failure = response.failure { throw failure }
            if !hasReadUnread {
                hasReadUnread = true
                // INVARIANT: `unread` is constant, and the cursor lives until no element can be used.
                return .payload(unsafe _overrideLifetime(unread.rawSpan, copying: self))
            }
            if let rest {
                self.rest = nil
                return .payload(rest)
            }
            do throws(InvokeResponseError) {
                return try read()
            } catch {
                response.failure = error
                throw error
            }
        }

        @_lifetime(copy self)
        private mutating func read() throws(InvokeResponseError) -> Element? {
            while true {
                let offset = messages.offset
                guard let message = try nextMessage() else { return nil }
                guard let event = InvokeResponseEvent(message) else {
                    throw InvokeResponseError(
                        .completeMalformed, at: offset, foundDescription: "an InvokeComplete with another payload",
                        expectedDescription: "a JSON object of strings")
                }
                switch event {
                case .payloadChunk where response.completion != nil, .complete where response.completion != nil:
                    throw InvokeResponseError(
                        .eventAfterComplete, at: offset, foundDescription: "an event after InvokeComplete",
                        expectedDescription: "none")
                case .payloadChunk(let payload):
                    let split = try response.split(payload, at: offset)
                    let body = payload.extracting(split.body)
                    if let prelude = split.prelude {
                        if !body.isEmpty { rest = body }
                        return .prelude(prelude)
                    }
                    if !body.isEmpty { return .payload(body) }
                case .complete(let complete):
                    response.completion = complete
                    return .complete(complete)
                case .failure(let kind, let details):
                    response.refusal = kind
                    return .failure(kind, details: details)
                case .unknown(let message):
                    return .unknown(message)
                }
            }
        }

        @_lifetime(copy self)
        private mutating func nextMessage() throws(InvokeResponseError) -> EventStreamMessageView? {
            do throws(EventStreamError) { return try messages.next() } catch { throw InvokeResponseError(error) }
        }

        /// The response, with the payload that was not read.
        fileprivate var settled: Response {
            var response = response
            response.unread = hasReadUnread ? [] : unread
            if let rest { response.unread = [UInt8](rest) }
            return response
        }

        /// Returns the cursor over messages to the decoder.
        @_lifetime(copy self)
        fileprivate consuming func messagesLeft() -> EventStreamDecoder.Messages { messages }
    }
}

extension InvokeResponseDecoder.Response {
    /// Splits the prelude off a payload, if the decoder was asked to.
    fileprivate mutating func split(
        _ payload: RawSpan, at offset: UInt64
    ) throws(InvokeResponseError) -> HTTPResponsePreludeSplitter.Split {
        do throws(HTTPResponsePreludeError) {
            return try splitter?.split(payload) ?? HTTPResponsePreludeSplitter.Split(body: payload.byteOffsets)
        } catch {
            throw InvokeResponseError(error, at: offset)
        }
    }
}
