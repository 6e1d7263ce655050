import EventStreamCodec

/// Decodes the response of `InvokeWithResponseStream`, which arrives in pieces of any size.
///
/// ```swift
/// var response = InvokeResponseStream()
/// for piece in pieces {
///     try response.decode(piece) { element in
///         if case .payload(let bytes) = element { show(bytes) }
///     }
/// }
/// if case .incomplete = try response.finish() { print("the response was cut off") }
/// ```
///
/// The contract:
///
/// - Payload is lent as it lies in the messages, and never copied beyond what `EventStreamDecoder` has to gather.
/// - All elements before an error are delivered. After an error it throws that same error for ever.
/// - A stream that ends between messages without `InvokeComplete` is no error of the format. It is an outcome of its own:
///   ``InvokeResponseOutcome/incomplete``.
public struct InvokeResponseStream: Sendable {
    private var decoder: EventStreamDecoder
    private var splitter: HTTPResponsePreludeSplitter?
    private var completion: InvokeComplete?
    private var refusal: EventStreamMessageKind?
    private var failure: InvokeResponseError?

    /// A decoder at the start of a response.
    ///
    /// - Parameters:
    ///   - splitsHTTPPrelude: Whether the payload begins with an HTTP prelude, which is to be split off. Of responses with
    ///     the content type ``HTTPResponsePrelude/contentType``, callers get the prelude within the payload.
    ///   - limits: The lengths of messages that are accepted.
    public init(splitsHTTPPrelude: Bool = false, limits: EventStreamLimits = .decoding) {
        decoder = EventStreamDecoder(limits: limits)
        splitter = splitsHTTPPrelude ? HTTPResponsePreludeSplitter() : nil
    }

    /// Where the next message begins, in bytes from the start of the stream.
    public var offset: UInt64 { decoder.offset }

    /// Calls `body` with each element that `bytes` completes.
    ///
    /// - Throws: What is wrong with the response, after all elements before it were delivered.
    public mutating func decode(
        _ bytes: RawSpan, _ body: (InvokeResponseElement) -> Void
    ) throws(InvokeResponseError) {
        if let failure { throw failure }
        do throws(InvokeResponseError) {
            var splitter = self.splitter
            var completion = self.completion
            var refusal = self.refusal
            defer {
                self.splitter = splitter
                self.completion = completion
                self.refusal = refusal
            }
            try decoder.withMessages(in: bytes) { messages throws(InvokeResponseError) in
                while true {
                    let offset = messages.offset
                    guard let message = try messages.nextOfResponse() else { return }
                    guard let event = InvokeResponseEvent(message) else { throw .completeMalformed(offset: offset) }
                    switch event {
                    case .payloadChunk(let payload):
                        guard completion == nil else { throw .eventAfterComplete(offset: offset) }
                        try Self.deliver(payload, through: &splitter, to: body)
                    case .complete(let complete):
                        guard completion == nil else { throw .eventAfterComplete(offset: offset) }
                        completion = complete
                        body(.complete(complete))
                    case .failure(let kind, let details):
                        refusal = kind
                        body(.failure(kind, details: details))
                    case .unknown(let message): body(.unknown(message))
                    }
                }
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Calls `body` with each element that `bytes` completes.
    ///
    /// - Throws: As ``decode(_:_:)-(RawSpan,_)``.
    public mutating func decode(
        _ bytes: [UInt8], _ body: (InvokeResponseElement) -> Void
    ) throws(InvokeResponseError) {
        try bytes.withBytes { bytes throws(InvokeResponseError) in try decode(bytes, body) }
    }

    /// Declares the stream finished.
    ///
    /// - Returns: How the response ended.
    /// - Throws: The response's error when it had one; ``InvokeResponseError/eventStream(_:)`` when the stream stops
    ///   inside a message; ``InvokeResponseError/prelude(_:)`` when the function succeeded and the HTTP prelude, which was
    ///   to be split off, is not whole.
    public mutating func finish() throws(InvokeResponseError) -> InvokeResponseOutcome {
        if let failure { throw failure }
        do throws(EventStreamError) {
            try decoder.finish()
        } catch {
            failure = .eventStream(error)
            throw .eventStream(error)
        }
        if let refusal { return .refused(refusal) }
        guard let completion else { return .incomplete }
        if completion.isFailure { return .failed(completion) }
        do throws(HTTPResponsePreludeError) {
            try splitter?.finish()
        } catch {
            failure = .prelude(error)
            throw .prelude(error)
        }
        return .succeeded(completion)
    }

    private static func deliver(
        _ payload: RawSpan, through splitter: inout HTTPResponsePreludeSplitter?,
        to body: (InvokeResponseElement) -> Void
    ) throws(InvokeResponseError) {
        var rest = payload
        do throws(HTTPResponsePreludeError) {
            if let split = try splitter?.split(payload) {
                if let prelude = split.prelude { body(.prelude(prelude)) }
                rest = payload.extracting(split.body)
            }
        } catch {
            throw .prelude(error)
        }
        if !rest.isEmpty { body(.payload(rest)) }
    }
}

extension EventStreamDecoder.Messages {
    /// The next message; what is wrong with the stream is wrong with the response.
    @_lifetime(copy self)
    fileprivate mutating func nextOfResponse() throws(InvokeResponseError) -> EventStreamMessageView? {
        do throws(EventStreamError) {
            return try next()
        } catch {
            throw .eventStream(error)
        }
    }
}
