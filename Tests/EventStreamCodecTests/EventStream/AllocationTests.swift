import EventStreamCodec
import TestSupport
import Testing

/// Once warm, decoding and encoding into a caller's buffer allocate nothing.
@Suite(
    .enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"),
    .enabled(if: isOptimized, "only optimized code keeps closures off the heap: swift test -c release"))
struct AllocationTests {
    static let headers: EventStreamHeaders = [
        ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event",
        "a name of some length": .byteArray([1, 2, 3]), "x": .timestamp(1),
        "y": .uuid(EventStreamUUID(high: 1, low: 2)),
    ]

    private func stream(of count: Int) throws -> [UInt8] {
        let payload = [UInt8](repeating: 0x61, count: 200)
        let message = try EventStreamMessage(headers: Self.headers, payload: payload).encoded()
        return Array(repeatElement(message, count: count).joined())
    }

    /// Reads everything that a message has.
    private func visit(_ message: EventStreamMessageView) -> Int {
        var sum = message.payload.byteCount
        var headers = message.headers.makeIterator()
        while let header = headers.next() {
            sum += header.name.utf8.byteCount
            if let string = header.value.string { sum += string.utf8.byteCount }
        }
        if message.eventType == "chunk", message.headers["a name of some length"]?.byteArray != nil { sum += 1 }
        if case .event(let type) = message.kind, type == "chunk" { sum += 1 }
        return sum
    }

    @Test(arguments: [1, 7, 100, 16_384, 1 << 20])
    func decodingAllocatesNothing(readSize: Int) throws {
        let stream = try stream(of: 2_000)
        let reads = pieces(of: stream.count, size: readSize)
        var decoder = EventStreamDecoder()
        var sum = 0
        func pass() {
            for read in reads {
                try? unsafe decoder.decode(stream.span.bytes.extracting(read)) { sum += visit($0) }
            }
        }
        // A buffer that was needed once is released, one that is needed again is kept.
        for _ in 0..<2 { pass() }
        let cost = Allocations.count { pass() }
        try decoder.finish()
        #expect(sum > 0)
        #expect(cost.count == 0, "\(cost.count) allocations for 2,000 messages in reads of \(readSize)")
    }

    @Test func segmentsAllocateNothing() throws {
        let stream = try stream(of: 1_000)
        let reads = pieces(of: stream.count, size: 300)
        var decoder = EventStreamSegmentDecoder()
        var sum = 0
        func pass() {
            for read in reads {
                try? unsafe decoder.decode(stream.span.bytes.extracting(read)) { segment in
                    if case .payload(let bytes) = segment { sum += bytes.byteCount }
                }
            }
        }
        for _ in 0..<2 { pass() }
        let cost = Allocations.count { pass() }
        #expect(sum == 600_000)
        #expect(cost.count == 0)
    }

    @Test func encodingIntoABufferAllocatesNothing() throws {
        let encoder = EventStreamEncoder()
        let payload = [UInt8](repeating: 0x61, count: 200)
        let encoded = try EventStreamEncodedHeaders(Self.headers)
        let message = EventStreamMessage(headers: Self.headers, payload: payload)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var length = 0
        func pass() {
            for _ in 0..<100 {
                unsafe payload.withUnsafeBytes { payload in
                    length += (try? unsafe encoder.encode(headers: Self.headers, payload: payload, into: buffer)) ?? 0
                    length += (try? unsafe encoder.encode(headers: encoded, payload: payload, into: buffer)) ?? 0
                }
                var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
                try? encoder.encode(message, into: &output)
                length += output.byteCount
            }
        }
        pass()
        let cost = Allocations.count { pass() }
        #expect(length == 600 * (try message.encoded().count))
        #expect(cost.count == 0)
    }

    @Test func aMillionMessagesNeedNoMoreMemoryThanTen() throws {
        let stream = try stream(of: 1_000)
        var decoder = EventStreamDecoder()
        var count = 0
        let reads = pieces(of: stream.count, size: 4_099)
        func pass() {
            for read in reads {
                try? unsafe decoder.decode(stream.span.bytes.extracting(read)) { _ in count += 1 }
            }
        }
        // A decoder keeps its buffer from the second time on that it needs it.
        for _ in 0..<2 { pass() }
        let passes = 1_000
        let cost = Allocations.count { for _ in 0..<passes { pass() } }
        #expect(count == 1_000 * (passes + 2))
        #expect(cost.bytes == 0)
    }
}
