import EventStreamCodec
import TestSupport
import Testing

/// The output of the chunked encoder, and the values that it rejects.
@Suite struct ChunkedEncoderTests {
    private func encode(
        _ chunks: [String], trailers: [ChunkedTrailer] = [], extensions: [ChunkExtension] = []
    ) throws -> String {
        var encoder = ChunkedEncoder()
        var bytes: [UInt8] = []
        for chunk in chunks { try encoder.append(Array(chunk.utf8), extensions: extensions, to: &bytes) }
        try encoder.finish(trailers: trailers, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func bodies() throws {
        #expect(try encode([]) == "0\r\n\r\n")
        #expect(try encode([""]) == "0\r\n\r\n")
        #expect(try encode(["hello", "", " world"]) == "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        #expect(try encode([String(repeating: "x", count: 255)]).hasPrefix("ff\r\nxxx"))
        #expect(
            try encode(["a"], trailers: [ChunkedTrailer("X-A", "1"), ChunkedTrailer("X-B", "")])
                == "1\r\na\r\n0\r\nX-A: 1\r\nX-B: \r\n\r\n")
        #expect(
            try encode(
                ["a"], extensions: [ChunkExtension("n"), ChunkExtension("t", "v"), ChunkExtension("q", "a \"b\\")])
                == "1;n;t=v;q=\"a \\\"b\\\\\"\r\na\r\n0\r\n\r\n")
    }

    @Test func aChunkCanBeFinishedBeforeTheNext() throws {
        var encoder = ChunkedEncoder()
        var bytes: [UInt8] = []
        try encoder.finishChunk(to: &bytes)
        #expect(bytes.isEmpty)
        try encoder.append(Array("hello".utf8), to: &bytes)
        #expect(bytes == Array("5\r\nhello".utf8))
        try encoder.finishChunk(to: &bytes)
        try encoder.finishChunk(to: &bytes)
        #expect(bytes == Array("5\r\nhello\r\n".utf8))
        try encoder.append(Array("you".utf8), to: &bytes)
        try encoder.finishChunk(to: &bytes)
        try encoder.finish(to: &bytes)
        try encoder.finishChunk(to: &bytes)
        #expect(bytes == Array("5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n".utf8))
    }

