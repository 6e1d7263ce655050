import EventStreamCodec
import Testing

/// The headers of requests with an aws-chunked body, read and written.
@Suite struct AWSChunkedRequestTests {
    private typealias Headers = [(name: String, value: String)]

    private func error(_ headers: Headers) -> AWSChunkedError.Code? {
        do throws(AWSChunkedError) {
            _ = try AWSChunkedRequest(headers: headers)
            return nil
        } catch {
            #expect(error.offset == 0 && error.s3Code == "InvalidRequest")
            return error.code
        }
    }

    private static let sha256 = "x-amz-content-sha256"
    private static let unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    private static let signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"

    @Test func anyOneSignIsEnough() throws {
        let signs: [(Headers, AWSChunkedSigning)] = [
            ([("Content-Encoding", "aws-chunked")], .unspecified),
            ([("content-encoding", "gzip , AWS-Chunked")], .unspecified),
            ([("X-Amz-Content-SHA256", Self.unsigned)], .unsigned),
            ([(Self.sha256, Self.signed)], .sigV4),
            ([(Self.sha256, Self.signed + "-TRAILER")], .sigV4),
            ([(Self.sha256, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")], .sigV4A),
            ([(Self.sha256, " STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER\t")], .sigV4A),
            ([("x-amz-decoded-content-length", "5")], .unspecified),
            ([("x-amz-trailer", "x-amz-checksum-crc32")], .unspecified),
            // Another hash does not contradict another sign.
            ([("content-encoding", "aws-chunked"), (Self.sha256, "UNSIGNED-PAYLOAD")], .unspecified),
            ([("x-amz-trailer", "a"), (Self.sha256, String(repeating: "0", count: 64))], .unspecified),
        ]
        for (headers, signing) in signs {
            #expect(try AWSChunkedRequest(headers: headers).signing == signing, "\(headers)")
        }
        for headers in [[], [("content-encoding", "gzip")], [(Self.sha256, "UNSIGNED-PAYLOAD")]] as [Headers] {
            #expect(error(headers) == .requestNotAWSChunked, "\(headers)")
        }
    }

    @Test func allHeadersAreRead() throws {
        let request = try AWSChunkedRequest(headers: [
            ("Host", "s3.amazonaws.com"), ("Content-Encoding", "aws-chunked, gzip"), ("content-encoding", "br"),
            ("X-Amz-Trailer", "X-Amz-Checksum-CRC32 ,, x-amz-meta-a"), ("x-amz-trailer", "x-amz-trailer-signature"),
            (Self.sha256, Self.signed + "-TRAILER"), ("X-Amz-Decoded-Content-Length", " 66560 "),
            ("X-Amz-Checksum-SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="), ("x-amz-checksum-algorithm", "SHA1"),
        ])
        #expect(request.contentEncodings == ["gzip", "br"])
        #expect(request.trailerNames == ["x-amz-checksum-crc32", "x-amz-meta-a"])
        #expect(request.decodedLength == 66_560 && request.signing == .sigV4)
        #expect(request.checksums == [ChunkedTrailer("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=")])
        #expect(try AWSChunkedRequest(headers: request.fields) == request)
        let dictionary = Dictionary(uniqueKeysWithValues: request.fields.map { ($0.name, $0.value) })
        #expect(try AWSChunkedRequest(headers: dictionary) == request)
    }

    @Test func contradictionsAreErrors() {
        let chunked = (name: "content-encoding", value: "aws-chunked")
        let cases: [(Headers, AWSChunkedError.Code)] = [
            ([(Self.sha256, Self.signed), (Self.sha256, Self.unsigned)], .requestHeaderRepeated),
            (
                [("x-amz-decoded-content-length", "5"), ("x-amz-decoded-content-length", "6")],
                .requestHeaderRepeated
            ),
            ([chunked, ("x-amz-checksum-crc32", "a"), ("X-Amz-Checksum-Crc32", "b")], .requestHeaderRepeated),
            ([(Self.sha256, Self.signed), ("x-amz-trailer", "a")], .trailersContradictory),
            (
                [(Self.sha256, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"), ("x-amz-trailer", "a")],
                .trailersContradictory
            ),
            ([(Self.sha256, "STREAMING-AWS4-HMAC-SHA256-EVENTS")], .contentSHA256Unknown),
            ([chunked, (Self.sha256, "STREAMING-UNSIGNED-PAYLOAD")], .contentSHA256Unknown),
            ([chunked, ("x-amz-trailer", "a b")], .trailerNamesMalformed),
            ([chunked, ("x-amz-trailer", "a,A")], .trailerNamesMalformed),
        ]
        for (headers, code) in cases { #expect(error(headers) == code, "\(headers)") }
        for length in ["", "-1", "+5", "5 5", "0x5", "5.0", "18446744073709551616", "99999999999999999999"] {
            #expect(error([("x-amz-decoded-content-length", length)]) == .decodedLengthMalformed, "\(length)")
        }
        // A list without a limit on its names would be compared in quadratic time.
        for (count, code) in [(128, nil), (129, .trailerNamesMalformed)] as [(Int, AWSChunkedError.Code?)] {
            let names = (0..<count).map { "x-\($0)" }
            #expect(error([chunked, ("x-amz-trailer", names.joined(separator: ","))]) == code)
            #expect(error([chunked] + names.map { ("x-amz-trailer", $0) }) == code)
        }
        // Equal values are one value.
        #expect(error([(Self.sha256, Self.signed), (Self.sha256, Self.signed)]) == nil)
        #expect(error([("x-amz-decoded-content-length", "18446744073709551615")]) == nil)
        // S3 accepts an announcement of trailers without names.
        #expect(error([(Self.sha256, Self.unsigned)]) == nil && error([(Self.sha256, Self.signed + "-TRAILER")]) == nil)
    }

    private struct Signer<Length: FixedLength>: AWSChunkSigner {
        static var signatureLength: Int { Length.value }
        mutating func update(_ data: RawSpan) {}
        mutating func signChunk() -> String { String(repeating: "0", count: Length.value) }
        mutating func signTrailers(_ canonical: RawSpan) -> String { signChunk() }
    }

    private protocol FixedLength { static var value: Int { get } }
    private enum SigV4: FixedLength { static let value = 64 }
    private enum SigV4A: FixedLength { static let value = 144 }

    /// The headers and the length of an upload are those of the body that is then encoded.
    private func check<S, C>(_ encoder: AWSChunkedEncoder<S, C>, _ contentSHA256: String, _ trailer: String?) throws {
        for count in [0, 1, 8_192, 8_193, 40_000] {
            var encoder = encoder
            let length = encoder.encodedLength(decodedLength: UInt64(count))
            let request = encoder.request(decodedLength: UInt64(count))
            let expected =
                [
                    "content-encoding: aws-chunked", "x-amz-content-sha256: \(contentSHA256)",
                    "x-amz-decoded-content-length: \(count)",
                ] + (trailer.map { ["x-amz-trailer: \($0)"] } ?? [])
            #expect(request.fields.map { "\($0.name): \($0.value)" } == expected)
            var wire: [UInt8] = []
            try encoder.append([UInt8](repeating: 7, count: count), to: &wire)
            try encoder.finish(to: &wire)
            #expect(UInt64(wire.count) == length)
            var decoder = try AWSChunkedDecoder(requestHeaders: request.fields)
            try decoder.decode(wire) { _ in }
            let summary = try decoder.finish()
            #expect(summary.decodedLength == UInt64(count))
            #expect(summary.trailers.map(\.name) == (trailer.map { [$0] } ?? []))
        }
    }

    @Test func anEncoderDescribesItsRequest() throws {
        let size = 8_192
        let (crc32, crc64) = ("x-amz-checksum-crc32", "x-amz-checksum-crc64nvme")
        try check(AWSChunkedEncoder(chunkSize: size), Self.unsigned, nil)
        try check(AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: size), Self.unsigned, crc32)
        try check(AWSChunkedEncoder(checksum: AWSCRC64NVMEChecksum(), chunkSize: size), Self.unsigned, crc64)
        try check(AWSChunkedEncoder(signer: Signer<SigV4>(), chunkSize: size), Self.signed, nil)
        try check(
            AWSChunkedEncoder(signer: Signer<SigV4>(), checksum: AWSCRC32CChecksum(), chunkSize: size),
            Self.signed + "-TRAILER", "x-amz-checksum-crc32c")
        let ecdsa = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
        try check(AWSChunkedEncoder(signer: Signer<SigV4A>(), chunkSize: size), ecdsa, nil)
        try check(
            AWSChunkedEncoder(signer: Signer<SigV4A>(), checksum: AWSCRC64NVMEChecksum(), chunkSize: size),
            ecdsa + "-TRAILER", crc64)
    }

    @Test func anUnknownLengthIsNotAnnounced() {
        let request = AWSChunkedEncoder().request(decodedLength: nil)
        #expect(request.fields.map(\.name) == ["content-encoding", "x-amz-content-sha256"])
        #expect(AWSChunkedRequest(signing: .unspecified).fields.map(\.value) == ["aws-chunked"])
    }
}
