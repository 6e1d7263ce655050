import EventStreamCodec
import Testing

/// Signers that fail, and checksums that are canonically equivalent but not equal.
@Suite struct AWSChunkedSignerTests {
    /// A signer whose signature is a checksum of all bytes that it has received. It fails in the given calls.
    private final class FailingSigner: AWSChunkSigner {
        static let signatureLength = 64

        private var failures: Set<Int>
        private var calls = 0
        private var crc = CRC32()

        init(failures: Set<Int>) {
            self.failures = failures
        }

        func update(_ data: RawSpan) { crc.update(data) }

        func signChunk() throws(AWSChunkedError) -> String {
            calls += 1
            if failures.contains(calls) { throw AWSChunkedError(.signingFailed) }
            let digits = String(crc.value, radix: 16)
            return String(repeating: "0", count: 64 - digits.count) + digits
        }

        func signTrailers(_ canonical: RawSpan) throws(AWSChunkedError) -> String {
            try signChunk()
        }
    }

    private func data(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) } }

    /// Encodes in pieces. If the signer fails, repeats the call with no data.
    private func encode(_ pieces: [[UInt8]], failures: Set<Int>) throws -> (bytes: [UInt8], errors: Int) {
        var encoder = AWSChunkedEncoder(
            signer: FailingSigner(failures: failures), checksum: AWSCRC32Checksum(), chunkSize: 8_192)
        var (bytes, errors) = ([UInt8](), 0)
        func repeating(_ call: () throws(AWSChunkedError) -> Void, again: () throws(AWSChunkedError) -> Void) {
            var call = call
            while true {
                do throws(AWSChunkedError) {
                    return try call()
                } catch {
                    #expect(error.code == .signingFailed)
                    errors += 1
                    call = again
                }
            }
        }
        for piece in pieces {
            repeating { () throws(AWSChunkedError) in
                try encoder.append(piece, to: &bytes)
            } again: { () throws(AWSChunkedError) in
                try encoder.append([], to: &bytes)
            }
        }
        let end = { () throws(AWSChunkedError) in try encoder.finish(to: &bytes) }
        repeating(end, again: end)
        return (bytes, errors)
    }

    @Test func aFailingSignerLosesNoData() throws {
        let body = data(30_000)
        let expected = try encode([body], failures: []).bytes
        // Four chunks with data, the last chunk, the trailers.
        for failure in 1...6 {
            for pieces in [[body], [Array(body[..<5]), Array(body[5...])], body.chunked(by: 1_000)] {
                let (bytes, errors) = try encode(pieces, failures: [failure, failure + 1])
                #expect(bytes == expected, "call \(failure), \(pieces.count) pieces")
                #expect(errors == 2)
            }
        }
    }

    @Test func dataAfterAFailureFollowsTheEarlierData() throws {
        let body = data(60_000)
        var encoder = AWSChunkedEncoder(signer: FailingSigner(failures: [1, 2, 3]), chunkSize: 8_192)
        var bytes: [UInt8] = []
        for piece in [body[..<20_000], body[20_000..<20_100], body[20_100..<40_000]] {
            #expect(throws: AWSChunkedError(.signingFailed)) { try encoder.append(Array(piece), to: &bytes) }
        }
        try encoder.append(Array(body[40_000...]), to: &bytes)
        try encoder.finish(to: &bytes)
        var decoder = ChunkedDecoder()
        var decoded: [UInt8] = []
        try decoder.decode(bytes) { element in
            if case .data(let data) = element { decoded.append(contentsOf: [UInt8](data)) }
        }
        try decoder.finish()
        #expect(decoded == body)
    }

    /// The last chunk's signature continues the chain, so a chunk with data cannot follow it.
    @Test func noDataFollowsTheSignatureOfTheLastChunk() throws {
        let body = data(10_000)
        let expected = try encode([body], failures: []).bytes
        // Two chunks with data, the last chunk, the trailers.
        var encoder = AWSChunkedEncoder(
            signer: FailingSigner(failures: [4, 5]), checksum: AWSCRC32Checksum(), chunkSize: 8_192)
        var bytes: [UInt8] = []
        try encoder.append(body, to: &bytes)
        for _ in 0..<2 {
            #expect(throws: AWSChunkedError(.signingFailed)) { try encoder.finish(to: &bytes) }
            let count = bytes.count
            for piece in [data(1), body] {
                #expect(throws: AWSChunkedError(ChunkedError(.bodyFinished, at: 0))) {
                    try encoder.append(piece, to: &bytes)
                }
            }
            try encoder.append([], to: &bytes)
            #expect(bytes.count == count && !encoder.isFinished)
        }
        try encoder.finish(to: &bytes)
        #expect(bytes == expected && encoder.isFinished)
    }

    @Test func theErrorOfASignerIsDescribed() {
        let error = AWSChunkedError(.signingFailed, at: 7)
        #expect(error.description == "byte 7: found no signature, expected a signature from the signer")
        #expect(error.code.description == "signingFailed")
    }

    /// A checksum that contains `K`. U+212A, the Kelvin sign, is canonically equivalent to it.
    private struct KelvinChecksum: AWSChecksum {
        let trailerName = "x-amz-checksum-kelvin"
        let valueLength = 4
        mutating func update(_ data: RawSpan) {}
        var value: String { "K===" }
    }

    @Test func checksumsAreComparedByteByByte() throws {
        for (value, isRight) in [("K===", true), ("\u{212a}===", false), ("k===", false), ("K==", false)] {
            var decoder = AWSChunkedDecoder(checksum: KelvinChecksum())
            let body = Array("0\r\nx-amz-checksum-kelvin:\(value)\r\n\r\n".utf8)
            if isRight {
                try decoder.decode(body) { _ in }
            } else {
                let error = #expect(throws: AWSChunkedError.self) { try decoder.decode(body) { _ in } }
                #expect(error?.code == .checksumMismatch, "\(value)")
            }
        }
    }
}

extension [UInt8] {
    fileprivate func chunked(by size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
