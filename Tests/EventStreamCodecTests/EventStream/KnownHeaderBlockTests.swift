import EventStreamCodec
import TestSupport
import Testing

/// Decoders recognize header blocks that repeat. Only the time and the memory that they take may show it.
@Suite struct KnownHeaderBlockTests {
    /// Returns the headers of a block of `length` bytes, at least 5.
    private func headers(ofLength length: Int, fill: UInt8 = 0x61) -> EventStreamHeaders {
        ["a": .byteArray([UInt8](repeating: fill, count: length - 5))]
    }

    private func message(_ headers: EventStreamHeaders, payload: [UInt8] = []) throws -> [UInt8] {
        try EventStreamMessage(headers: headers, payload: payload).encoded()
    }

    /// Returns `message` with another byte at `position` and a matching message CRC.
    private func changed(_ message: [UInt8], at position: Int, to byte: UInt8) -> [UInt8] {
        var changed = message
        changed[position] = byte
        let crc = CRC32.checksum(of: Array(changed.dropLast(4)))
        for index in 0..<4 {
            changed[changed.count - 4 + index] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - 8 * index))
        }
        return changed
    }

    private func error(of decoder: inout EventStreamDecoder, in bytes: [UInt8]) -> EventStreamError? {
        do throws(EventStreamError) {
            try decoder.decode(bytes) { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test func blocksOfEveryLengthRepeat() throws {
        var generator = SeededGenerator(seed: 18)
        for length in Array(5...110) + [255, 256, 300] {
            let headers = headers(ofLength: length)
            var stream: [UInt8] = []
            for payloadLength in [0, 1, 200, 3, 0] {
                stream += try message(headers, payload: generator.bytes(payloadLength))
            }
            for size in [stream.count, 61] {
                let pieces = pieces(of: stream.count, size: size)
                for decoded in [
                    DecodedStream.decoding(stream, pieces: pieces),
                    DecodedStream.decodingSegments(stream, pieces: pieces),
                ] {
                    verify(
                        decoded.error == nil && decoded.frames.count == 5 && decoded.framesMatchStream,
                        "\(length) bytes")
                }
            }
        }
    }

    @Test func everyByteOfAKnownBlockIsCompared() throws {
        for length in [16, 17, 33, 75, 104] {
            let message = try message(headers(ofLength: length), payload: [1, 2, 3])
            var decoder = EventStreamDecoder()
            for position in 0..<length {
                decoder.reset()
                for _ in 0..<3 { #expect(error(of: &decoder, in: message) == nil) }
                // The wrong checksum of a changed byte.
                var damaged = message
                damaged[12 + position] ^= 0x80
                #expect(error(of: &decoder, in: damaged)?.code == .messageCRCMismatch, "byte \(position) of \(length)")
                // A valid checksum, and a header that is valid only if its bytes are not UTF-8 or a length.
                decoder.reset()
                let other = changed(message, at: 12 + position, to: message[12 + position] ^ 0x80)
                var fresh = EventStreamDecoder()
                #expect(error(of: &decoder, in: other) == error(of: &fresh, in: other), "byte \(position) of \(length)")
            }
        }
    }

    /// A block that was rejected stays unknown, also to a decoder that is reset and used again.
    @Test func rejectedBlocksAreNotRemembered() throws {
        let valid = try message([":event-type": "chunk", ":message-type": "event"])
        // The type of the first value does not exist.
        let invalid = changed(valid, at: 12 + 1 + 11, to: 10)
        var decoder = EventStreamDecoder()
        var segments = EventStreamSegmentDecoder()
        for _ in 0..<40 {
            #expect(error(of: &decoder, in: invalid)?.code == .headerValueTypeUnknown)
            decoder.reset()
            #expect(throws: EventStreamError.self) {
                try segments.decode(invalid) { (_: EventStreamSegmentDecoder.Segment) in }
            }
            segments.reset()
        }
        // The checksum is wrong, so the message is rejected although its block is valid.
        var corrupt = valid
        corrupt[corrupt.count - 1] ^= 1
        for _ in 0..<40 {
            #expect(error(of: &decoder, in: corrupt)?.code == .messageCRCMismatch)
            decoder.reset()
        }
    }

    @Test func policiesOfOtherDecodersDoNotMatter() throws {
        let lenient = EventStreamPolicy(duplicateHeaderNames: .accept)
        let headers = EventStreamHeaders([EventStreamHeader("a name", true), EventStreamHeader("a name", false)])
        let twice = try EventStreamMessage(headers: headers).encoded(policy: lenient)
        var tolerant = EventStreamDecoder(policy: lenient)
        for _ in 0..<4 { #expect(error(of: &tolerant, in: twice) == nil) }
        var strict = EventStreamDecoder()
        for _ in 0..<4 {
            #expect(error(of: &strict, in: twice)?.code == .headerNameDuplicate)
            strict.reset()
        }
    }

    /// More blocks in turn than a decoder remembers, of lengths that differ, so that they replace longer and shorter ones.
    @Test func manyBlocksAlternate() throws {
        let lengths = [104, 20, 75, 16, 105, 90, 33, 60, 300, 5]
        var stream: [UInt8] = []
        for round in 0..<30 {
            // The number of blocks in turn goes from one to ten and back.
            let count = 1 + min(round % 20, 19 - round % 20)
            for (index, length) in lengths.prefix(count).enumerated() {
                let fill = UInt8(0x61 + (round / 7 + index) % 3)
                stream += try message(headers(ofLength: length, fill: fill), payload: [UInt8(round), UInt8(index)])
            }
        }
        let whole = DecodedStream.decoding(stream, pieces: [0..<stream.count])
        #expect(whole.error == nil && whole.framesMatchStream && whole.frames.count > 100)
        for size in [1, 50, 1024] {
            let pieces = pieces(of: stream.count, size: size)
            #expect(DecodedStream.decoding(stream, pieces: pieces) == whole)
            #expect(DecodedStream.decodingSegments(stream, pieces: pieces).frames == whole.frames)
        }
    }

    @Test func copiesOfADecoderRememberSeparately() throws {
        let first = try message(headers(ofLength: 75))
        let second = try message(headers(ofLength: 75, fill: 0x62))
        var decoder = EventStreamDecoder()
        for _ in 0..<3 { #expect(error(of: &decoder, in: first) == nil) }
        var copy = decoder
        for _ in 0..<60 { #expect(error(of: &copy, in: second) == nil) }
        for _ in 0..<3 { #expect(error(of: &decoder, in: first) == nil) }
    }
}

/// The memory that an idle decoder holds, for programs with thousands of connections.
@Suite(
    .enabled(if: Allocations.canBeCounted && !Allocations.isUnderSanitizer, "the memory in use cannot be counted here"),
    .serialized)
struct IdleMemoryTests {
    // 256 bytes, and what malloc may add to an allocation.
    private static let limit = 256 + 24
    private static let headers: EventStreamHeaders = [
        ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event",
    ]

    private func stream(_ payloadLengths: [Int]) throws -> [UInt8] {
        try payloadLengths.flatMap {
            try EventStreamMessage(headers: Self.headers, payload: [UInt8](repeating: 0x61, count: $0)).encoded()
        }
    }

    /// Returns the bytes that a decoder holds after `stream` has arrived in reads of `size` bytes.
    private func bytesHeld(after stream: [UInt8], readSize size: Int) -> Int {
        let reads = pieces(of: stream.count, size: size)
        var decoder = EventStreamDecoder()
        var messageCount = 0
        let held = Allocations.liveBytes {
            for read in reads {
                try? unsafe decoder.decode(stream.span.bytes.extracting(read)) { _ in messageCount += 1 }
            }
        }
        #expect(messageCount > 0 && decoder.offset == UInt64(stream.count))
        return held
    }

    @Test func oneMessageAllocatesNothing() throws {
        let stream = try stream([200])
        #expect(bytesHeld(after: stream, readSize: stream.count) == 0)
    }

    @Test func messagesInsideInputsHoldOnlyKnownBlocks() throws {
        let stream = try stream(Array(repeating: 200, count: 100))
        let held = bytesHeld(after: stream, readSize: stream.count)
        #expect(held > 0 && held < Self.limit, "\(held) bytes")
    }

    @Test func messagesThatStraddleReadsHoldNothingElse() throws {
        let stream = try stream((0..<100).map { 100 + $0 })
        let held = bytesHeld(after: stream, readSize: 1024)
        #expect(held > 0 && held < Self.limit, "\(held) bytes")
    }

    @Test func theBufferOfALargeMessageIsReleased() throws {
        let stream = try stream([200, 200, 500_000])
        let held = bytesHeld(after: stream, readSize: 16_384)
        #expect(held > 0 && held < Self.limit, "\(held) bytes")
    }

    /// A peer that sends nothing but large messages would otherwise cause allocations for each of them.
    @Test func theBufferOfSeveralLargeMessagesIsKeptUntilTwoSmallOnes() throws {
        var decoder = EventStreamDecoder()
        let large = try stream([100_000])
        let small = try stream([200])
        func decode(_ stream: [UInt8]) {
            for read in pieces(of: stream.count, size: 16_384) { try? decoder.decode(Array(stream[read])) { _ in } }
        }
        let held = Allocations.liveBytes { for _ in 0..<3 { decode(large) } }
        #expect(held >= 100_000, "\(held) bytes")
        let heldAfterwards = Allocations.liveBytes { for _ in 0..<2 { decode(small) } }
        #expect(held + heldAfterwards < Self.limit, "\(held + heldAfterwards) bytes")
    }

    @Test func anErrorReleasesTheBuffer() throws {
        var corrupt = try stream([100_000, 100_000, 100_000])
        corrupt[corrupt.count - 1] ^= 1
        var decoder = EventStreamDecoder()
        let held = Allocations.liveBytes {
            for read in pieces(of: corrupt.count, size: 16_384) { try? decoder.decode(Array(corrupt[read])) { _ in } }
        }
        #expect(throws: EventStreamError.self) { try decoder.finish() }
        #expect(held < Self.limit, "\(held) bytes")
    }
}
