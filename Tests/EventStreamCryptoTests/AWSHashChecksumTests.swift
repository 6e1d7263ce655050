#if Crypto
import EventStreamCodec
import EventStreamCrypto
import TestSupport
import Testing

@Suite struct AWSHashChecksumTests {
    /// Digests of `abc`: FIPS 180-2 appendices A to C, RFC 1321 A.5; and the check values of the CRCs, of `123456789`.
    private static let facts: [(AWSChecksumAlgorithm, bytes: String, digest: String)] = [
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        (.crc32, "123456789", "cbf43926"),
        (.crc32c, "123456789", "e3069283"),
        (.crc64NVME, "123456789", "ae8b14860a799888"),
    ]

    @Test func valuesForAnySplit() throws {
        for (algorithm, bytes, digest) in Self.facts {
            let bytes = Array(bytes.utf8)
            let expected = AWSChecksumAlgorithm.base64([UInt8](hexadecimal: digest))
            for split in 0...bytes.count {
                var checksum = try #require(AnyAWSChecksum(trailerName: algorithm.trailerName))
                checksum.update(bytes.rawSpan.extracting(first: split))
                let copy = checksum
                checksum.update(bytes.rawSpan.extracting(droppingFirst: split))
                #expect(checksum.value == expected && checksum.algorithm == algorithm)
                #expect(checksum.trailerName == algorithm.trailerName)
                #expect(checksum.valueLength == expected.utf8.count)
                // A copy has a state of its own.
                #expect(split == bytes.count || copy.value != expected)
            }
        }
    }

    @Test func unknownAlgorithms() {
        let provided = AWSChecksumAlgorithm.all.filter { AnyAWSChecksum(algorithm: $0) != nil }
        #expect(Set(provided) == Set(Self.facts.map(\.0)))
        #expect(
            AnyAWSChecksum(trailerName: "x-amz-checksum-xxhash3") == nil && AnyAWSChecksum(trailerName: "etag") == nil)
    }

    @Test func staticTypes() {
        let bytes = Array("abc".utf8)
        var (sha1, sha256, sha512, md5) = (
            AWSSHA1Checksum(), AWSSHA256Checksum(), AWSSHA512Checksum(), AWSMD5Checksum()
        )
        sha1.update(bytes.rawSpan)
        sha256.update(bytes.rawSpan)
        sha512.update(bytes.rawSpan)
        md5.update(bytes.rawSpan)
        #expect(sha1.value == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" && sha1.trailerName == "x-amz-checksum-sha1")
        #expect(sha256.value.utf8.count == sha256.valueLength && sha256.trailerName == "x-amz-checksum-sha256")
        #expect(sha512.value.utf8.count == sha512.valueLength && sha512.trailerName == "x-amz-checksum-sha512")
        #expect(md5.value == "kAFQmDzST7DWlj99KOF/cg==" && md5.trailerName == "x-amz-checksum-md5")
    }

    @Test(arguments: AWSChecksumAlgorithm.all.compactMap { AnyAWSChecksum(algorithm: $0) })
    func bodiesWithEachTrailer(checksum: AnyAWSChecksum) throws {
        var generator = SeededGenerator(seed: 6)
        let data = generator.bytes(70_000)
        var encoder = AWSChunkedEncoder(checksum: checksum)
        let length = encoder.encodedLength(decodedLength: UInt64(data.count))
        var body: [UInt8] = []
        for start in stride(from: 0, to: data.count, by: 10_000) {
            try encoder.append(data[start..<start + 10_000], to: &body)
        }
        try encoder.finish(to: &body)
        #expect(UInt64(body.count) == length)

        var decoder = AWSChunkedDecoder(checksum: checksum, decodedLength: UInt64(data.count))
        var decoded: [UInt8] = []
        try decoder.decode(body) { if case .data(let data) = $0 { decoded += [UInt8](data) } }
        try decoder.finish()
        #expect(decoded == data)

        body[100] ^= 1
        decoder.reset()
        let error = #expect(throws: AWSChunkedError.self) { try decoder.decode(body) { _ in } }
        #expect(error?.code == .checksumMismatch)
    }
}
#endif
