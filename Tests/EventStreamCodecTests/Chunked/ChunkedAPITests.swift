import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// The calls that users write: every decoder and encoder of chunked bodies has the same ones, for the same inputs.
@Suite struct ChunkedAPITests {
    private static let body = Array("5;a=b\r\n{\"n\":\r\n2\r\n7}\r\n0\r\nX-Sum: 1\r\n\r\nnext".utf8)
    private static let bodyLength = body.count - 4
    private static let upload = Array("2\r\nab\r\n0\r\n\r\nnext".utf8)

    private struct Enough: Error, Equatable {}

    private struct Value: Decodable {
        var n: Int
    }

    @Test func theClosureMayThrowItsOwnErrors() throws {
        var decoder = ChunkedDecoder()
        var text: [UInt8] = []
        var value = 0
        try decoder.decode(Self.body) { element in
            switch element {
            case .data(let data): text += [UInt8](data)
            case .trailer(let field): #expect(String(field.name) == "X-Sum" && String(field.value) == "1")
            case .extensions: break
            case .end: value = try JSONDecoder().decode(Value.self, from: Data(text)).n
            }
        }
        #expect(value == 7)

        var upload = AWSChunkedDecoder()
        #expect(throws: Enough()) {
            try upload.decode(Self.upload) { element in
                if case .data = element { throw Enough() }
            }
        }
        upload.reset()
        let consumed = try upload.decode(Self.upload) { element in
            if case .data(let data) = element, String(data) != "ab" { throw Enough() }
        }
        #expect(consumed == Self.upload.count - 4 && upload.isComplete)
    }

    @Test func decodingContinuesAtTheOffsetAfterTheClosureThrew() throws {
        var decoder = ChunkedDecoder()
        #expect(throws: Enough()) {
            try decoder.decode(Self.body) { element in
                if case .data = element { throw Enough() }
            }
        }
        #expect(decoder.offset == 12)
        var names: [String] = []
        let consumed = try decoder.decode(Self.body[Int(decoder.offset)...]) { element in
            if case .data(let data) = element { names.append(String(data) ?? "") }
            if case .end = element { names.append("end") }
        }
        #expect(names == ["7}", "end"] && consumed == Self.bodyLength - 12)
    }

    @Test func theArrayMayChangeDuringDecoding() throws {
        var bytes = Self.body
        var decoder = ChunkedDecoder()
        var text: [UInt8] = []
        let consumed = try decoder.decode(bytes) { element in
            // The call keeps the bytes that it was given.
            bytes = [UInt8](repeating: 0, count: bytes.count)
            if case .data(let data) = element { text += [UInt8](data) }
        }
        #expect(String(decoding: text, as: UTF8.self) == "{\"n\":7}" && consumed == Self.bodyLength)
    }

    /// Checks that every kind of input gives the same number of bytes consumed.
    @Test func inputsOfEveryKindAreTheSame() throws {
        let array = Self.body
        let slice = ([0, 0] + array)[2...]
        let contiguous = ContiguousArray(array)
        func lengths(
            _ decode: (inout ChunkedDecoder, (ChunkedDecoder.Element) -> Void) throws -> Int
        ) rethrows -> [Int] {
            var decoder = ChunkedDecoder()
            var count = 0
            let consumed = try decode(&decoder) { _ in count += 1 }
            return [count, consumed]
        }
        let expected = [5, Self.bodyLength]
        #expect(try lengths { try $0.decode(array, $1) } == expected)
        #expect(try lengths { try $0.decode(slice, $1) } == expected)
        #expect(try lengths { try $0.decode(contiguous, $1) } == expected)
        #expect(try lengths { try $0.decode(array.span, $1) } == expected)
        #expect(try lengths { try unsafe $0.decode(array.span.bytes, $1) } == expected)
        #expect(
            try lengths { decoder, body in
                try unsafe array.withUnsafeBytes { try unsafe decoder.decode($0, body) }
            } == expected)
        #expect(
            try lengths { decoder, body in
                try decoder.withElements(in: slice) { elements in
                    while let element = try elements.next() { body(element) }
                    return elements.consumed
                }
            } == expected)
        #expect(try ChunkSizeLine.parse(array)?.size == 5)
        #expect(try ChunkSizeLine.parse(slice)?.extensionsRange == 1..<5)
        let trailers = array[(array.count - 16)...]
        #expect(try ChunkedTrailerLine.parse(trailers) == .field(name: 0..<5, value: 7..<8, length: 10))
    }

    @Test func checksumsTakeTheSameInputs() throws {
        let array = Array("123456789".utf8)
        let slice = ([0] + array)[1...]
        #expect(CRC32.checksum(of: array) == 0xcbf4_3926)
        #expect(CRC32.checksum(of: slice) == 0xcbf4_3926)
        #expect(CRC32.checksum(of: array.span) == 0xcbf4_3926)
        #expect(unsafe CRC32.checksum(of: array.span.bytes) == 0xcbf4_3926)
        var crc = CRC32()
        crc.update(array[..<4])
        crc.update(ContiguousArray(array[4...]))
        #expect(crc.value == 0xcbf4_3926)
    }

    @Test func encodersTakeTheSameInputs() throws {
        let array = Array("hello".utf8)
        let slice = ([0] + array)[1...]
        var encoder = ChunkedEncoder()
        var wire: [UInt8] = []
        try encoder.append(array, to: &wire)
        try encoder.append(slice, to: &wire)
        try encoder.append(array.span, to: &wire)
        try encoder.beginChunk(size: 5, to: &wire)
        wire += array
        try encoder.finish(to: &wire)
        #expect(encoder.isFinished)
        let chunk = "5\r\nhello\r\n"
        #expect(String(decoding: wire, as: UTF8.self) == chunk + chunk + chunk + chunk + "0\r\n\r\n")

        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var second = ChunkedEncoder()
        #expect(try unsafe second.encode(slice, into: buffer) == 8)
        #expect(unsafe Array(buffer) == Array("5\r\nhello".utf8))

        var upload = AWSChunkedEncoder(chunkSize: 4)
        var parts: [UInt8] = []
        try upload.append(slice, to: &parts)
        try upload.encode(array.span) { parts.append(contentsOf: $0) }
        try upload.finish(to: &parts)
        #expect(upload.isFinished)
        let expected = "4\r\nhell\r\n4\r\nohel\r\n2\r\nlo\r\n0\r\n\r\n"
        #expect(String(decoding: parts, as: UTF8.self) == expected)
    }

    @Test func anUploadIsEncodedIntoABuffer() throws {
        let data = Array("0123456789".utf8)
        for chunkSize in 1...11 {
            for cut in 0...10 {
                var appending = AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: chunkSize)
                var writing = appending
                var expected: [UInt8] = []
                let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 1)
                defer { unsafe memory.deallocate() }
                var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
                for piece in [data[..<cut], data[cut...]] {
                    let before = expected.count
                    let length = appending.appendLength(dataLength: piece.count)
                    try appending.append(piece, to: &expected)
                    verify(UInt64(expected.count - before) == length, "\(chunkSize), \(cut)")
                    try writing.encode(piece, into: &output)
                }
                let before = expected.count
                let length = appending.finishLength
                try appending.finish(to: &expected)
                verify(UInt64(expected.count - before) == length, "\(chunkSize), \(cut)")
                try writing.finish(into: &output)
                let count = unsafe output.finalize(for: memory)
                verify(unsafe Array(memory[..<count]) == expected, "\(chunkSize), \(cut)")
            }
        }
    }

    @Test func aShortBufferIsRejected() throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        defer { unsafe memory.deallocate() }
        var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
        var encoder = AWSChunkedEncoder(chunkSize: 2)
        do throws(AWSChunkedError) {
            try encoder.encode([1, 2, 3, 4] as [UInt8], into: &output)
            Issue.record("no error")
        } catch {
            #expect(error == AWSChunkedError(.bufferTooSmall, found: 8, expected: 12))
            #expect(error.description == "byte 0: found space for 8 bytes, expected at least 12")
        }
        // No data was consumed.
        #expect(encoder.finishLength == 5 && output.byteCount == 0)
        try encoder.encode([1, 2] as [UInt8], into: &output)
        #expect(output.byteCount == 5)
        do throws(AWSChunkedError) {
            try encoder.finish(into: &output)
            Issue.record("no error")
        } catch {
            #expect(error.code == .bufferTooSmall && !encoder.isFinished)
        }
    }

    // MARK: aws-chunked: the cursor

    private func pull<V, C>(
        _ decoder: inout AWSChunkedDecoder<V, C>, _ bytes: ArraySlice<UInt8>, atMost count: Int = .max
    ) throws(AWSChunkedError) -> (names: [String], consumed: Int) {
        try decoder.withElements(in: bytes) { elements throws(AWSChunkedError) in
            var names: [String] = []
            while names.count < count, let element = try elements.next() {
                switch element {
                case .data(let data): names.append("\(String(data) ?? "") of \(elements.chunkSize)")
                case .chunkEnd: names.append("chunkEnd, \(elements.remainingInChunk) left")
                case .extensions(let extensions): names.append("extensions of \(extensions.chunk)")
                case .trailer(let field): names.append(String(field.name) ?? "")
                case .end: names.append("end")
                }
            }
            return (names, elements.consumed)
        }
    }

    @Test func anUploadIsPulledElementByElement() throws {
        let body = Array("2\r\nab\r\n1\r\nc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\nnext".utf8)
        let expected = ["ab of 2", "chunkEnd, 0 left", "c of 1", "chunkEnd, 0 left", "x-amz-checksum-crc32", "end"]
        var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), minimumChunkSize: 1)
        for _ in 0..<2 {
            for count in 1...5 {
                decoder.reset()
                var names: [String] = []
                var rest = body[...]
                while !decoder.isComplete {
                    let (found, consumed) = try pull(&decoder, rest, atMost: count)
                    names += found
                    rest = rest.dropFirst(consumed)
                    #expect(decoder.offset == UInt64(rest.startIndex))
                }
                #expect(names == expected, "at most \(count)")
                #expect(rest == Array("next".utf8)[...])
                try decoder.finish()
            }
        }
    }

    @Test func copiesOfAnUploadDecoderAreIndependent() throws {
        let body = Self.upload[...]
        for cut in 0...12 {
            var first = AWSChunkedDecoder()
            _ = try pull(&first, body[..<cut])
            var second = first
            let one = try pull(&first, body[cut...])
            let two = try pull(&second, body[cut...])
            #expect(one.names == two.names && one.consumed == two.consumed && first.isComplete && second.isComplete)
        }
    }

    @Test func theClosureOfAnUploadMayAwait() async throws {
        var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), minimumChunkSize: 1)
        let body = Array("2\r\nab\r\n1\r\nc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n".utf8)
        var count = 0
        for piece in pieces(of: body.count, size: 3) {
            let bytes = body[piece]
            try await decoder.withElements(in: bytes) { elements in
                while let element = try elements.next() {
                    await Task.yield()
                    if case .data(let data) = element { count += data.byteCount }
                }
            }
        }
        try decoder.finish()
        #expect(count == 3 && decoder.isComplete)
    }

    @Test func resetForgetsAnError() throws {
        var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: 3)
        let wrong = Array("0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n".utf8)
        let error = #expect(throws: AWSChunkedError.self) { try decoder.decode(wrong) { _ in } }
        #expect(error == AWSChunkedError(.decodedLengthMismatch, at: UInt64(wrong.count), found: 0, expected: 3))
        #expect(error?.description == "byte \(wrong.count): found 0 bytes of data, expected 3")
        decoder.reset()
        #expect(decoder.offset == 0 && !decoder.isComplete)
        try decoder.decode(Array("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n".utf8)) { _ in }
        try decoder.finish()
    }

    // MARK: Errors

    /// An adapter on the stateless layer, which checks the line end after the data itself.
    @Test func adaptersCreateTheSameErrors() throws {
        let body = Array("1\r\nxyz".utf8)
        var decoder = ChunkedDecoder()
        let expected = #expect(throws: ChunkedError.self) { try decoder.decode(body) { _ in } }
        let line = try #require(try ChunkSizeLine.parse(body))
        let end = line.length + Int(line.size)
        let error = ChunkedError(.chunkDataNotTerminated, at: UInt64(end), found: UInt64(body[end]), expected: 0x0d)
        #expect(error == expected)
        #expect(error.description == "byte 4: found 0x79, expected CRLF after the chunk data")
        #expect(AWSChunkedError(error).framing == error && AWSChunkedError(error).offset == 4)
        #expect(AWSChunkedError(error).description == error.description)
    }

    @Test func errorsSayWhatWasFoundAndExpected() throws {
        func failure(_ body: String, _ limits: ChunkedLimits = .standard) -> ChunkedError? {
            var decoder = ChunkedDecoder(limits: limits)
            do throws(ChunkedError) {
                try decoder.decode(Array(body.utf8)) { _ in }
                return nil
            } catch {
                return error
            }
        }
        #expect(failure("5\n")?.description == "byte 1: found LF (0x0a), expected CRLF")
        #expect(failure("5\rx")?.description == "byte 2: found 0x78, expected CRLF")
        #expect(
            failure("5;abc\r\n", ChunkedLimits(extensionsLength: 3))
                == ChunkedError(.extensionsTooLong, at: 4, expected: 3))
        #expect(
            failure("1\r\nx\r\n1\r\n", ChunkedLimits(chunkCount: 1))?.description
                == "byte 8: found more chunks, expected at most 1")
        let error = #expect(throws: ChunkedError.self) { try ChunkedEncoder().framingLength(size: .max) }
        #expect(error?.found == .max && error?.expected == UInt64(Int64.max))
        #expect(
            error?.description
                == "byte 0: found a chunk size of ffffffffffffffff, expected a chunk size of at most 7fffffffffffffff")
    }

    /// After an error, the offset is that of the error.
    @Test func theOffsetAfterAnErrorIsThatOfTheError() throws {
        for vector in try ChunkedVector.all() where vector.outcome.status == "error" {
            for size in [1, 2, 7, max(vector.bytes.count, 1)] {
                var decoder = ChunkedDecoder()
                do throws(ChunkedError) {
                    for piece in pieces(of: vector.bytes.count, size: size) {
                        try decoder.decode(vector.bytes[piece]) { _ in }
                    }
                    Issue.record("\(vector) by \(size): no error")
                } catch {
                    verify(decoder.offset == error.offset, "\(vector) by \(size): \(decoder.offset) after \(error)")
                }
            }
        }
    }

    @Test func textsAreComparedByTheirBytes() {
        #expect(ChunkedTrailer("X", "K") != ChunkedTrailer("X", "\u{212a}"))
        #expect(ChunkExtension("x", "K") != ChunkExtension("x", "\u{212a}"))
        #expect(ChunkExtension("x") != ChunkExtension("x", "") && ChunkExtension("x") == ChunkExtension("x"))
        #expect(Set([ChunkedTrailer("X", "1"), ChunkedTrailer("X", "1"), ChunkedTrailer("X", "2")]).count == 2)
        #expect(Set([ChunkExtension("x"), ChunkExtension("x"), ChunkExtension("x", "1")]).count == 2)
    }
}
