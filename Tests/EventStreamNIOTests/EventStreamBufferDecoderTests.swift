#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import TestSupport
import Testing

@Suite struct EventStreamBufferDecoderTests {
    static let sizes = [1, 13, 100, 1_000_000]

    @Test func vectorsHaveTheSameOutcomeInBuffersOfAnySize() async throws {
        for vector in try EventStreamVector.all() {
            for size in Self.sizes {
                let decoded = await Decoded(Buffers(vector.bytes, size: size).eventStreamMessages())
                let found = decoded.elements.map { message in
                    EventStreamVector.Message(
                        offset: message.offset, length: message.frame.readableBytes,
                        message: EventStreamMessage(headers: message.headers, payload: message.payload.bytes),
                        preludeCRC: text(message.prelude.crc), messageCRC: text(message.view.messageCRC))
                }
                verify(found == vector.expected.messages, "\(vector) by \(size)")
                verify(
                    failure(decoded.error) == vector.expected.error,
                    "\(vector) by \(size): \(String(describing: decoded.error))")
            }
        }
    }

    private func text(_ crc: UInt32) -> String { Hexadecimal.text(UInt64(crc), minimumDigitCount: 8) }

    private func failure(_ error: (any Error)?) -> EventStreamVector.Failure? {
        (error as? EventStreamError).map { EventStreamVector.Failure(code: $0.code.description, offset: $0.offset) }
    }

    @Test func segmentsJoinToTheSameMessages() async throws {
        for vector in try EventStreamVector.all() {
            for size in Self.sizes {
                let decoded = await Decoded(
                    Buffers(vector.bytes, size: size).eventStreamSegments(limits: .decoding))
                var messages: [EventStreamMessage] = []
                var open: EventStreamMessage?
                for segment in decoded.elements {
                    switch segment {
                    case .begin(let headers, _): open = EventStreamMessage(headers: headers)
                    case .payload(let bytes): open?.payload += bytes.bytes
                    case .end: open.map { messages.append($0) }
                    }
                }
                verify(messages == vector.expected.messages.map(\.message), "\(vector) by \(size)")
                // The header block is checked before the message CRC, so an error may have another code.
                verify((decoded.error == nil) == (vector.expected.error == nil), "\(vector) by \(size)")
            }
        }
    }

    @Test func payloadsAreSlicesOfTheirBuffers() async throws {
        let bytes = try stream([[1, 2, 3], [], Array(repeating: 7, count: 100_000)])
        let buffer = ByteBuffer(bytes: bytes)
        let decoded = await Decoded(Buffers([buffer]).eventStreamMessages())
        #expect(decoded.elements.count == 3)
        for message in decoded.elements {
            #expect(buffer.addresses.contains(message.frame.addresses))
            #expect(message.frame.addresses.contains(message.payload.addresses))
        }
    }

    @Test func onlyAMessageThatStraddlesIsCopied() async throws {
        let bytes = try stream([[1], Array(repeating: 2, count: 50_000), [3], [4]])
        // The second message straddles three buffers, the third lies behind its end in the last.
        let buffers = Buffers(bytes, size: 20_000)
        let decoded = await Decoded(buffers.eventStreamMessages())
        let isSlice = decoded.elements.map { message in
            buffers.buffers.contains { $0.addresses.contains(message.frame.addresses) }
        }
        #expect(isSlice == [true, false, true, true])
        #expect(decoded.elements.map { $0.payload.readableBytes } == [1, 50_000, 1, 1])
    }

    @Test func theNextBufferIsRequestedOnlyWhenItIsNeeded() async throws {
        let bytes = try stream(Array(repeating: [1], count: 10))
        let buffers = Buffers(bytes, size: bytes.count / 2)
        var iterator = buffers.eventStreamMessages().makeAsyncIterator()
        for _ in 0..<5 { _ = try await iterator.next() }
        #expect(buffers.requested.value == 1)
        _ = try await iterator.next()
        #expect(buffers.requested.value == 2)
    }

    /// Memory grows with the bytes that have arrived.
    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"))
    func aDeclaredLengthAllocatesNothing() throws {
        var start: [UInt8] = []
        _ = try EventStreamEncoder().begin(
            headers: [":message-type": "event", ":event-type": "chunk"] as EventStreamHeaders,
            payloadLength: EventStreamLimits.specifiedPayloadLength, to: &start)
        start += [UInt8](repeating: 1, count: 30)
        let processor = NIOSingleStepByteToMessageProcessor(EventStreamBufferDecoder())
        let buffer = ByteBuffer(bytes: start)
        let totals = Allocations.count {
            try? processor.process(buffer: buffer) { _ in Issue.record("found a message") }
        }
        #expect(totals.bytes < 10_000)
    }

    @Test func aSingleStepProcessorDecodes() throws {
        let bytes = try stream([[1], [2, 2], Array(repeating: 3, count: 3_000)])
        for size in [1, 7, 40, bytes.count] {
            let processor = NIOSingleStepByteToMessageProcessor(EventStreamBufferDecoder())
            var payloads: [Int] = []
            for buffer in Buffers(bytes, size: size).buffers {
                try processor.process(buffer: buffer) { payloads.append($0.payload.readableBytes) }
            }
            try processor.finishProcessing(seenEOF: true) { payloads.append($0.payload.readableBytes) }
            #expect(payloads == [1, 2, 3_000])
        }
    }

    @Test func aSingleStepProcessorReportsATruncatedEnd() throws {
        let bytes = try stream([[1], [2]])
        let processor = NIOSingleStepByteToMessageProcessor(EventStreamBufferDecoder())
        try processor.process(buffer: ByteBuffer(bytes: bytes.dropLast())) { _ in }
        #expect(throws: EventStreamError.self) { try processor.finishProcessing(seenEOF: true) { _ in } }
    }

    @Test func messagesDescribeThemselves() async throws {
        let decoded = await Decoded(Buffers(try stream([[1, 2, 3]]), size: 100).eventStreamMessages())
        #expect(decoded.elements.map(\.description) == ["event chunk (2 headers, 3 bytes)"])
        #expect(decoded.elements.first?.kind == .event(type: "chunk"))
        #expect(decoded.elements.map { $0.view.eventType == "chunk" } == [true])
    }

    @Test func aResetDecoderStartsAgain() throws {
        var decoder = EventStreamBufferDecoder()
        var corrupt = ByteBuffer(repeating: 1, count: 16)
        #expect(throws: EventStreamError.self) { try decoder.decode(buffer: &corrupt) }
        var good = ByteBuffer(bytes: try stream([[9]]))
        #expect(throws: EventStreamError.self) { try decoder.decode(buffer: &good) }
        decoder.reset()
        #expect(try decoder.decode(buffer: &good)?.payload.bytes == [9])
        #expect(decoder.offset > 0 && good.readableBytes == 0)
    }
}

extension Range where Bound == UInt {
    fileprivate func contains(_ other: Range) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
#endif
