import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Decodes every vector of the package, and encodes those that an encoder writes.
@Suite struct AWSChunkedVectorTests {
    private static let vectors = Result { try AWSChunkedVector.all() }

    @Test func outcomesDoNotDependOnSplits() throws {
        let vectors = try Self.vectors.get()
        #expect(vectors.count >= 50)
        for vector in vectors {
            let count = vector.bytes.count
            let signer = vector.contents.signing.map(ReferenceChunkSigner.init)
            check(vector, signer, [0..<count], "whole")
            for size in count < 2_000 ? [1, 7, 64] : [997, 8_192] {
                check(vector, signer, pieces(of: count, size: size), "pieces of \(size)")
            }
            let cuts = count < 600 ? Array(0...count) : Array(stride(from: 0, to: count, by: count / 20))
            for cut in cuts { check(vector, signer, pieces(of: count, cutAt: cut), "cut at \(cut)") }
        }
    }

    private func check(
        _ vector: AWSChunkedVector, _ signer: ReferenceChunkSigner?, _ pieces: [Range<Int>], _ what: String
    ) {
        let contents = vector.contents
        let outcome =
            switch (signer, contents.trailer) {
            case (nil, nil):
                decode(vector, pieces, AWSChunkedDecoder(decodedLength: contents.decodedLength))
            case (nil, _?):
                decode(
                    vector, pieces,
                    AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: contents.decodedLength))
            case (let signer?, nil):
                decode(vector, pieces, AWSChunkedDecoder(verifier: signer, decodedLength: contents.decodedLength))
            case (let signer?, _?):
                decode(
                    vector, pieces,
                    AWSChunkedDecoder(
                        verifier: signer, checksum: AWSCRC32Checksum(), decodedLength: contents.decodedLength))
            }
        verify(outcome == contents.outcome, "\(vector), \(what): \(outcome.status) \(outcome.error?.code ?? "")")
    }

    private func decode<Verifier, Checksum>(
        _ vector: AWSChunkedVector, _ pieces: [Range<Int>], _ decoder: AWSChunkedDecoder<Verifier, Checksum>
    ) -> AWSChunkedVector.Outcome {
        var decoder = decoder
        var body = Data()
        do throws(AWSChunkedError) {
            for piece in pieces {
                let consumed = try unsafe decoder.decode(vector.bytes.span.bytes.extracting(piece)) { element in
                    if case .data(let data) = element { body.append(contentsOf: [UInt8](data)) }
                }
                if consumed < piece.count { break }
            }
            try decoder.finish()
            // The result does not change.
            verify(decoder.isComplete, "\(vector) is not complete")
            try decoder.finish()
            return AWSChunkedVector.Outcome(status: "complete", body: body, error: nil)
        } catch {
            verify(!decoder.isComplete, "\(vector) is complete after an error")
            verify(decoder.offset == error.offset, "\(vector): offset \(decoder.offset) after \(error)")
            // An error stays.
            do throws(AWSChunkedError) {
                try decoder.decode([0x30]) { _ in Issue.record("an element after an error") }
                Issue.record("\(vector): no error any more")
            } catch let again {
                verify(again == error, "\(vector): \(again) after \(error)")
            }
            if error.framing?.code == .unexpectedEnd {
                return AWSChunkedVector.Outcome(status: "incomplete", body: body, error: nil)
            }
            return AWSChunkedVector.Outcome(
                status: "error", body: body, error: AWSChunkedVector.Failure(code: error.code.description))
        }
    }

    /// The offset of an error does not depend on how the input is split.
    @Test func offsetsOfErrorsDoNotDependOnSplits() throws {
        for vector in try Self.vectors.get() where vector.contents.outcome.status == "error" {
            let count = vector.bytes.count
            let whole = offsetOfError(vector, [0..<count])
            for size in count < 2_000 ? [1, 2, 7, 64] : [997, 8_192] {
                let offset = offsetOfError(vector, pieces(of: count, size: size))
                verify(offset == whole, "\(vector), pieces of \(size): byte \(offset), whole: \(whole)")
            }
        }
    }

    private func offsetOfError(_ vector: AWSChunkedVector, _ pieces: [Range<Int>]) -> UInt64 {
        var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: vector.contents.decodedLength)
        for piece in pieces {
            _ = try? unsafe decoder.decode(vector.bytes.span.bytes.extracting(piece)) { _ in }
        }
        _ = try? decoder.finish()
        return decoder.offset
    }

    @Test func canonicalBodiesAreEncodedByteForByte() throws {
        var count = 0
        for vector in try Self.vectors.get() where vector.contents.canonical {
            count += 1
            let size = try #require(vector.contents.chunkSize)
            switch (vector.contents.signing.map(ReferenceChunkSigner.init), vector.contents.trailer) {
            case (nil, nil): try encode(vector, AWSChunkedEncoder(chunkSize: size))
            case (nil, _?): try encode(vector, AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: size))
            case (let signer?, nil): try encode(vector, AWSChunkedEncoder(signer: signer, chunkSize: size))
            case (let signer?, _?):
                try encode(vector, AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: size))
            }
        }
        #expect(count >= 15)
    }

    private func encode<Signer, Checksum>(
        _ vector: AWSChunkedVector, _ encoder: AWSChunkedEncoder<Signer, Checksum>
    ) throws {
        let body = Array(vector.contents.outcome.body)
        for size in [max(body.count, 1), 1_000, 8_192, 10_001] {
            var encoder = encoder
            var wire: [UInt8] = []
            for piece in pieces(of: body.count, size: size) { try encoder.append(Array(body[piece]), to: &wire) }
            try encoder.finish(to: &wire)
            #expect(wire == vector.bytes, "\(vector) in pieces of \(size)")
            #expect(encoder.encodedLength(decodedLength: UInt64(body.count)) == UInt64(wire.count), "\(vector)")
            let error = #expect(throws: AWSChunkedError.self) { try encoder.finish(to: &wire) }
            #expect(error?.framing?.code == .bodyFinished)
            #expect(throws: AWSChunkedError.self) { try encoder.append([1], to: &wire) }
            #expect(wire == vector.bytes, "\(vector)")
        }
    }

    @Test func anUploadCanUseChunkedTransfer() throws {
        let data = [UInt8](repeating: 0x61, count: 100_000)
        var inner = AWSChunkedEncoder(checksum: AWSCRC32Checksum())
        var outer = ChunkedEncoder()
        var wire: [UInt8] = []
        // The parts, framing and data of any size, are passed on directly.
        try inner.encode(unsafe data.span.bytes) { try? outer.append($0, to: &wire) }
        try inner.finish { try? outer.append($0, to: &wire) }
        try outer.finish(to: &wire)

        var transfer = ChunkedDecoder()
        var content = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: 100_000)
        var decoded = 0
        for piece in pieces(of: wire.count, size: 4_097) {
            try transfer.decode(Array(wire[piece])) { element in
                guard case .data(let encoded) = element else { return }
                do {
                    try content.decode(encoded) { if case .data(let data) = $0 { decoded += data.byteCount } }
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
        try transfer.finish()
        try content.finish()
        #expect(decoded == data.count && content.isComplete)
    }

    @Test func offsetsOfLengthErrorsDoNotDependOnSplits() throws {
        let cases: [(String, UInt64?, AWSChunkedError.Code, UInt64)] = [
            ("a\r\n0123456789\r\n0\r\n\r\n", 5, .decodedLengthMismatch, 3),
            ("1\r\nx\r\n1\r\ny\r\n0\r\n\r\n", nil, .chunkTooSmall, 9),
        ]
        for (body, length, code, offset) in cases {
            let bytes = Array(body.utf8)
            for size in 1...bytes.count {
                var decoder = AWSChunkedDecoder(decodedLength: length)
                let error = #expect(throws: AWSChunkedError.self) {
                    for piece in pieces(of: bytes.count, size: size) {
                        try decoder.decode(Array(bytes[piece])) { _ in }
                    }
                }
                #expect(error?.code == code && error?.offset == offset, "pieces of \(size)")
            }
        }
        var lenient = AWSChunkedDecoder(minimumChunkSize: 1)
        try lenient.decode(Array(cases[1].0.utf8)) { _ in }
        #expect(lenient.isComplete)
    }

    @Test func unknownExtensionsAreOverhead() throws {
        let chunk = Array(("1;x=" + String(repeating: "y", count: 6_000) + "\r\nz\r\n").utf8)
        var decoder = AWSChunkedDecoder(minimumChunkSize: 1)
        let error = #expect(throws: AWSChunkedError.self) {
            for _ in 0..<4 { try decoder.decode(chunk) { _ in } }
        }
        #expect(error?.framing?.code == .extensionsTooLong)
    }

    @Test func aSecondSignatureIsRejected() throws {
        let signing = try #require(try Self.vectors.get().compactMap(\.contents.signing).first)
        let signature = String(repeating: "0", count: 64)
        var decoder = AWSChunkedDecoder(verifier: ReferenceChunkSigner(signing))
        let line = "1;chunk-signature=\(signature);chunk-signature=\(signature)\r\n"
        let error = #expect(throws: AWSChunkedError.self) { try decoder.decode(Array(line.utf8)) { _ in } }
        #expect(error?.code == .signatureMalformed)
    }

    /// A signer and checksum with texts that are invalid in a body.
    private struct Unfit: AWSChunkSigner, AWSChecksum {
        static let signatureLength = 4
        let trailerName = "x-sum"
        let valueLength = 4

        var value: String

        mutating func update(_ data: RawSpan) {}
        mutating func signChunk() -> String { value }
        mutating func signTrailers(_ canonical: RawSpan) -> String { value }
    }

    @Test func invalidSignaturesAndChecksumsOfTheCallerAreRejected() throws {
        let data = [UInt8](repeating: 1, count: 8_192)
        for (signature, code, framing) in [
            ("abc", AWSChunkedError.Code.signatureMalformed, ChunkedError.Code?.none),
            ("a\r\nb", .framing, .chunkExtensionInvalid),
        ] {
            var encoder = AWSChunkedEncoder(signer: Unfit(value: signature), chunkSize: 8_192)
            var wire: [UInt8] = []
            let error = #expect(throws: AWSChunkedError.self) { try encoder.append(data, to: &wire) }
            #expect(error?.code == code && error?.framing?.code == framing && wire.isEmpty)
        }
        var encoder = AWSChunkedEncoder(checksum: Unfit(value: "a\r\nb"))
        var wire: [UInt8] = []
        let error = #expect(throws: AWSChunkedError.self) { try encoder.finish(to: &wire) }
        #expect(error?.framing?.code == .trailerValueInvalid && wire.isEmpty)
    }

    @Test func lengthsBeyondTheRangeAreTheMaximum() {
        #expect(AWSChunkedEncoder().encodedLength(decodedLength: .max) == .max)
        #expect(AWSChunkedEncoder().encodedLength(decodedLength: 0) == 5)
        // Chunks of one byte have a length of six, so the largest length of data has more than 64 bits. Less of it has not.
        let encoder = AWSChunkedEncoder(chunkSize: 1)
        #expect(encoder.encodedLength(decodedLength: UInt64(Int64.max)) == .max)
        #expect(encoder.encodedLength(decodedLength: UInt64.max / 6) == .max)
        #expect(encoder.encodedLength(decodedLength: UInt64.max / 6 - 1) == (UInt64.max / 6 - 1) * 6 + 5)
        #expect(encoder.appendLength(dataLength: 3) == 16 && encoder.appendLength(dataLength: 0) == 0)
        if Int.bitWidth == 64 { #expect(encoder.appendLength(dataLength: .max) == .max) }
        let pairs = AWSChunkedEncoder(chunkSize: 2)
        #expect(pairs.encodedLength(decodedLength: UInt64(Int64.max)) == .max)
        #expect(pairs.encodedLength(decodedLength: 5) == 7 + 7 + 6 + 5)
    }

    @Test func theChunkSizeIsTheCallersChoice() throws {
        var encoder = AWSChunkedEncoder(chunkSize: 2)
        #expect(encoder.chunkSize == 2)
        #expect(AWSChunkedEncoder().chunkSize == 65_536)
        var wire: [UInt8] = []
        try encoder.append([0x61, 0x62, 0x63], to: &wire)
        try encoder.finish(to: &wire)
        #expect(String(decoding: wire, as: UTF8.self) == "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    }

    @Test func signaturesAreNotOverhead() throws {
        let signing = try #require(try Self.vectors.get().compactMap(\.contents.signing).first)
        let signer = ReferenceChunkSigner(signing)
        var encoder = AWSChunkedEncoder(signer: signer, chunkSize: 8_192)
        var decoder = AWSChunkedDecoder(verifier: signer)
        var wire: [UInt8] = []
        let data = [UInt8](repeating: 1, count: 8_192)
        for _ in 0..<400 { try encoder.append(data, to: &wire) }
        try encoder.finish(to: &wire)
        try decoder.decode(wire) { _ in }
        #expect(decoder.isComplete)
    }
}

extension ReferenceChunkSigner {
    init(_ signing: AWSChunkedVector.Signing) {
        self.init(
            secretAccessKey: signing.secretAccessKey, timestamp: signing.timestamp, region: signing.region,
            service: signing.service, seedSignature: signing.seedSignature)
    }
}
