import EventStreamCodec
import TestSupport
import Testing

/// The events of a chat: every outcome that a model can have.
private enum ChatEvent: EventStreamEvent, Equatable {
    case started(String)
    case text(String)
    case length(Int64)
    case unknown(EventStreamMessage)

    struct Throttled: Error, Equatable { var text: String }
    struct Undecodable: Error, Equatable {}

    static let model = EventStreamModel<ChatEvent>()
        .initialResponse { .started(try text($0)) }
        .event("text") { .text(try text($0)) }
        .event("length") { .length($0.headers["n"]?.integer ?? 0) }
        .exception("throttlingException") { Throttled(text: try text($0)) }
        .unknown { .unknown(EventStreamMessage($0)) }

    /// Typed throws convert to the closures' own.
    static func text(_ message: EventStreamMessageView) throws(Undecodable) -> String {
        guard let text = String(message.payload) else { throw Undecodable() }
        return text
    }
}

/// An asynchronous sequence of a service's own events.
@Suite struct TypedEventTests {
    private static let text = EventStreamMessage(.event(type: "text"), payload: Array("hello".utf8))

    /// Ends, or fails with `failure`, after its chunks.
    private func source(_ bytes: [UInt8], size: Int, failure: (any Error)? = nil) -> AsyncThrowingStream<
        [UInt8], any Error
    > {
        AsyncThrowingStream { continuation in
            for piece in pieces(of: bytes.count, size: size) { continuation.yield(Array(bytes[piece])) }
            continuation.finish(throwing: failure)
        }
    }

    /// Decodes messages, in chunks of several sizes, and expects the same each time.
    private func decode(
        _ messages: [EventStreamMessage], dropping dropped: Int = 0,
        model: EventStreamModel<ChatEvent> = ChatEvent.model
    ) async throws -> (events: [ChatEvent], error: (any Error)?) {
        let bytes = Array(try messages.flatMap { try $0.encoded() }.dropLast(dropped))
        var results: [(events: [ChatEvent], error: (any Error)?)] = []
        for (size, isIsolated) in [(1, true), (7, false), (50, true), (bytes.count, true), (bytes.count, false)] {
            var events: [ChatEvent] = []
            var iterator = source(bytes, size: size).events(model).makeAsyncIterator()
            func next() async throws -> ChatEvent? {
                isIsolated ? try await iterator.next(isolation: #isolation) : try await iterator.next()
            }
            do {
                while let event = try await next() { events.append(event) }
                results.append((events, nil))
            } catch {
                results.append((events, error))
            }
            #expect(try await next() == nil)
        }
        for result in results {
            #expect(
                result.events == results[0].events
                    && "\(String(describing: result.error))" == "\(String(describing: results[0].error))")
        }
        return results[0]
    }

    @Test func eachEventIsDecodedByTheClosureOfItsType() async throws {
        let found = try await decode([
            EventStreamMessage(.event(type: "initial-response"), payload: Array("hi".utf8)), Self.text,
            EventStreamMessage(.event(type: "length"), headers: ["n": .integer(7)]),
        ])
        #expect(found.events == [.started("hi"), .text("hello"), .length(7)] && found.error == nil)
    }

    @Test func whatTheModelDoesNotKnowIsUnknownOrSkipped() async throws {
        let messages = [
            EventStreamMessage(.event(type: "texts")), EventStreamMessage(headers: [":event-type": "text"]), Self.text,
            EventStreamMessage(.event(type: "initial-response")),
        ]
        let found = try await decode(messages, model: ChatEvent.model)
        #expect(
            found.events == [.unknown(messages[0]), .unknown(messages[1]), .text("hello"), .started("")]
                && found.error == nil)
        let skipped = try await decode(
            messages, model: EventStreamModel().event("text") { .text(try ChatEvent.text($0)) })
        #expect(skipped.events == [.text("hello")] && skipped.error == nil)
        // An initial response is never an unknown event.
        let unknown = try await decode(messages, model: EventStreamModel().unknown { .unknown(EventStreamMessage($0)) })
        #expect(unknown.events == messages.dropLast().map { .unknown($0) } && unknown.error == nil)
    }

    @Test func aModeledExceptionIsThrownAsItsOwnError() async throws {
        let exception = EventStreamMessage(.exception(type: "throttlingException"), payload: Array("slow".utf8))
        let found = try await decode([Self.text, exception, Self.text])
        #expect(found.events == [.text("hello")] && found.error as? ChatEvent.Throttled == .init(text: "slow"))
    }

    @Test func otherExceptionsAndErrorsAreTheServices() async throws {
        let exception = EventStreamMessage(.exception(type: "text"), payload: [1])
        var found = try await decode([Self.text, exception])
        #expect(found.events == [.text("hello")])
        #expect(found.error as? EventStreamServiceError == .exception(type: "text", exception))
        found = try await decode([EventStreamMessage(.error(code: "Internal", message: "sorry"))])
        #expect(found.events.isEmpty)
        #expect(found.error as? EventStreamServiceError == .error(code: "Internal", message: "sorry"))
        #expect(found.error.map { "\($0)" } == "error Internal: sorry")
    }

    @Test func aCutStreamIsAnErrorAfterItsEvents() async throws {
        let found = try await decode([Self.text, Self.text], dropping: 1)
        #expect(found.events == [.text("hello")])
        #expect((found.error as? EventStreamError)?.code == .unexpectedEnd)
    }

    @Test func aPayloadThatCannotBeDecodedEndsTheStream() async throws {
        let found = try await decode([Self.text, EventStreamMessage(.event(type: "text"), payload: [0xFF]), Self.text])
        #expect(found.events == [.text("hello")] && found.error is ChatEvent.Undecodable)
    }

    @Test func theLastClosureOfATypeIsUsed() async throws {
        let model = ChatEvent.model.event("text") { .length(Int64($0.payload.byteCount)) }
            .exception("throttlingException") { _ in ChatEvent.Undecodable() }
        let found = try await decode(
            [Self.text, EventStreamMessage(.exception(type: "throttlingException"))], model: model)
        #expect(found.events == [.length(5)] && found.error is ChatEvent.Undecodable)
    }

    @Test func everyMessageCanBeAnEvent() async throws {
        let messages = [
            Self.text, EventStreamMessage(.exception(type: "x")), EventStreamMessage(.error(code: nil, message: nil)),
        ]
        var found: [EventStreamMessage] = []
        for try await message in source(try messages.flatMap { try $0.encoded() }, size: 9).events(.messages) {
            found.append(message)
        }
        #expect(found == messages)
    }

    @Test func theSourcesErrorPasses() async throws {
        var iterator = source(try Self.text.encoded(), size: 100, failure: ChatEvent.Undecodable())
            .events(ChatEvent.self).makeAsyncIterator()
        #expect(try await iterator.next() == .text("hello"))
        await #expect(throws: ChatEvent.Undecodable.self) { try await iterator.next() }
        #expect(try await iterator.next() == nil)
    }

    @Test func cancellationIsNoCorruption() async throws {
        let bytes = try Self.text.encoded()
        let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        continuation.yield(bytes.dropLast())
        let task = Task {
            for try await _ in chunks.events(ChatEvent.self) {}
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func theNextChunkIsRequestedWhenAllEventsHaveBeenTaken() async throws {
        let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        continuation.yield(try Self.text.encoded() + Self.text.encoded())
        var iterator = chunks.events(ChatEvent.self).makeAsyncIterator()
        // A third request would never be answered.
        for _ in 0..<2 { #expect(try await iterator.next() == .text("hello")) }
        continuation.finish()
        #expect(try await iterator.next() == nil)
    }
}
