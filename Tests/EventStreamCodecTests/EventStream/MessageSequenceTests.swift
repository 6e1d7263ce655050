import EventStreamCodec
import TestSupport
import Testing

/// The asynchronous adapter: chunks in, messages out.
@Suite struct MessageSequenceTests {
    private struct Broken: Error, Equatable {}

    private func chunks(_ bytes: [UInt8], size: Int) -> [ArraySlice<UInt8>] {
        pieces(of: bytes.count, size: size).map { bytes[$0] }
    }

    /// A source that ends or fails after its chunks.
    private func source(
        _ chunks: [ArraySlice<UInt8>], failure: Broken? = nil
    ) -> AsyncThrowingStream<ArraySlice<UInt8>, any Error> {
        AsyncThrowingStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish(throwing: failure)
        }
    }

    @Test func messagesComeHoweverTheSourceCutsThem() async throws {
        let stream = try DecoderTests.stream("one", "two", "three")
        for size in [1, 2, 17, 100, stream.count] {
            var seen: [String] = []
            for try await message in source(chunks(stream, size: size)).eventStreamMessages() {
                seen.append(String(decoding: message.payload, as: UTF8.self))
            }
            #expect(seen == ["one", "two", "three"], "chunks of \(size)")
        }
    }

    @Test func anIteratorIsAskedByHandToo() async throws {
        var messages = source([try DecoderTests.stream("one")[...]]).eventStreamMessages().makeAsyncIterator()
        #expect(try await messages.next()?.payload == Array("one".utf8))
        #expect(try await messages.next() == nil)
    }

    @Test func anEndInsideAMessageIsAnError() async throws {
        let stream = try DecoderTests.stream("one", "two")
        for length in 0..<stream.count {
            var seen = 0
            do {
                for try await _ in source([stream[..<length]]).eventStreamMessages() { seen += 1 }
                #expect(length % (stream.count / 2) == 0)
            } catch {
                guard case .stream(let error) = error else { throw error }
                #expect(error.code == .unexpectedEnd && error.offset == UInt64(length))
            }
            #expect(seen == length / (stream.count / 2))
        }
    }

    @Test func anErrorComesAfterTheMessagesBeforeIt() async throws {
        var stream = try DecoderTests.stream("one", "two")
        stream[stream.count - 1] ^= 1
        var seen = 0
        do {
            for try await _ in source([stream[...]]).eventStreamMessages() { seen += 1 }
            Issue.record("no error")
        } catch {
            guard case .stream(let error) = error else { throw error }
            #expect(error.code == .messageCRCMismatch)
        }
        #expect(seen == 1)
    }

    @Test func anIteratorThatHasThrownReturnsNil() async throws {
        var corrupt = try DecoderTests.stream("one", "two")
        corrupt[corrupt.count - 1] ^= 1
        let truncated = Array(try DecoderTests.stream("one", "two").dropLast())
        for (bytes, failure) in [(corrupt, nil), (truncated, nil), (truncated, Broken())] {
            var messages = source([bytes[...]], failure: failure).eventStreamMessages().makeAsyncIterator()
            #expect(try await messages.next()?.payload == Array("one".utf8))
            await #expect(throws: EventStreamSourceError<any Error>.self) { try await messages.next() }
            for _ in 0..<2 { #expect(try await messages.next() == nil) }
        }
    }

    @Test func theSourcesErrorPasses() async throws {
        let stream = try DecoderTests.stream("one")
        var seen = 0
        do {
            for try await _ in source([stream[...]], failure: Broken()).eventStreamMessages() { seen += 1 }
            Issue.record("no error")
        } catch {
            guard case .source(let error) = error else { throw error }
            #expect(error is Broken)
        }
        #expect(seen == 1)
    }

    @Test func cancellationIsNoCorruption() async throws {
        let stream = try DecoderTests.stream("one")
        let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        continuation.yield(Array(stream.dropLast()))
        let task = Task {
            do {
                for try await _ in chunks.eventStreamMessages() {}
                return "an end"
            } catch {
                return "\(error)"
            }
        }
        task.cancel()
        #expect(await task.value == "cancelled inside a message")
    }

    @Test func limitsApply() async throws {
        let stream = try DecoderTests.stream("a longer payload")
        await #expect(throws: EventStreamSourceError<any Error>.self) {
            for try await _ in source([stream[...]]).eventStreamMessages(limits: EventStreamLimits(messageLength: 20)) {
            }
        }
    }
}
