import EventStreamCodec
import TestSupport
import Testing

/// Bodies as clients of S3 really send them, from the headers of their requests.
@Suite struct AWSChunkedUploadTests {
    /// What came out of a body.
    private struct Outcome: Equatable {
        var data = ""
        var elements: [String] = []
        var summary: AWSChunkedSummary?
        var checksums: [AWSChunkedChecksum] = []
        var error: AWSChunkedError?
    }

    private func decode<V, C>(_ bytes: [UInt8], _ decoder: AWSChunkedDecoder<V, C>, inPiecesOf size: Int) -> Outcome {
        var decoder = decoder
        var outcome = Outcome()
        do throws(AWSChunkedError) {
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = bytes[start..<min(start + size, bytes.count)]
                let consumed = try decoder.decode(piece) { element in
                    switch element {
                    case .data(let data): outcome.data += String(data) ?? ""
                    case .chunkEnd: outcome.elements.append("\(outcome.data.utf8.count)")
                    case .extensions(let extensions):
                        if let signature = extensions.chunkSignature {
                            outcome.elements.append("\(signature.byteCount)")
                        } else {
                            outcome.elements.append("-1")
                        }
                    case .trailer(let field): outcome.elements.append(String(field.name) ?? "")
                    case .end: outcome.elements.append("end")
                    }
                }
                if consumed < piece.count { break }
            }
            outcome.summary = try decoder.finish()
            #expect(decoder.isComplete)
        } catch {
            outcome.error = error
            #expect(decoder.offset == error.offset && !decoder.isComplete)
        }
        outcome.checksums = decoder.checksums
        return outcome
    }

    /// Decodes a body in pieces of every size, with one outcome.
    private func decode<V, C>(_ body: String, _ decoder: AWSChunkedDecoder<V, C>) -> Outcome {
        let bytes = Array(body.utf8)
        let whole = decode(bytes, decoder, inPiecesOf: max(bytes.count, 1))
        for size in 1..<max(min(bytes.count, 70), 2) {
            let split = decode(bytes, decoder, inPiecesOf: size)
            #expect(split == whole, "\(body.debugDescription) in pieces of \(size)")
        }
        return whole
    }

    private func upload(
        _ headers: (name: String, value: String)..., policy: AWSChunkedPolicy = .upload
    ) throws -> AWSChunkedDecoder<AWSNoSigner, AWSCRCChecksum> {
        try AWSChunkedDecoder(requestHeaders: headers, policy: policy)
    }

    private static let crc32 = (name: "x-amz-trailer", value: "x-amz-checksum-crc32")
    private static let signature = String(repeating: "0", count: 64)

    // MARK: What is returned

    @Test func finishingReturnsWhatIsToBeStored() throws {
        let length = (name: "x-amz-decoded-content-length", value: "5")
        let outcome = decode(
            "5\r\nhello\r\n0\r\nX-Amz-Checksum-Crc32:NhCmhg==\r\nx-amz-meta-a:\tb \r\n\r\n",
            try upload(length, ("x-amz-trailer", "x-amz-checksum-crc32,x-amz-meta-a")))
        let summary = try #require(outcome.summary)
        #expect(outcome.data == "hello" && summary.decodedLength == 5 && summary.chunkCount == 1)
        #expect(
            summary.trailers
                == [ChunkedTrailer("x-amz-checksum-crc32", "NhCmhg=="), ChunkedTrailer("x-amz-meta-a", "b")])
        let checksum = try #require(summary.checksum(.crc32))
        #expect(checksum.declared == "NhCmhg==" && checksum.computed == "NhCmhg==" && checksum.value == "NhCmhg==")
        #expect(summary.checksums == [checksum] && summary.checksum(.crc32c) == nil)
        #expect(outcome.elements == ["5", "X-Amz-Checksum-Crc32", "x-amz-meta-a", "end"])
    }

    @Test func aChecksumMayBeComputedThatNothingAnnounces() throws {
        var decoder = try AWSChunkedDecoder(
            requestHeaders: ["content-encoding": "aws-chunked"], computing: [.crc64NVME])
        try decoder.decode(Array("5\r\nhello\r\n0\r\n\r\n".utf8)) { _ in }
        let checksum = try #require(try decoder.finish().checksums.first)
        #expect(checksum.algorithm == .crc64NVME && checksum.declared == nil && checksum.value == "M3eFcAZSQlc=")
    }

    /// A type with an algorithm that the library does not provide.
    private struct OwnChecksum: AWSChecksumChoice {
        private var count = 0
        init?(algorithm: AWSChecksumAlgorithm) { guard algorithm == .xxHash64 else { return nil } }
        var trailerName: String { AWSChecksumAlgorithm.xxHash64.trailerName }
        var valueLength: Int { 12 }
        mutating func update(_ data: RawSpan) { count += data.byteCount }
        var value: String { AWSChecksumAlgorithm.base64(bigEndian: UInt64(count)) }
    }

    @Test func theTypeOfTheChecksumsIsTheCallersChoice() throws {
        let headers = [(name: "x-amz-trailer", value: "x-amz-checksum-xxhash64")]
        let decoder = try AWSChunkedDecoder(requestHeaders: headers, checksums: OwnChecksum.self)
        let right = decode("5\r\nhello\r\n0\r\nx-amz-checksum-xxhash64:AAAAAAAAAAU=\r\n\r\n", decoder)
        #expect(right.summary?.checksum(.xxHash64)?.computed == "AAAAAAAAAAU=")
        let wrong = decode("5\r\nhello\r\n0\r\nx-amz-checksum-xxhash64:AAAAAAAAAAQ=\r\n\r\n", decoder)
        #expect(wrong.error?.code == .checksumMismatch)
        let response = AWSChunkedDecoder.response(checksums: OwnChecksum.self, decodedLength: 5)
        #expect(decode("5\r\nhello\r\n0\r\n\r\n", response).summary?.checksums.map(\.declared) == [nil])
    }

    @Test func otherChecksumsAreHandedOut() throws {
        let outcome = decode(
            "5\r\nhello\r\n0\r\nx-amz-checksum-xxhash3:AAAAAAAAAAA=\r\n\r\n",
            try upload(("x-amz-trailer", "x-amz-checksum-xxhash3")))
        let checksum = try #require(outcome.summary?.checksums.first)
        #expect(checksum.algorithm == .xxHash3 && checksum.computed == nil && checksum.value == "AAAAAAAAAAA=")
    }

    /// The SDK for Java announces a trailer and sends the value as a header.
    @Test func aHeaderDoesNotReplaceATrailer() throws {
        let outcome = decode(
            "5\r\nhello\r\n0\r\n\r\n", try upload(Self.crc32, ("x-amz-checksum-crc32", "NhCmhg==")))
        #expect(outcome.error?.code == .trailerMissing && outcome.error?.s3Code == "MalformedTrailerError")
        #expect(outcome.checksums.map(\.declared) == ["NhCmhg=="] && outcome.checksums.map(\.computed) == ["NhCmhg=="])
    }

    @Test func aChecksumInAHeaderIsVerified() throws {
        let body = "5\r\nhello\r\n0\r\n\r\n"
        let encoding = (name: "content-encoding", value: "aws-chunked")
        let right = decode(body, try upload(encoding, ("x-amz-checksum-crc32", "NhCmhg==")))
        #expect(right.summary?.checksum(.crc32)?.declared == "NhCmhg==")
        let wrong = decode(body, try upload(encoding, ("x-amz-checksum-crc32", "AAAAAA==")))
        #expect(wrong.error?.code == .checksumMismatch && wrong.error?.offset == 15)
        let error = #expect(throws: AWSChunkedError.self) {
            try upload(encoding, ("x-amz-checksum-sha1", "AAAAAA=="))
        }
        #expect(error?.code == .checksumMalformed && error?.s3Code == "InvalidRequest")
    }

    @Test func malformedAndWrongChecksumsDiffer() throws {
        let cases: [(String, AWSChunkedError.Code, String)] = [
            ("crc64nvme:M3eFcAZSQlcb", .checksumMalformed, "InvalidRequest"),
            ("crc64nvme:M3eFcAZSQlY=", .checksumMismatch, "BadDigest"),
            ("sha256:AAAA", .checksumMalformed, "InvalidRequest"),
            ("xxhash128:AAAAAAAAAAA=", .checksumMalformed, "InvalidRequest"),
        ]
        for (field, code, s3Code) in cases {
            let body = "5\r\nhello\r\n0\r\nx-amz-checksum-\(field)\r\n\r\n"
            let name = "x-amz-checksum-\(field.prefix { $0 != ":" })"
            let outcome = decode(body, try upload(("x-amz-trailer", name)))
            #expect(outcome.error?.code == code && outcome.error?.s3Code == s3Code, "\(field)")
            #expect(decode(body, .response()).error?.code == code, "\(field)")
        }
    }

    // MARK: Policies

    /// For each tolerance, a body that needs it, and the policy without it.
    @Test func eachToleranceIsAPolicy() throws {
        var (lineFeed, whitespace, end, after, trailers) = (
            AWSChunkedPolicy.upload, AWSChunkedPolicy.upload, AWSChunkedPolicy.upload, AWSChunkedPolicy.upload,
            AWSChunkedPolicy.response
        )
        lineFeed.allowsLineFeedBeforeTrailerEnd = false
        whitespace.allowsWhitespaceBeforeColon = false
        end.allowsMissingFinalLineEnd = false
        after.allowsBytesAfterEnd = true
        trailers.allowsUnannouncedTrailers = false
        let minio = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\n\r\n\r\n"
        #expect(decode(minio, try upload(Self.crc32)).summary != nil)
        var error = decode(minio, try upload(Self.crc32, policy: lineFeed)).error
        #expect(error?.framing?.code == .lineEndingInvalid && error?.offset == 42)

        let spaced = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32 \t:NhCmhg==\r\n\r\n"
        #expect(decode(spaced, try upload(Self.crc32)).summary != nil)
        error = decode(spaced, try upload(Self.crc32, policy: whitespace)).error
        #expect(error?.framing?.code == .trailerNameInvalid && error?.offset == 33)

        let cut = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n"
        #expect(decode(cut, try upload(Self.crc32)).summary != nil)
        error = decode(cut, try upload(Self.crc32, policy: end)).error
        #expect(error?.framing?.code == .unexpectedEnd && error?.s3Code == "IncompleteBody")

        let twice = "5\r\nhello\r\n0\r\n\r\n0\r\n\r\n"
        let encoding = (name: "content-encoding", value: "aws-chunked")
        #expect(decode(twice, try upload(encoding, policy: after)).summary != nil)
        error = decode(twice, try upload(encoding)).error
        #expect(error?.code == .bytesAfterEnd && error?.offset == 15)

        let other = "5\r\nhello\r\n0\r\nx-amz-meta-a:b\r\n\r\n"
        #expect(decode(other, .response()).summary?.trailers == [ChunkedTrailer("x-amz-meta-a", "b")])
        #expect(decode(other, .response(policy: trailers)).error?.code == .trailerUnexpected)

        for body in [minio, spaced, cut] {
            #expect(decode(body, try upload(Self.crc32, policy: .strict)).error != nil)
        }
        #expect(decode(twice, try upload(encoding, policy: .strict)).error != nil)
        let plain = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        #expect(decode(plain, try upload(Self.crc32, policy: .strict)).summary != nil)
    }

    @Test func toleratedBytesAreNotPartOfATrailer() throws {
        let body = "0\r\nx-a \t : b \n\r\nx-b:\n\r\nx-c:c\t\r\n\r\n"
        let expected = [ChunkedTrailer("x-a", "b"), ChunkedTrailer("x-b", ""), ChunkedTrailer("x-c", "c")]
        #expect(decode(body, .response()).summary?.trailers == expected)
        // Whitespace does not hide the name of a field that frames a message.
        for line in ["Content-Length : 5", "transfer-encoding\t:chunked"] {
            #expect(decode("0\r\n\(line)\r\n\r\n", .response()).error?.framing?.code == .trailerForbidden, "\(line)")
        }
        let errors: [(String, ChunkedError.Code, UInt64)] = [
            ("0\r\nx-a:b\n\n\r\n", .lineEndingInvalid, 9), ("0\r\nx-a:b\nc\r\n", .lineEndingInvalid, 9),
            ("0\r\nx-a:b\n\rc", .lineEndingInvalid, 10), ("0\r\nx-a b:c\r\n", .trailerNameInvalid, 7),
            ("0\r\n :c\r\n", .trailerNameInvalid, 3), ("0\r\n\n\r\n", .lineEndingInvalid, 3),
            ("5\nhello\r\n", .lineEndingInvalid, 1), ("0\n\r\n", .lineEndingInvalid, 1),
        ]
        for (body, code, offset) in errors {
            let error = decode(body, .response()).error
            #expect(error?.framing?.code == code && error?.offset == offset, "\(body.debugDescription)")
        }
        // HTTP's chunked coding has none of the tolerances.
        for line in ["x-a:b\n\r\n", "x-a :b\r\n"] {
            var decoder = ChunkedDecoder()
            #expect(throws: ChunkedError.self) { try decoder.decode(Array("0\r\n\(line)\r\n".utf8)) { _ in } }
            #expect(throws: ChunkedError.self) { try ChunkedTrailerLine.parse(Array(line.utf8)) }
        }
    }

    @Test func aSecondLastChunkHasItsOwnError() throws {
        let encoding = (name: "content-encoding", value: "aws-chunked")
        let cases: [(String, AWSChunkedError.Code, UInt64)] = [
            ("5\r\nhello\r\n0\r\n0\r\n\r\n", .lastChunkRepeated, 14),
            ("0\r\n000\r\n", .lastChunkRepeated, 6),
            ("0\r\n0;chunk-signature=\(Self.signature)\r\n", .lastChunkRepeated, 4),
            ("0\r\n0x\r\n", .framing, 5), ("0\r\n\r\n0\r\n\r\n", .bytesAfterEnd, 5),
        ]
        for (body, code, offset) in cases {
            let error = decode(body, try upload(encoding)).error
            #expect(error?.code == code && error?.offset == offset, "\(body.debugDescription)")
        }
    }

    // MARK: Responses

    @Test func aResponseHasSmallChunksAndAnyTrailers() {
        let outcome = decode(
            "1;x=1\r\na\r\n1\r\nb\r\n0\r\nx-amz-checksum-xxhash64:AAAAAAAAAAA=\r\nx-amz-other:1\r\n\r\n", .response())
        #expect(outcome.summary?.trailers.map(\.value) == ["AAAAAAAAAAA=", "1"])
        #expect(outcome.summary?.checksums.last?.declared == "AAAAAAAAAAA=")
        #expect(outcome.elements == ["-1", "1", "2", "x-amz-checksum-xxhash64", "x-amz-other", "end"])
    }

    // MARK: Limits

    @Test func chunksAndBodiesHaveLimits() throws {
        let body = "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"
        func outcome(_ limits: AWSChunkedLimits) -> Outcome { decode(body, .response(limits: limits)) }
        #expect(outcome(AWSChunkedLimits(chunkSize: 5, decodedLength: 10)).summary?.decodedLength == 10)
        var error = outcome(AWSChunkedLimits(chunkSize: 4)).error
        #expect(error == AWSChunkedError(.chunkTooLarge, at: 3, found: 5, expected: 4, chunk: 1))
        error = outcome(AWSChunkedLimits(decodedLength: 9)).error
        #expect(error == AWSChunkedError(.bodyTooLarge, at: 13, found: 10, expected: 9))
        #expect(error?.s3Code == "EntityTooLarge")
        let announced = #expect(throws: AWSChunkedError.self) {
            try AWSChunkedDecoder(
                requestHeaders: ["x-amz-decoded-content-length": "10"], limits: AWSChunkedLimits(decodedLength: 9))
        }
        #expect(announced == AWSChunkedError(.bodyTooLarge, found: 10, expected: 9))
        error = outcome(AWSChunkedLimits(framing: ChunkedLimits(chunkCount: 1))).error
        #expect(error?.framing?.code == .tooManyChunks && error?.s3Code == "InvalidRequest")
    }

    @Test func errorsHaveTheNumbersOfS3sAnswers() throws {
        let small = decode(
            "3e8\r\n\(String(repeating: "a", count: 1_000))\r\n3E8\r\n\(String(repeating: "a", count: 1_000))\r\n0\r\n\r\n",
            try upload(("content-encoding", "aws-chunked")))
        #expect(small.error?.code == .chunkTooSmall && small.error?.s3Code == "InvalidChunkSizeError")
        #expect(small.error?.chunk == 2 && small.error?.found == 1_000 && small.error?.expected == 8_192)
        #expect(
            small.error?.description
                == "byte 1012: found chunk 2 after one of 1000 bytes, expected at least 8192 in all chunks but the last"
        )
        for (announced, provided, offset) in [("3", 5, 3), ("6", 5, 15), ("0", 5, 3)] as [(String, UInt64, UInt64)] {
            let error = decode("5\r\nhello\r\n0\r\n\r\n", try upload(("x-amz-decoded-content-length", announced))).error
            #expect(error?.code == .decodedLengthMismatch && error?.s3Code == "IncompleteBody")
            #expect(error?.found == provided && error?.expected == UInt64(announced) && error?.offset == offset)
        }
    }

    @Test func everyErrorSaysWhatWasFoundAndExpected() {
        let codes: [(AWSChunkedError.Code, String, String)] = [
            (.chunkTooSmall, "chunkTooSmall", "InvalidChunkSizeError"),
            (.chunkTooLarge, "chunkTooLarge", "InvalidRequest"), (.bodyTooLarge, "bodyTooLarge", "EntityTooLarge"),
            (.lastChunkRepeated, "lastChunkRepeated", "IncompleteBody"),
            (.bytesAfterEnd, "bytesAfterEnd", "IncompleteBody"),
            (.signatureMissing, "signatureMissing", "SignatureDoesNotMatch"),
            (.signatureMalformed, "signatureMalformed", "SignatureDoesNotMatch"),
            (.signatureMismatch, "signatureMismatch", "SignatureDoesNotMatch"),
            (.decodedLengthMismatch, "decodedLengthMismatch", "IncompleteBody"),
            (.trailerMissing, "trailerMissing", "MalformedTrailerError"),
            (.trailerUnexpected, "trailerUnexpected", "MalformedTrailerError"),
            (.checksumMismatch, "checksumMismatch", "BadDigest"),
            (.checksumMalformed, "checksumMalformed", "InvalidRequest"),
            (.requestNotAWSChunked, "requestNotAWSChunked", "InvalidRequest"),
            (.requestHeaderRepeated, "requestHeaderRepeated", "InvalidRequest"),
            (.contentSHA256Unknown, "contentSHA256Unknown", "InvalidRequest"),
            (.decodedLengthMalformed, "decodedLengthMalformed", "InvalidRequest"),
            (.trailerNamesMalformed, "trailerNamesMalformed", "InvalidRequest"),
            (.trailersContradictory, "trailersContradictory", "InvalidRequest"),
            (.signingFailed, "signingFailed", "InternalError"), (.bufferTooSmall, "bufferTooSmall", "InternalError"),
        ]
        for (code, name, s3Code) in codes {
            let bare = AWSChunkedError(code, at: 9)
            let full = AWSChunkedError(code, at: 9, found: 7, expected: 8, chunk: 3)
            #expect(code.description == name && bare.s3Code == s3Code && full.s3Code == s3Code)
            for error in [bare, full] {
                let text = error.description
                #expect(text.hasPrefix("byte 9: found ") && text.contains(", expected "), "\(text)")
                #expect(!error.foundDescription.isEmpty && !error.expectedDescription.isEmpty)
            }
        }
        #expect(Set(codes.map { AWSChunkedError($0.0).description }).count == codes.count)
        #expect(AWSChunkedError(ChunkedError(.bodyFinished, at: 0)).s3Code == "InternalError")
        #expect(AWSChunkedError(ChunkedError(.trailerForbidden, at: 0)).s3Code == "MalformedTrailerError")
        #expect(AWSChunkedError(ChunkedError(.chunkSizeInvalid, at: 0)).s3Code == "IncompleteBody")
    }

    @Test func chunkNumbersAreCountedFromOne() throws {
        let line = ";chunk-signature=\(Self.signature)"
        let verifying = AWSChunkedDecoder(verifier: Impostor(accepted: 1), minimumChunkSize: 1)
        let error = decode("1\(line)\r\na\r\n1\(line)\r\nb\r\n0\(line)\r\n\r\n", verifying).error
        #expect(error?.code == .signatureMismatch && error?.chunk == 2)
        #expect(error?.description.contains("a signature of chunk 2 that does not match,") == true)
        #expect(decode("1\(line)\r\na\r\n1\r\nb\r\n", verifying).error?.chunk == 2)
        #expect(decode("1\(line)\r\na\r\n0;chunk-signature=0\r\n", verifying).error?.chunk == 2)
        #expect(decode("1\(line)\r\na\r\n0\r\n\r\n", verifying).error?.chunk == 2)
        #expect(AWSChunkedError(.signatureMismatch, chunk: UInt64(UInt32.max) - 1).chunk == 4_294_967_294)
        #expect(AWSChunkedError(.signatureMismatch, chunk: .max).chunk == nil)
        #expect(
            AWSChunkedError(.signatureMismatch).description
                == "byte 0: found a signature that does not match, expected the signature of the data")
    }

    @Test func aVerifierThatFailsIsNotAWrongSignature() {
        let line = ";chunk-signature=\(Self.signature)"
        let body = "1\(line)\r\na\r\n0\(line)\r\n" + "x-amz-a:b\r\nx-amz-trailer-signature:\(Self.signature)\r\n\r\n"
        for (working, chunk) in [(0, 1), (1, 2), (2, nil)] as [(Int, UInt64?)] {
            let decoder = AWSChunkedDecoder(
                verifier: FailingVerifier(working: working), checksums: [AWSCRC32Checksum](), trailerNames: ["x-amz-a"],
                minimumChunkSize: 1)
            let error = decode(body, decoder).error
            #expect(error?.code == .signingFailed && error?.chunk == chunk && error?.offset != 0)
            #expect(error?.s3Code == "InternalError")
        }
    }

    /// Accepts a number of signatures, then fails.
    private struct FailingVerifier: AWSChunkSigner, AWSChunkVerifier {
        static let signatureLength = 64
        var working: Int
        mutating func update(_ data: RawSpan) {}
        mutating func signChunk() throws(AWSChunkedError) -> String {
            guard working > 0 else { throw AWSChunkedError(.signingFailed) }
            working -= 1
            return AWSChunkedUploadTests.signature
        }
        mutating func signTrailers(_ canonical: RawSpan) throws(AWSChunkedError) -> String { try signChunk() }
    }

    /// Accepts a number of chunks, whatever their signatures.
    private struct Impostor: AWSChunkVerifier {
        var accepted: Int
        mutating func update(_ data: RawSpan) {}
        mutating func verifyChunk(signature: String) -> Bool {
            accepted -= 1
            return accepted >= 0
        }
        mutating func verifyTrailers(_ canonical: RawSpan, signature: String) -> Bool { true }
    }

    // MARK: Signatures

    @Test func signaturesNeedNoVerifier() throws {
        let outcome = decode(
            "5;chunk-signature=\(Self.signature)\r\nhello\r\n0;chunk-signature=\(Self.signature)\r\n"
                + "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:\(Self.signature)\r\n\r\n",
            try upload(Self.crc32, ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")))
        #expect(outcome.summary?.trailers.map(\.name) == ["x-amz-checksum-crc32"])
        #expect(outcome.elements == ["64", "5", "64", "x-amz-checksum-crc32", "x-amz-trailer-signature", "end"])
        #expect(
            decode("0\r\nx-amz-trailer-signature:a\r\nx-amz-trailer-signature:a\r\n\r\n", .response()).error?.code
                == .trailerUnexpected)
    }

    /// A verifier must not be left out because a request says that it is not signed.
    @Test func aVerifierNeedsASignedRequest() throws {
        let request = AWSChunkedRequest(signing: .unsigned)
        let error = #expect(throws: AWSChunkedError.self) {
            try AWSChunkedDecoder(request, verifier: Impostor(accepted: 9), checksums: AWSCRCChecksum.self)
        }
        #expect(error?.code == .signatureMissing)
        for signing in [AWSChunkedSigning.sigV4, .sigV4A, .unspecified] {
            let verifying = try AWSChunkedDecoder(
                AWSChunkedRequest(signing: signing), verifier: Impostor(accepted: 9), checksums: AWSCRCChecksum.self)
            #expect(decode("5\r\nhello\r\n0\r\n\r\n", verifying).error?.code == .signatureMissing)
        }
    }

    @Test func signaturesCountForNoLimit() throws {
        let chunk =
            Array("10000;chunk-signature=\(Self.signature)\r\n".utf8) + [UInt8](repeating: 97, count: 65_536) + [
                13, 10,
            ]
        let ecdsa = String(repeating: "a", count: 140) + "****"
        let none = ChunkedLimits(extensionsLength: 0, trailersLength: 0, trailerCount: 0)
        for limits in [AWSChunkedLimits.standard, AWSChunkedLimits(framing: none)] {
            var decoder = try AWSChunkedDecoder(requestHeaders: ["content-encoding": "aws-chunked"], limits: limits)
            for _ in 0..<210 { try decoder.decode(chunk) { _ in } }
            let end = "0;chunk-signature=\(ecdsa)\r\nx-amz-trailer-signature:\(ecdsa)\r\n\r\n"
            try decoder.decode(Array(end.utf8)) { _ in }
            #expect(try decoder.finish().chunkCount == 210)
        }
    }

    @Test func otherOverheadHasTheSameLimitsAsInHTTP() throws {
        let signature = ";chunk-signature=\(Self.signature)"
        let limits = AWSChunkedLimits(framing: ChunkedLimits(extensionsLength: 10, trailersLength: 12, trailerCount: 2))
        func error(_ body: String) -> ChunkedError? { decode(body, .response(limits: limits)).error?.framing }
        #expect(
            error("1;abcdefghi\r\na\r\n0\r\n\r\n") == nil && error("1\(signature);abcdefghi\r\na\r\n0\r\n\r\n") == nil)
        #expect(error("1;abcdefghij\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("1\(signature);abcdefghij\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("1;abcde\r\na\r\n1;abcde\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("1\r\na\r\n0;abcdefghij\r\n\r\n")?.code == .extensionsTooLong)
        // A value that is no signature, and a second one, are overhead.
        #expect(error("1;chunk-signature=a\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("1\(signature)\(signature)\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        // So are zeros, which no extension carries.
        #expect(error("\(String(repeating: "0", count: 30))1\r\na\r\n0\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("\(String(repeating: "0", count: 30))\r\n\r\n")?.code == .extensionsTooLong)
        #expect(error("\(String(repeating: "0", count: 30))3\r\nabc\r\n0\r\n\r\n")?.offset == 33)
        #expect(error("0\r\na:b\r\nc:d\r\n\r\n") == nil)
        #expect(error("0\r\na:b\r\nx-amz-trailer-signature:\(Self.signature)\r\nc:d\r\n\r\n") == nil)
        #expect(error("0\r\na:b\r\nc:de\r\n\r\n") == nil && error("0\r\na:bb\r\nc:de\r\n\r\n") == nil)
        #expect(error("0\r\na:bbb\r\nc:de\r\n\r\n")?.code == .trailersTooLong)
        #expect(error("0\r\nx-amz-trailer-signature:a\r\n\r\n")?.code == .trailersTooLong)
        let few = AWSChunkedLimits(framing: ChunkedLimits(trailerCount: 1))
        let fields = "0\r\nx-amz-trailer-signature:\(Self.signature)\r\na:b\r\n"
        #expect(decode(fields + "\r\n", .response(limits: few)).summary != nil)
        let many = decode(fields + "c:d\r\n\r\n", .response(limits: few)).error
        #expect(
            many?.framing?.code == .tooManyTrailers && many?.expected == 1 && many?.s3Code == "MalformedTrailerError")
        #expect(decode(fields + "\r\n", .response(limits: .unlimited)).summary != nil)
    }

    // MARK: Flushing

    @Test func aFlushWritesWhatWaits() throws {
        var encoder = AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: 4)
        var wire: [UInt8] = []
        func flush() throws {
            let (length, before) = (encoder.flushLength, UInt64(wire.count))
            try encoder.flush(to: &wire)
            #expect(UInt64(wire.count) == before + length)
        }
        try flush()
        #expect(wire.isEmpty)
        try encoder.append(Array("hel".utf8), to: &wire)
        try flush()
        try flush()
        try encoder.append(Array("lo, world".utf8), to: &wire)
        try flush()
        try encoder.append(Array("!".utf8), to: &wire)
        let length = encoder.finishLength
        let count = wire.count
        try encoder.finish(to: &wire)
        #expect(UInt64(wire.count - count) == length)
        #expect(
            String(decoding: wire, as: UTF8.self)
                == "3\r\nhel\r\n4\r\nlo, \r\n4\r\nworl\r\n1\r\nd\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:WJiNEw==\r\n\r\n"
        )
        #expect(UInt64(wire.count) == encoder.encodedLength(chunkSizes: [3, 4, 4, 1, 1]))
        #expect(UInt64(wire.count) == encoder.encodedLength(chunkSizes: [3, 0, 4, 4, 1, 1, 0]))
        #expect(
            encoder.encodedLength(chunkSizes: [.max]) == .max
                && encoder.encodedLength(chunkSizes: [1 << 63, 1]) == .max)
        #expect(encoder.encodedLength(chunkSizes: [UInt64(Int64.max), UInt64(Int64.max), 1]) == .max)
        #expect(throws: AWSChunkedError.self) { try encoder.flush(to: &wire) }
        #expect(decode(String(decoding: wire, as: UTF8.self), .response()).data == "hello, world!")
    }

    @Test func aFlushNeedsSpace() throws {
        var encoder = AWSChunkedEncoder(chunkSize: 4)
        var ignored: [UInt8] = []
        try encoder.append(Array("abc".utf8), to: &ignored)
        for capacity in [5, 6] {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
            defer { unsafe memory.deallocate() }
            var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
            do throws(AWSChunkedError) {
                try encoder.flush(into: &output)
                #expect(capacity == 6)
            } catch {
                #expect(error == AWSChunkedError(.bufferTooSmall, found: 5, expected: 6) && capacity == 5)
            }
            let count = unsafe output.finalize(for: memory)
            let written = unsafe Array(memory[..<count])
            #expect(String(decoding: written, as: UTF8.self) == (capacity == 5 ? "" : "3\r\nabc"))
        }
    }

    @Test func checksumsAndSummariesAreComparedByTheirBytes() throws {
        func summary(_ declared: String) throws -> AWSChunkedSummary {
            let body = "0\r\nx-amz-checksum-other:\(declared)\r\n\r\n"
            return try #require(decode(body, .response()).summary)
        }
        #expect(try summary("K") == summary("K") && summary("K") != summary("\u{212a}"))
        #expect(try Set([summary("K"), summary("K"), summary("k")]).count == 2)
    }
}
