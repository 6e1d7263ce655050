import EventStreamCodec
import EventStreamFoundation
import Foundation
import TestSupport
import Testing

/// Asynchronous sequences of single bytes, of `ArraySlice` and of `Data`.
@Suite struct ByteSequenceTests {
    private struct Broken: Error, Equatable {}

    /// Bytes, and how many of them were requested. Ends, or fails with `failure`, after them.
    private struct Bytes: AsyncSequence {
        let bytes: [UInt8]
        var failure: Broken?
        let requested = Counter()

        final class Counter { var value = 0 }

        struct AsyncIterator: AsyncIteratorProtocol {
            let source: Bytes

            mutating func next() async throws -> UInt8? {
                guard source.requested.value < source.bytes.count else {
                    if let failure = source.failure { throw failure }
                    return nil
                }
                defer { source.requested.value += 1 }
                return source.bytes[source.requested.value]
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
    }

    private static func message(_ length: Int) -> EventStreamMessage {
        EventStreamMessage(.event(type: "chunk"), payload: [UInt8](repeating: 7, count: length))
    }

    /// Waiting for one byte more could mean waiting for the next message.
    @Test(arguments: [false, true])
    func noByteAfterAMessageIsRequested(isIsolated: Bool) async throws {
        let messages = [0, 300, 1, 100_000, 5].map(Self.message)
        let source = Bytes(bytes: try messages.flatMap { try $0.encoded() })
        var iterator = source.eventStreamMessages().makeAsyncIterator()
        var length = 0
        for message in messages {
            let found = isIsolated ? try await iterator.next(isolation: #isolation) : try await iterator.next()
            #expect(found == message)
            length += try message.encoded().count
            #expect(source.requested.value == length)
        }
        #expect(try await iterator.next() == nil)
    }

    @Test func skippedMessagesAreRead() async throws {
        let other = try EventStreamMessage(.event(type: "other")).encoded()
        let source = Bytes(bytes: try other + Self.message(3).encoded() + other)
        let model = EventStreamModel<Int>().event("chunk") { $0.payload.byteCount }
        var found: [Int] = []
        for try await event in source.events(model) { found.append(event) }
        #expect(found == [3])
    }

    private struct PayloadLength: EventStreamEvent {
        var count: Int
        static let model = EventStreamModel<PayloadLength>().event("chunk") { .init(count: $0.payload.byteCount) }
    }

    @Test func aTypeHasItsModel() async throws {
        let source = Bytes(bytes: try Self.message(3).encoded())
        for try await event in source.events(PayloadLength.self) { #expect(event.count == 3) }
        #expect(source.requested.value == source.bytes.count)
    }

    @Test func anEndInsideAMessageIsAnError() async throws {
        let bytes = try Self.message(3).encoded()
        for length in 0..<(2 * bytes.count) {
            var iterator = Bytes(bytes: Array((bytes + bytes).prefix(length))).eventStreamMessages().makeAsyncIterator()
            var error: EventStreamError?
            var seen = 0
            do {
                while try await iterator.next() != nil { seen += 1 }
            } catch let found as EventStreamError {
                error = found
            }
            #expect(seen == length / bytes.count)
            #expect(error?.code == (length % bytes.count == 0 ? nil : .unexpectedEnd))
            #expect(error.map { $0.offset == UInt64(length) } ?? true)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func errorsComeAfterTheMessagesBeforeThem() async throws {
        let bytes = try Self.message(3).encoded()
        var corrupt = bytes + bytes
        corrupt[bytes.count + 9] ^= 1
        var iterator = Bytes(bytes: corrupt).eventStreamMessages().makeAsyncIterator()
        #expect(try await iterator.next() != nil)
        await #expect(throws: EventStreamError.self) { try await iterator.next() }
        #expect(try await iterator.next(isolation: #isolation) == nil)
        iterator = Bytes(bytes: bytes + [0], failure: Broken()).eventStreamMessages().makeAsyncIterator()
        #expect(try await iterator.next() != nil)
        await #expect(throws: Broken.self) { try await iterator.next(isolation: #isolation) }
        #expect(try await iterator.next() == nil)
    }

    @Test func cancellationIsNoCorruption() async throws {
        let (bytes, continuation) = AsyncStream.makeStream(of: UInt8.self)
        continuation.yield(0)
        let task = Task {
            for try await _ in bytes.eventStreamMessages() {}
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aDeclaredLengthIsNotAllocated() async throws {
        let prelude = Array(try Self.message(1_000_000).encoded().prefix(12))
        let bytes = Bytes(bytes: prelude)
        await #expect(throws: EventStreamError.self) { for try await _ in bytes.eventStreamMessages() {} }
        #expect(bytes.requested.value == 12)
    }

    /// Anything that is a sequence of bytes can be a chunk.
    @Test func slicesAndDataAreChunks() async throws {
        let bytes = try Self.message(3).encoded()
        func chunks<Chunk>(_ make: (ArraySlice<UInt8>) -> Chunk) -> AsyncStream<Chunk> {
            let (stream, continuation) = AsyncStream.makeStream(of: Chunk.self)
            for piece in pieces(of: bytes.count, size: 7) { continuation.yield(make(bytes[piece])) }
            continuation.finish()
            return stream
        }
        for try await message in chunks({ $0 }).eventStreamMessages() { #expect(message == Self.message(3)) }
        for try await message in chunks({ Data($0) }).eventStreamMessages() { #expect(message == Self.message(3)) }
        var seen = 0
        for try await message in chunks({ Data($0) }).events(.messages) { seen += message.payload.count }
        #expect(seen == 3)
    }
}

/// Messages from and to Foundation's types.
@Suite struct FoundationTests {
    struct Delta: Codable, Equatable { var text: String }

    @Test func dataIsAnInputAndAPayload() throws {
        let message = try EventStreamMessage(
            .event(type: "delta"), json: Delta(text: "hello"), headers: ["n": true])
        #expect(message.headers[":content-type"]?.string == "application/json" && message.headers["n"] == true)
        #expect(try message.payload() == Delta(text: "hello"))
        // A slice, whose bytes do not start at index 0.
        let data = (Data([0]) + Data(try message.encoded())).dropFirst()
        var decoder = EventStreamDecoder()
        var found: [Delta] = []
        try decoder.decode(data) { message in
            #expect(Data(message.payload) == Data(#"{"text":"hello"}"#.utf8))
            found.append(try message.payload(as: Delta.self))
        }
        try decoder.finish()
        #expect(found == [Delta(text: "hello")])
    }

    @Test func anotherPayloadIsADecodingError() throws {
        let bytes = try EventStreamMessage(.event(type: "delta"), payload: Array("{}".utf8)).encoded()
        var decoder = EventStreamDecoder()
        #expect(throws: DecodingError.self) {
            try decoder.decode(bytes) { message in _ = try message.payload(as: Delta.self) }
        }
    }
}
