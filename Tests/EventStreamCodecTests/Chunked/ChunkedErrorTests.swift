import EventStreamCodec
import TestSupport
import Testing

/// Every code can occur, and every description has the offset, what was found and what was expected.
@Suite struct ChunkedErrorTests {
    private func failure(_ input: String, _ limits: ChunkedLimits = .standard) -> ChunkedError? {
        failure { () throws(ChunkedError) in
            var decoder = ChunkedDecoder(limits: limits)
            try decoder.decode(Array(input.utf8)) { _ in }
            try decoder.finish()
        }
    }

    private func failure(_ body: () throws(ChunkedError) -> Void) -> ChunkedError? {
        do throws(ChunkedError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func everyCodeOccursAndIsDescribed() throws {
        let cases: [(ChunkedError?, ChunkedError.Code, UInt64)] = [
            (failure("x"), .chunkSizeInvalid, 0),
            (failure("8000000000000000"), .chunkSizeTooLarge, 15),
            (failure("5;\r"), .chunkExtensionInvalid, 2),
            (failure("5\n"), .lineEndingInvalid, 1),
            (failure("1\r\nxy"), .chunkDataNotTerminated, 4),
            (failure("0\r\n:"), .trailerNameInvalid, 3),
            (failure("0\r\na:\u{0}"), .trailerValueInvalid, 5),
            (failure("0\r\nContent-Length:"), .trailerForbidden, 17),
            (failure("5;ab", ChunkedLimits(extensionsLength: 2)), .extensionsTooLong, 3),
            (failure("0\r\na: b", ChunkedLimits(trailersLength: 3)), .trailersTooLong, 6),
            (failure("0\r\na:\r\nb:\r\n", ChunkedLimits(trailerCount: 1)), .tooManyTrailers, 10),
            (failure("1\r\na\r\n1\r\n", ChunkedLimits(chunkCount: 1)), .tooManyChunks, 8),
            (failure("5\r\nhel"), .unexpectedEnd, 6), (failure(""), .unexpectedEnd, 0),
            (
                failure { () throws(ChunkedError) in
                    var encoder = ChunkedEncoder()
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
                    defer { unsafe buffer.deallocate() }
                    _ = try unsafe encoder.beginChunk(size: 1, into: buffer)
                }, .bufferTooSmall, 2
            ),
            (
                failure { () throws(ChunkedError) in
                    var encoder = ChunkedEncoder()
                    var bytes: [UInt8] = []
                    try encoder.finish(to: &bytes)
                    try encoder.finish(to: &bytes)
                }, .bodyFinished, 0
            ),
        ]
        for (found, code, offset) in cases {
            let error = try #require(found, "\(code)")
            #expect(error.code == code && error.offset == offset)
            let text = "byte \(offset): found \(error.foundDescription), expected \(error.expectedDescription)"
            #expect(error.description == text)
            #expect(!error.foundDescription.isEmpty && !error.expectedDescription.isEmpty)
        }
        #expect(Set(cases.map(\.1)).count == 15)
    }

    @Test func unlimitedHasNoLimits() {
        let long =
            String(repeating: "0", count: 20_000) + "1;" + String(repeating: "n", count: 20_000) + "\r\nx\r\n0\r\n"
        let trailers = String(repeating: "a: b\r\n", count: 5_000) + "\r\n"
        #expect(failure(long + trailers, .unlimited) == nil)
        #expect(failure(long + trailers)?.code == .extensionsTooLong)
    }
}
