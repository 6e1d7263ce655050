import EventStreamCodec
import TestSupport
import Testing

/// Every code can be reached, and every description says where, what was found and what was expected.
@Suite struct ErrorTests {
    static let all: [EventStreamError.Code: String] = [
        .preludeCRCMismatch:
            "byte 8: found prelude CRC 01010101, expected 2ea122d3, the CRC-32 of the 8 bytes before it",
        .messageLengthTooSmall: "byte 0: found total length 15, expected at least 16",
        .headersLengthTooLarge:
            "byte 4: found headers length 1, expected at most 0, the total length less prelude and message CRC",
        .messageTooLong: "byte 0: found total length 17, expected at most 16",
        .headersTooLong: "byte 4: found headers length 3, expected at most 2",
        .payloadTooLong: "byte 0: found a payload of 1 bytes, expected at most 0",
        .messageCRCMismatch:
            "byte 12: found message CRC 7d98c8fe, expected 7d98c8ff, the CRC-32 of the message's bytes before it",
        .headerTruncated: "byte 15: found 1 bytes up to the end of the header block, expected at least 2",
        .headerNameEmpty: "byte 12: found a header name of 0 bytes, expected 1 to 255",
        .headerNameTooLong: "byte 12: found a header name of 256 bytes, expected 1 to 255",
        .headerNameNotUTF8: "byte 13: found byte 0xff, expected a header name in UTF-8",
        .headerNameDuplicate:
            "byte 15: found a header name that already occurs at byte 12, expected each name only once",
        .headerValueTypeUnknown: "byte 14: found header value type 10, expected a type from 0 to 9",
        .headerValueTooLong: "byte 15: found a header value of 2 bytes, expected at most 1",
        .headerValueNotUTF8: "byte 17: found byte 0x80, expected a string in UTF-8",
        .unexpectedEnd: "byte 3: found the end of the stream after 3 bytes of a message, expected 12",
        .unreadMessages:
            "byte 0: found the end of the stream with 16 bytes unread, expected every message to be read before the end",
        .bufferTooSmall: "byte 15: found room for 15 bytes, expected 16",
        .payloadLengthMismatch: "byte 12: found a payload of 0 bytes, expected 1",
    ]

    /// A message with this header block, whatever is in it.
    private func message(_ block: [UInt8]) -> [UInt8] {
        let prelude = LimitTests.prelude(total: UInt32(16 + block.count), headers: UInt32(block.count))
        let crc = CRC32.checksum(of: (prelude + block).span)
        return prelude + block + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) }
    }

    private func failure(_ bytes: [UInt8], _ limits: EventStreamLimits = .decoding) -> EventStreamError? {
        DecodedStream.decoding(bytes, pieces: [0..<bytes.count], limits: limits).error
    }

    private func failure(_ body: () throws(EventStreamError) -> Void) -> EventStreamError? {
        do throws(EventStreamError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func everyCodeIsReachedAndDescribed() throws {
        let empty = try EventStreamMessage().encoded()
        let errors = [
            failure([UInt8](repeating: 1, count: 12)), failure(LimitTests.prelude(total: 15, headers: 0)),
            failure(LimitTests.prelude(total: 16, headers: 1)),
            failure(LimitTests.prelude(total: 17, headers: 0), EventStreamLimits(messageLength: 16)),
            failure(message([1, 0x6e, 0]), EventStreamLimits(headersLength: 2)),
            failure(LimitTests.prelude(total: 17, headers: 0), EventStreamLimits(payloadLength: 0)),
            failure(empty.dropLast() + [empty[15] ^ 1]), failure(message([1, 0x6e, 7, 0])), failure(message([0])),
            failure { () throws(EventStreamError) in
                _ = try EventStreamMessage(headers: [String(repeating: "n", count: 256): true]).encoded()
            },
            failure(message([1, 0xff, 0])), failure(message([1, 0x6e, 0, 1, 0x6e, 1])),
            failure(message([1, 0x6e, 10])),
            failure(message([1, 0x6e, 7, 0, 2, 0x61, 0x61]), EventStreamLimits(headerValueLength: 1)),
            failure(message([1, 0x6e, 7, 0, 1, 0x80])), failure(Array(empty[..<3])),
            failure { () throws(EventStreamError) in
                var decoder = EventStreamDecoder()
                decoder.withMessages(in: empty.span) { _ in }
                try decoder.finish()
            },
            failure { () throws(EventStreamError) in
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 15, alignment: 1)
                defer { unsafe buffer.deallocate() }
                _ = try unsafe EventStreamEncoder().encode(
                    headers: [:] as EventStreamHeaders, payload: UnsafeRawBufferPointer(start: nil, count: 0),
                    into: buffer)
            },
            failure { () throws(EventStreamError) in
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 12, alignment: 1)
                defer { unsafe buffer.deallocate() }
                var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
                let open = try EventStreamEncoder().begin(
                    headers: [:] as EventStreamHeaders, payloadLength: 1, into: &output)
                _ = try open.finish()
            },
        ]
        for error in errors {
            let error = try #require(error)
            #expect(error.description == Self.all[error.code])
        }
        #expect(Set(errors.compactMap { $0?.code }) == Set(Self.all.keys))
        #expect(Self.all.count == 19)
    }

    @Test func theStandaloneHeaderBlockIsCheckedTheSame() {
        let block: [UInt8] = [1, 0x6e, 0, 1, 0x6e, 1]
        let error = failure { () throws(EventStreamError) in
            _ = try unsafe EventStreamHeadersView.parse(block.span.bytes, streamOffset: 12).count
        }
        #expect(error?.description == Self.all[.headerNameDuplicate])
    }

    @Test func errorsAreValues() {
        let first = failure([UInt8](repeating: 1, count: 12))
        #expect(first == failure([UInt8](repeating: 1, count: 12)))
        #expect(first != failure([UInt8](repeating: 2, count: 12)))
        #expect(first?.code.description == "preludeCRCMismatch")
    }
}