    @Test func framingAndDataAreTheWholeBody() throws {
        let chunks = ["hello", "", "world", "!"].map { Array($0.utf8) }
        var whole = ChunkedEncoder()
        var expected: [UInt8] = []
        for chunk in chunks { try whole.append(chunk, to: &expected) }
        try whole.finish(to: &expected)

        var encoder = ChunkedEncoder()
        var wire: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: ChunkedEncoder.maximumFramingLength, alignment: 1)
        defer { unsafe buffer.deallocate() }
        for chunk in chunks {
            let length = try encoder.framingLength(size: UInt64(chunk.count))
            let written = try unsafe encoder.beginChunk(size: UInt64(chunk.count), into: buffer)
            #expect(written == length)
            wire += unsafe Array(buffer[..<written]) + chunk
        }
        let written = try unsafe encoder.finish(into: buffer)
        wire += unsafe Array(buffer[..<written])
        #expect(wire == expected)
    }

    @Test func everySizeHasItsDigits() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 20, alignment: 1)
        defer { unsafe buffer.deallocate() }
        for shift in 0..<63 {
            let power: UInt64 = 1 << UInt64(shift)
            for size in [power - 1, power, power + 1] {
                var encoder = ChunkedEncoder()
                let count = try unsafe encoder.beginChunk(size: size, into: buffer)
                let text = unsafe String(decoding: buffer[..<count], as: UTF8.self)
                #expect(text == (size == 0 ? "" : String(size, radix: 16) + "\r\n"))
            }
        }
        var encoder = ChunkedEncoder()
        _ = try unsafe encoder.beginChunk(size: UInt64(Int64.max), into: buffer)
        let error = #expect(throws: ChunkedError.self) { try encoder.framingLength(size: UInt64(Int64.max) + 1) }
        #expect(error?.code == .chunkSizeTooLarge)
    }

    @Test func aReservedSizeIsFilledIn() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var encoder = ChunkedEncoder()
        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        let first = try encoder.reserveChunk(into: &output)
        for byte in "hello".utf8 { output.append(byte) }
        let second = try encoder.reserveChunk(digits: 2, into: &output)
        for _ in 0..<31 { output.append(0x78) }
        try encoder.finish(into: &output)
        let count = unsafe output.finalize(for: buffer)

        var bytes = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        try ChunkedEncoder.fill(first, size: 5, in: &bytes)
        try ChunkedEncoder.fill(second, size: 31, in: &bytes)
        let wire = unsafe Array(buffer[..<count])
        let expected = "00000005\r\nhello\r\n1f\r\n" + String(repeating: "x", count: 31) + "\r\n0\r\n\r\n"
        #expect(String(decoding: wire, as: UTF8.self) == expected)
        #expect(DecodedBody.decoding(wire, pieces: [0..<count]).status == "complete")

        for (size, code) in [(UInt64(0), ChunkedError.Code.chunkSizeInvalid), (256, .chunkSizeTooLarge)] {
            do throws(ChunkedError) {
                try ChunkedEncoder.fill(second, size: size, in: &bytes)
                Issue.record("filled in \(size)")
            } catch {
                #expect(error.code == code)
            }
        }
        // The second reservation is not in the first chunk alone.
        var part = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: buffer[..<12]))
        do throws(ChunkedError) {
            try ChunkedEncoder.fill(second, size: 1, in: &part)
            Issue.record("filled in what is not there")
        } catch {
            #expect(error.code == .bufferTooSmall && error.offset == 12)
        }
    }

    @Test func aReservationCanBeCancelled() throws {
        for chunksBefore in [0, 1] {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
            defer { unsafe buffer.deallocate() }
            var encoder = ChunkedEncoder()
            var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
            for _ in 0..<chunksBefore { try encoder.encode(unsafe ([0x78] as [UInt8]).span.bytes, into: &output) }
            let reservation = try encoder.reserveChunk(into: &output)
            output.removeLast(reservation.range.count)
            encoder.cancel(reservation)
            try encoder.finish(into: &output)
            let count = unsafe output.finalize(for: buffer)
            let wire = unsafe String(decoding: buffer[..<count], as: UTF8.self)
            #expect(wire == (chunksBefore == 0 ? "" : "1\r\nx\r\n") + "0\r\n\r\n")
        }
    }

    @Test func reservedSizesAreNotOverhead() throws {
        let chunk = Array("00000001\r\nx\r\n".utf8)
        let body = Array(repeatElement(chunk, count: 10_000).joined()) + Array("0\r\n\r\n".utf8)
        #expect(DecodedBody.decoding(body, pieces: [0..<body.count]).status == "complete")
        // In a size of more than 16 digits, all leading zeros count.
        let padded = Array(
            repeatElement(Array(("0" + String(repeating: "0", count: 16) + "1\r\nx\r\n").utf8), count: 1_000).joined())
        #expect(DecodedBody.decoding(padded, pieces: [0..<padded.count]).error?.code == "extensionsTooLong")
    }

    @Test func fieldsThatWouldEndEarlyAreRejected() {
        func refusal(_ trailer: ChunkedTrailer) -> ChunkedError.Code? {
            do throws(ChunkedError) {
                _ = try ChunkedEncoder().finishLength(trailers: [trailer])
                return nil
            } catch {
                return error.code
            }
        }
        #expect(refusal(ChunkedTrailer("X-Fine", "a\tb é")) == nil)
        for name in ["", "a b", "a:", "a\r\n", "é", "a\u{0}"] {
            #expect(refusal(ChunkedTrailer(name, "x")) == .trailerNameInvalid, "\(name)")
        }
        for value in ["a\r\nb", "a\nb", "a\rb", "a\u{0}b", "\u{7f}"] {
            #expect(refusal(ChunkedTrailer("X", value)) == .trailerValueInvalid, "\(value)")
        }
        for name in ["Content-Length", "transfer-encoding", "HOST", "Set-Cookie", "Trailer", "Content-Type"] {
            #expect(refusal(ChunkedTrailer(name, "x")) == .trailerForbidden, "\(name)")
        }
        for bad in [
            ChunkExtension(""), ChunkExtension("a b"), ChunkExtension("a", "\r\n"), ChunkExtension("a", "\u{0}"),
        ] {
            let error = #expect(throws: ChunkedError.self) {
                try ChunkedEncoder().framingLength(size: 1, extensions: [bad])
            }
            #expect(error?.code == .chunkExtensionInvalid)
        }
    }

    @Test func anErrorChangesNothing() throws {
        var encoder = ChunkedEncoder()
        var bytes: [UInt8] = []
        try encoder.append([0x61], to: &bytes)
        #expect(throws: ChunkedError.self) { try encoder.finish(trailers: [ChunkedTrailer("a b", "")], to: &bytes) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        defer { unsafe buffer.deallocate() }
        let error = #expect(throws: ChunkedError.self) { try unsafe encoder.beginChunk(size: 1, into: buffer) }
        #expect(error?.code == .bufferTooSmall)
        try encoder.finish(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "1\r\na\r\n0\r\n\r\n")
        for body in [{ try encoder.finish(to: &bytes) }, { try encoder.append([1], to: &bytes) }] {
            #expect(#expect(throws: ChunkedError.self) { try body() }?.code == .bodyFinished)
        }
    }

    @Test func randomBodiesRoundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ChunkedEncoderTests.randomBodiesRoundTrip: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var encoder = ChunkedEncoder()
            var wire: [UInt8] = []
            var body: [UInt8] = []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let data = generator.bytes(Int.random(in: 0...300, using: &generator))
                body += data
                try encoder.append(data, extensions: [ChunkExtension("x", "\(data.count) bytes")], to: &wire)
            }
            try encoder.finish(trailers: [ChunkedTrailer("X-Count", "\(body.count)")], to: &wire)
            let size = Int.random(in: 1...64, using: &generator)
            let outcome = DecodedBody.decoding(wire, pieces: pieces(of: wire.count, size: size))
            #expect(Array(outcome.body) == body && outcome.status == "complete", "seed \(seed)")
            #expect(outcome.trailers == [["X-Count", "\(body.count)"]], "seed \(seed)")
        }
    }
}
