import EventStreamCodec
import TestSupport
import Testing

/// Segment mode beyond what it shares with the decoder.
@Suite struct SegmentDecoderTests {
    /// The payload bytes that all events so far have lent.
    private final class Bytes { var all: [UInt8] = [] }

    private func events(
        _ decoder: inout EventStreamSegmentDecoder, _ bytes: [UInt8], atMost count: Int = .max, into all: Bytes? = nil
    ) throws(EventStreamError) -> [String] {
        try unsafe decoder.withSegments(in: bytes.span.bytes) { segments throws(EventStreamError) in
            var events: [String] = []
            while events.count < count, let segment = try segments.next() {
                switch segment {
                case .begin(let headers, let prelude): events.append("begin \(headers.count) \(prelude.payloadLength)")
                case .payload(let bytes):
                    events.append("payload \(bytes.byteCount)")
                    all?.all += [UInt8](bytes)
                case .end: events.append("end")
                }
            }
            return events
        }
    }

    @Test func aMessageInOnePiece() throws {
        var decoder = EventStreamSegmentDecoder()
        let stream = try DecoderTests.stream("one") + EventStreamMessage().encoded()
        #expect(try events(&decoder, stream) == ["begin 3 3", "payload 3", "end", "begin 0 0", "end"])
        #expect(decoder.offset == UInt64(stream.count))
        try decoder.finish()
    }

    @Test func aPayloadPassesAsItComes() throws {
        var decoder = EventStreamSegmentDecoder()
        let stream = try DecoderTests.stream("abcdef")
        let payload = stream.count - 10
        #expect(try events(&decoder, Array(stream[..<(payload - 1)])) == [])
        #expect(try events(&decoder, Array(stream[(payload - 1)..<(payload + 2)])) == ["begin 3 6", "payload 2"])
        #expect(try events(&decoder, Array(stream[(payload + 2)..<(payload + 6)])) == ["payload 4"])
        #expect(try events(&decoder, Array(stream[(payload + 6)..<(payload + 8)])) == [])
        #expect(try events(&decoder, Array(stream[(payload + 8)...])) == ["end"])
        try decoder.finish()
    }

    @Test func whatABodyLeavesUnreadComesFirstNextTime() throws {
        let stream = try DecoderTests.stream("one", "two")
        for cut in 0...stream.count {
            var decoder = EventStreamSegmentDecoder()
            let bytes = Bytes()
            var seen = try events(&decoder, Array(stream[..<cut]), atMost: 1, into: bytes)
            seen += try events(&decoder, Array(stream[cut...]), atMost: 1, into: bytes)
            while true {
                let more = try events(&decoder, [], atMost: 1, into: bytes)
                if more.isEmpty { break }
                seen += more
            }
            #expect(seen.filter { !$0.hasPrefix("payload") } == ["begin 3 3", "end", "begin 3 3", "end"], "\(cut)")
            #expect(bytes.all == Array("onetwo".utf8), "\(cut)")
            try decoder.finish()
        }
    }

    @Test func finishingWithUnreadSegmentsIsAnError() throws {
        var decoder = EventStreamSegmentDecoder()
        _ = try events(&decoder, try DecoderTests.stream("one"), atMost: 1)
        let error = #expect(throws: EventStreamError.self) { try decoder.finish() }
        #expect(error?.code == .unreadMessages)
        decoder.reset()
        try decoder.finish()
    }

    @Test func anErrorStays() throws {
        var decoder = EventStreamSegmentDecoder()
        var stream = try DecoderTests.stream("one")
        stream[stream.count - 1] ^= 1
        let first = #expect(throws: EventStreamError.self) { try events(&decoder, stream) }
        #expect(first?.code == .messageCRCMismatch && first?.offset == UInt64(stream.count - 4))
        #expect(#expect(throws: EventStreamError.self) { try events(&decoder, [1]) } == first)
        #expect(#expect(throws: EventStreamError.self) { try decoder.finish() } == first)
    }

    @Test func aPayloadAboveEveryGatheringLimitPasses() throws {
        let prelude = LimitTests.prelude(total: .max, headers: 0)
        var decoder = EventStreamSegmentDecoder()
        #expect(try events(&decoder, prelude) == ["begin 0 4294967279"])
        let megabyte = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<64 { #expect(try events(&decoder, megabyte) == ["payload 1048576"]) }
        let error = #expect(throws: EventStreamError.self) { try decoder.finish() }
        #expect(error?.code == .unexpectedEnd)
    }

    @Test func aBodyMayAwait() async throws {
        var decoder = EventStreamSegmentDecoder()
        let stream = try DecoderTests.stream("one")
        var ends = 0
        try await unsafe decoder.withSegments(in: stream.span.bytes) { segments in
            while let segment = try segments.next() {
                await Task.yield()
                if case .end = segment { ends += 1 }
            }
        }
        #expect(ends == 1)
    }

    @Test func whatAnAwaitingBodyThrowsPassesAndLosesNothing() async throws {
        struct Enough: Error {}
        var decoder = EventStreamSegmentDecoder()
        let stream = try DecoderTests.stream("one")
        do {
            try await unsafe decoder.withSegments(in: stream.span.bytes) { segments in
                _ = try segments.next() != nil
                await Task.yield()
                throw Enough()
            }
            Issue.record("no error")
        } catch {
            #expect(error is Enough)
        }
        #expect(try events(&decoder, []) == ["payload 3", "end"])
        try decoder.finish()
    }

    @Test func inputsOfEveryKindAreTheSame() throws {
        let stream = try DecoderTests.stream("one", "two")
        var counts: [Int] = []
        func count(
            _ decode: (inout EventStreamSegmentDecoder, (EventStreamSegmentDecoder.Segment) -> Void) throws -> Void
        ) rethrows {
            var decoder = EventStreamSegmentDecoder()
            var count = 0
            try decode(&decoder) { _ in count += 1 }
            counts.append(count)
        }
        try count { try $0.decode(stream, $1) }
        try count { try $0.decode(stream.span, $1) }
        try count { try unsafe $0.decode(stream.span.bytes, $1) }
        try count { decoder, body in
            try decoder.withSegments(in: stream.span) { segments in
                while let segment = try segments.next() { body(segment) }
            }
        }
        try count { decoder, body in
            try unsafe stream.withUnsafeBytes { bytes in
                try unsafe decoder.withSegments(in: bytes) { segments in
                    while let segment = try segments.next() { body(segment) }
                }
            }
        }
        #expect(counts == [6, 6, 6, 6, 6])
    }
}
