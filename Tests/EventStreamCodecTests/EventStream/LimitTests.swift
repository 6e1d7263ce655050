import EventStreamCodec
import TestSupport
import Testing

/// Lengths that a stream declares, and what they may cost.
@Suite struct LimitTests {
    /// The twelve bytes that declare these lengths, with the right CRC.
    static func prelude(total: UInt32, headers: UInt32) -> [UInt8] {
        func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let lengths = bytes(total) + bytes(headers)
        return lengths + bytes(CRC32.checksum(of: lengths.span))
    }

    private func code(_ bytes: [UInt8], limits: EventStreamLimits = .decoding) -> EventStreamError.Code? {
        DecodedStream.decoding(bytes, pieces: [0..<bytes.count], limits: limits).error?.code
    }

    @Test func lengthsAreCheckedInOrder() {
        #expect(code(Self.prelude(total: 12, headers: 0)) == .messageLengthTooSmall)
        #expect(code(Self.prelude(total: 0, headers: .max)) == .messageLengthTooSmall)
        #expect(code(Self.prelude(total: 15, headers: 0)) == .messageLengthTooSmall)
        #expect(code(Self.prelude(total: 16, headers: 1)) == .headersLengthTooLarge)
        #expect(code(Self.prelude(total: 0x8000_0000, headers: 0)) == .payloadTooLong)
        #expect(code(Self.prelude(total: .max, headers: .max)) == .headersLengthTooLarge)
        #expect(code(Self.prelude(total: .max, headers: 131_073)) == .headersTooLong)
        #expect(code(Self.prelude(total: .max, headers: .max - 16), limits: .unlimited) == .unexpectedEnd)
        var damaged = Self.prelude(total: 0, headers: .max)
        damaged[11] ^= 1
        #expect(code(damaged) == .preludeCRCMismatch)
    }

    @Test func everyLimitIsExact() throws {
        let message = EventStreamMessage(headers: ["name": "four"], payload: "payload")
        let bytes = try message.encoded()
        let headersLength = bytes.count - 16 - 7
        for (limits, tooTight, expected) in [
            (
                EventStreamLimits(messageLength: bytes.count), EventStreamLimits(messageLength: bytes.count - 1),
                EventStreamError.Code.messageTooLong
            ),
            (
                EventStreamLimits(headersLength: headersLength), EventStreamLimits(headersLength: headersLength - 1),
                .headersTooLong
            ),
            (EventStreamLimits(payloadLength: 7), EventStreamLimits(payloadLength: 6), .payloadTooLong),
            (EventStreamLimits(headerValueLength: 4), EventStreamLimits(headerValueLength: 3), .headerValueTooLong),
        ] {
            #expect(code(bytes, limits: limits) == nil)
            #expect(code(bytes, limits: tooTight) == expected)
            #expect(try message.encoded(limits: limits) == bytes)
            let error = #expect(throws: EventStreamError.self) { try message.encoded(limits: tooTight) }
            #expect(error?.code == expected)
            let decoded = DecodedStream.decodingSegments(bytes, pieces: [0..<bytes.count], limits: tooTight)
            #expect(decoded.error?.code == expected && decoded.error?.offset == error?.offset)
        }
    }

    @Test func negativeLimitsRefuseEverything() throws {
        let bytes = try EventStreamMessage(payload: "x").encoded()
        #expect(code(bytes, limits: EventStreamLimits(messageLength: -1)) == .messageTooLong)
        #expect(throws: EventStreamError.self) {
            try EventStreamMessage(payload: "x").encoded(limits: EventStreamLimits(messageLength: .min))
        }
    }

    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"))
    func declaredLengthsAllocateNothing() {
        for total in [1 << 20, 25_165_840, .max] as [UInt32] {
            let prelude = Self.prelude(total: total, headers: total == .max ? total - 16 : 100_000)
            var decoder = EventStreamDecoder(limits: .unlimited)
            var segments = EventStreamSegmentDecoder(limits: .unlimited)
            let cost = Allocations.count {
                try? decoder.decode(prelude) { _ in }
                for _ in 0..<50 { try? decoder.decode([0]) { _ in } }
                try? unsafe segments.decode(prelude.span.bytes) { _ in }
                for byte in prelude { try? unsafe segments.decode([byte].span.bytes) { _ in } }
            }
            // Some hundreds of bytes arrived, one by one. In debug builds, closures and literals cost something too.
            #expect(cost.bytes < 16_384, "\(total) declared")
        }
    }

    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"))
    func memoryGrowsWithWhatArrived() {
        let prelude = Self.prelude(total: 20_000_000, headers: 0)
        var decoder = EventStreamDecoder()
        let piece = [UInt8](repeating: 7, count: 1_000)
        var arrived = prelude.count
        var allocated = Allocations.count { try? decoder.decode(prelude) { _ in } }.bytes
        for _ in 0..<1_000 {
            allocated += Allocations.count { try? decoder.decode(piece) { _ in } }.bytes
            arrived += piece.count
            // A buffer that doubles has taken at most four times what it holds, the abandoned ones included.
            verify(allocated < 4 * arrived + 4_096, "\(allocated) allocated for \(arrived)")
        }
    }
}
