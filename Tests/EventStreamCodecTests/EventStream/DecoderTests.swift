import EventStreamCodec
import TestSupport
import Testing

/// What the decoder promises besides the right messages.
@Suite struct DecoderTests {
    static let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk", "final": true]

    static func stream(_ payloads: String...) throws -> [UInt8] {
        try payloads.flatMap { try EventStreamMessage(headers: headers, payload: $0).encoded() }
    }

    private func payloads(
        of decoder: inout EventStreamDecoder, in bytes: [UInt8], atMost count: Int = .max
    ) throws(EventStreamError) -> [String] {
        try unsafe decoder.withMessages(in: bytes.span.bytes) { messages throws(EventStreamError) in
            var payloads: [String] = []
            while payloads.count < count, let message = try messages.next() {
                payloads.append(String(decoding: EventStreamMessage(message).payload, as: UTF8.self))
            }
            return payloads
        }
    }

    @Test func anErrorStays() throws {
        var decoder = EventStreamDecoder()
        var damaged = try Self.stream("one", "two")
        damaged[damaged.count - 1] ^= 1
        let first = #expect(throws: EventStreamError.self) { try decoder.decode(damaged) { _ in } }
        #expect(first?.code == .messageCRCMismatch)
        for _ in 0..<3 {
            let again = #expect(throws: EventStreamError.self) {
                try decoder.decode(try Self.stream("three")) { _ in Issue.record("a message after an error") }
            }
            #expect(again == first)
            #expect(#expect(throws: EventStreamError.self) { try decoder.finish() } == first)
        }
    }

    @Test func anErrorStaysInsideTheBodyToo() throws {
        var decoder = EventStreamDecoder()
        let bytes = [UInt8](repeating: 0, count: 64)
        unsafe decoder.withMessages(in: bytes.span.bytes) { messages in
            for _ in 0..<3 {
                do throws(EventStreamError) {
                    let isMessage = try messages.next() != nil
                    Issue.record("no error, but \(isMessage)")
                } catch {
                    #expect(error.code == .preludeCRCMismatch && error.offset == 8)
                }
            }
        }
    }

    @Test func finishingInsideAMessageIsAnErrorInEveryState() throws {
        let message = try Self.stream("a payload")
        for length in 0...message.count {
            for size in [1, 5, message.count] {
                let decoded = DecodedStream.decoding(message, pieces: pieces(of: length, size: size))
                if length == 0 || length == message.count {
                    #expect(decoded.error == nil)
                } else {
                    let error = try #require(decoded.error)
                    #expect(error.code == .unexpectedEnd && error.offset == UInt64(length))
                    let needed = length < 12 ? 12 : message.count
                    #expect(error.found == UInt64(length) && error.expected == UInt64(needed))
                }
                let segments = DecodedStream.decodingSegments(message, pieces: pieces(of: length, size: size))
                #expect(segments.error?.code == decoded.error?.code && segments.error?.offset == decoded.error?.offset)
            }
        }
    }

    @Test func finishingFailsForEver() throws {
        var decoder = EventStreamDecoder()
        let message = try Self.stream("one")
        try decoder.decode(Array(message.dropLast())) { _ in }
        let first = #expect(throws: EventStreamError.self) { try decoder.finish() }
        #expect(#expect(throws: EventStreamError.self) { try decoder.decode(message) { _ in } } == first)
    }

    @Test func whatABodyLeavesUnreadComesFirstNextTime() throws {
        let stream = try Self.stream("one", "two", "three", "four")
        for cut in 0...stream.count {
            var decoder = EventStreamDecoder()
            var seen = try payloads(of: &decoder, in: Array(stream[..<cut]), atMost: 1)
            seen += try payloads(of: &decoder, in: Array(stream[cut...]), atMost: 1)
            #expect(decoder.offset == UInt64(try Self.stream("one").count * seen.count) || seen.count > 1)
            while true {
                let more = try payloads(of: &decoder, in: [], atMost: 1)
                if more.isEmpty { break }
                seen += more
            }
            #expect(seen == ["one", "two", "three", "four"], "cut at \(cut)")
            try decoder.finish()
        }
    }

    @Test func whatABodyThrowsPassesAndLosesNothing() throws {
        struct Enough: Error, Equatable {}
        var decoder = EventStreamDecoder()
        let stream = try Self.stream("one", "two")
        #expect(throws: Enough()) {
            try unsafe decoder.withMessages(in: stream.span.bytes) { messages in
                _ = try messages.next() != nil
                throw Enough()
            }
        }
        #expect(try payloads(of: &decoder, in: []) == ["two"])
        try decoder.finish()
    }

    @Test func finishingWithUnreadMessagesIsAnError() throws {
        var decoder = EventStreamDecoder()
        let stream = try Self.stream("one", "two")
        _ = try payloads(of: &decoder, in: stream, atMost: 1)
        let error = #expect(throws: EventStreamError.self) { try decoder.finish() }
        #expect(error?.code == .unreadMessages)
        #expect(error?.offset == UInt64(stream.count / 2))
    }

    @Test func manyViewsAreValidTogether() throws {
        let stream = try Self.stream("one", "two", "six")
        for cut in 0...stream.count {
            var decoder = EventStreamDecoder()
            var count = 0
            try decoder.decode(Array(stream[..<cut])) { _ in count += 1 }
            let rest = Array(stream[cut...])
            try unsafe decoder.withMessages(in: rest.span.bytes) { messages in
                guard let first = try messages.next() else { return }
                guard let second = try messages.next() else { return }
                let third = try messages.next()
                #expect(first.payload.byteCount == 3 && second.payload.byteCount == 3)
                #expect(EventStreamMessage(first) != EventStreamMessage(second))
                if let third { #expect(EventStreamMessage(third).payload == Array("six".utf8)) }
            }
        }
    }

    @Test func resettingStartsAnotherStream() throws {
        var decoder = EventStreamDecoder()
        #expect(throws: EventStreamError.self) { try decoder.decode([UInt8](repeating: 1, count: 20)) { _ in } }
        decoder.reset()
        #expect(decoder.offset == 0)
        #expect(try payloads(of: &decoder, in: try Self.stream("again")) == ["again"])
        try decoder.finish()
    }

    @Test func offsetsGoOnAcrossInputs() throws {
        var decoder = EventStreamDecoder()
        let message = try Self.stream("one")
        var offsets: [UInt64] = []
        for _ in 0..<3 { try decoder.decode(message) { offsets.append($0.offset) } }
        #expect(offsets == (0..<3).map { UInt64($0 * message.count) })
        var bad = message
        bad[bad.count - 1] ^= 1
        let error = #expect(throws: EventStreamError.self) { try decoder.decode(bad) { _ in } }
        #expect(error?.offset == UInt64(message.count * 4 - 4))
    }

    @Test func inputsOfEveryKindAreTheSame() throws {
        let stream = try Self.stream("one", "two")
        var counts: [Int] = []
        func count(_ decode: (inout EventStreamDecoder, (EventStreamMessageView) -> Void) throws -> Void) rethrows {
            var decoder = EventStreamDecoder()
            var count = 0
            try decode(&decoder) { _ in count += 1 }
            counts.append(count)
        }
        try count { try $0.decode(stream, $1) }
        try count { try $0.decode(stream.span, $1) }
        try count { try unsafe $0.decode(stream.span.bytes, $1) }
        try count { decoder, body in
            try unsafe stream.withUnsafeBytes { bytes in try unsafe decoder.decode(bytes, body) }
        }
        try count { decoder, body in
            try decoder.withMessages(in: stream.span) { messages in
                while let message = try messages.next() { body(message) }
            }
        }
        try count { decoder, body in
            try unsafe stream.withUnsafeBytes { bytes in
                try unsafe decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() { body(message) }
                }
            }
        }
        #expect(counts == [2, 2, 2, 2, 2, 2])
    }

    @Test func aBodyMayAwait() async throws {
        var decoder = EventStreamDecoder()
        let stream = try Self.stream("one", "two", "three")
        var seen: [String] = []
        for piece in pieces(of: stream.count, size: 50) {
            let bytes = Array(stream[piece])
            try await decoder.withMessages(in: bytes.span) { messages in
                while let message = try messages.next() {
                    let owned = EventStreamMessage(message)
                    await Task.yield()
                    seen.append(String(decoding: owned.payload, as: UTF8.self))
                }
            }
        }
        try decoder.finish()
        #expect(seen == ["one", "two", "three"])
    }

    @Test func whatAnAwaitingBodyThrowsPassesAndLosesNothing() async throws {
        struct Enough: Error {}
        var decoder = EventStreamDecoder()
        let stream = try Self.stream("one", "two")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: stream.count, alignment: 1)
        defer { unsafe buffer.deallocate() }
        unsafe buffer.copyBytes(from: stream)
        do {
            try await unsafe decoder.withMessages(in: UnsafeRawBufferPointer(buffer)) { messages in
                let isChunk = try messages.next()?.eventType == "chunk"
                #expect(isChunk)
                await Task.yield()
                throw Enough()
            }
            Issue.record("no error")
        } catch {
            #expect(error is Enough)
        }
        #expect(try payloads(of: &decoder, in: []) == ["two"])
        try decoder.finish()
    }

    @Test func decodersAreIndependentCopies() throws {
        var first = EventStreamDecoder()
        let stream = try Self.stream("one")
        try first.decode(Array(stream[..<20])) { _ in }
        var second = first
        #expect(try payloads(of: &first, in: Array(stream[20...])) == ["one"])
        #expect(try payloads(of: &second, in: Array(stream[20...])) == ["one"])
        try first.finish()
        try second.finish()
    }

    /// Of long messages the checksum goes on while they are gathered, so that how they are cut matters most to them.
    @Test func longMessagesArriveInPiecesOfAnySize() throws {
        var generator = SeededGenerator(seed: 7)
        var stream: [UInt8] = []
        for length in [131_000, 0, 131_072, 150_000, 500, 400_000] {
            stream += try EventStreamMessage(headers: Self.headers, payload: generator.bytes(length)).encoded()
        }
        let whole = DecodedStream.decoding(stream, pieces: [0..<stream.count])
        #expect(whole.frames.count == 6)
        var corrupt = stream
        corrupt[stream.count - 200_000] ^= 1
        let corruptWhole = DecodedStream.decoding(corrupt, pieces: [0..<stream.count])
        #expect(corruptWhole.frames.count == 5)
        for _ in 0..<40 {
            let cuts = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
                Int.random(in: 0...stream.count, using: &generator)
            }
            let edges = [0] + cuts.sorted() + [stream.count]
            let pieces = zip(edges, edges.dropFirst()).map { $0..<$1 }
            verify(DecodedStream.decoding(stream, pieces: pieces) == whole, "cut at \(cuts)")
            verify(DecodedStream.decoding(corrupt, pieces: pieces) == corruptWhole, "corrupt, cut at \(cuts)")
        }
    }

    @Test func manyTasksDecodeAtOnce() async throws {
        let stream = try Self.stream("one", "two", "three")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for size in 1...32 {
                group.addTask {
                    DecodedStream.decoding(stream, pieces: pieces(of: stream.count, size: size)).frames.count
                }
            }
            for try await count in group { #expect(count == 3) }
        }
    }
}
