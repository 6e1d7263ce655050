import EventStreamCodec
import TestSupport
import Testing

/// Decoders, encoders and messages on many tasks at once. Run with ThreadSanitizer, it sees every access that nothing orders.
@Suite struct ConcurrencyTests {
    private static let tasks = 32

    private func stream(seed: UInt64, messages: Int = 40) throws -> (bytes: [UInt8], messages: [EventStreamMessage]) {
        var generator = SeededGenerator(seed: seed)
        let messages = (0..<messages).map { _ in EventStreamMessage.random(using: &generator) }
        return (try messages.flatMap { try $0.encoded() }, messages)
    }

    @Test func aDecoderForEachTask() async throws {
        let (bytes, expected) = try stream(seed: 1)
        await withTaskGroup(of: [EventStreamMessage].self) { group in
            for task in 0..<Self.tasks {
                group.addTask {
                    var decoder = EventStreamDecoder()
                    var messages: [EventStreamMessage] = []
                    for piece in pieces(of: bytes.count, size: 7 + task * 11) {
                        try? decoder.decode(Array(bytes[piece])) { messages.append(EventStreamMessage($0)) }
                        await Task.yield()
                    }
                    return messages
                }
            }
            for await messages in group { #expect(messages == expected) }
        }
    }

    /// A copy shares its buffer until one of the two changes it.
    @Test func copiesOfADecoderGoOnByThemselves() async throws {
        let (bytes, expected) = try stream(seed: 2, messages: 6)
        let cut = bytes.count / 2 + 3
        var first = EventStreamDecoder()
        var before: [EventStreamMessage] = []
        try first.decode(Array(bytes[..<cut])) { before.append(EventStreamMessage($0)) }
        await withTaskGroup(of: [EventStreamMessage].self) { group in
            for task in 0..<Self.tasks {
                group.addTask { [first, before] in
                    var decoder = first
                    var messages = before
                    for piece in pieces(of: bytes.count - cut, size: 5 + task) {
                        let range = (piece.lowerBound + cut)..<(piece.upperBound + cut)
                        try? decoder.decode(Array(bytes[range])) { messages.append(EventStreamMessage($0)) }
                    }
                    return messages
                }
            }
            for await messages in group { #expect(messages == expected) }
        }
    }

    @Test func segmentDecodersAndChecksums() async throws {
        let (bytes, expected) = try stream(seed: 3)
        let checksum = CRC32.checksum(of: bytes.span)
        await withTaskGroup(of: (ends: Int, checksum: UInt32).self) { group in
            for task in 0..<Self.tasks {
                group.addTask {
                    var decoder = EventStreamSegmentDecoder()
                    var crc = CRC32()
                    var ends = 0
                    for piece in pieces(of: bytes.count, size: 3 + task * 17) {
                        let piece = Array(bytes[piece])
                        crc.update(piece.span)
                        try? decoder.decode(piece) { if case .end = $0 { ends += 1 } }
                    }
                    return (ends, crc.value)
                }
            }
            for await result in group { #expect(result.ends == expected.count && result.checksum == checksum) }
        }
    }

    @Test func sharedHeadersAndEncoder() async throws {
        let headers = try EventStreamEncodedHeaders([":message-type": "event", ":event-type": "chunk"])
        let encoder = EventStreamEncoder()
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<Self.tasks {
                group.addTask {
                    var bytes: [UInt8] = []
                    let payload = [UInt8](repeating: UInt8(task), count: task * 100)
                    for _ in 0..<20 { try? encoder.append(headers: headers, payload: payload, to: &bytes) }
                    var decoder = EventStreamDecoder()
                    var count = 0
                    try? decoder.decode(bytes) { count += [UInt8]($0.payload) == payload ? 1 : 0 }
                    return count == 20
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func chunkedBodies() async throws {
        let body = Array("5;a=\"b c\"\r\nhello\r\n3\r\nabc\r\n0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n".utf8)
        let stream = Array(repeatElement(body, count: 50).joined())
        await withTaskGroup(of: (data: Int, trailers: Int).self) { group in
            for task in 0..<Self.tasks {
                group.addTask {
                    var decoder = ChunkedDecoder()
                    var result = (data: 0, trailers: 0)
                    for piece in pieces(of: stream.count, size: 1 + task) {
                        var rest = Array(stream[piece])
                        while !rest.isEmpty {
                            let consumed = try? decoder.decode(rest) { element in
                                switch element {
                                case .data(let data): result.data += data.byteCount
                                case .trailer: result.trailers += 1
                                case .extensions, .end: break
                                }
                            }
                            rest.removeFirst(consumed ?? rest.count)
                            if decoder.isComplete { decoder.reset() }
                        }
                    }
                    return result
                }
            }
            for await result in group { #expect(result.data == 50 * 8 && result.trailers == 50 * 2) }
        }
    }

    @Test func aSequenceReadOnOneTaskAndFedOnAnother() async throws {
        let (bytes, expected) = try stream(seed: 4)
        let (chunks, feeder) = AsyncStream.makeStream(of: [UInt8].self)
        async let feeding: Void = {
            for piece in pieces(of: bytes.count, size: 61) {
                feeder.yield(Array(bytes[piece]))
                await Task.yield()
            }
            feeder.finish()
        }()
        var messages: [EventStreamMessage] = []
        for try await message in chunks.eventStreamMessages() { messages.append(message) }
        await feeding
        #expect(messages == expected)
    }
}
