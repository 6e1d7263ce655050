import EventStreamCodec
import TestSupport
import Testing

@Suite struct AWSChecksumTests {
    /// Name, trailer, bytes of a digest, characters in base64: Amazon S3 API Reference, `ChecksumAlgorithm` and `Checksum`.
    private static let facts: [(AWSChecksumAlgorithm, name: String, trailer: String, bytes: Int, characters: Int)] = [
        (.crc32, "CRC32", "x-amz-checksum-crc32", 4, 8),
        (.crc32c, "CRC32C", "x-amz-checksum-crc32c", 4, 8),
        (.crc64NVME, "CRC64NVME", "x-amz-checksum-crc64nvme", 8, 12),
        (.sha1, "SHA1", "x-amz-checksum-sha1", 20, 28),
        (.sha256, "SHA256", "x-amz-checksum-sha256", 32, 44),
        (.sha512, "SHA512", "x-amz-checksum-sha512", 64, 88),
        (.md5, "MD5", "x-amz-checksum-md5", 16, 24),
        (.xxHash64, "XXHASH64", "x-amz-checksum-xxhash64", 8, 12),
        (.xxHash3, "XXHASH3", "x-amz-checksum-xxhash3", 8, 12),
        (.xxHash128, "XXHASH128", "x-amz-checksum-xxhash128", 16, 24),
    ]

    @Test func namesAndLengths() {
        #expect(AWSChecksumAlgorithm.all == Self.facts.map(\.0))
        for (algorithm, name, trailer, bytes, characters) in Self.facts {
            #expect(algorithm.name == name && algorithm.trailerName == trailer)
            #expect(algorithm.digestLength == bytes && algorithm.valueLength == characters)
            for spelling in [name, name.lowercased()] {
                #expect(AWSChecksumAlgorithm(name: spelling) == algorithm)
            }
            for spelling in [trailer, trailer.uppercased()] {
                #expect(AWSChecksumAlgorithm(trailerName: spelling) == algorithm)
            }
            #expect(AWSChecksumAlgorithm(name: trailer) == nil && AWSChecksumAlgorithm(trailerName: name) == nil)
        }
        for name in ["", "crc", "crc32cc", "crc64", "sha-1", "x-amz-checksum-", "x-amz-checksum-crc32 ", "content-md5"]
        {
            #expect(
                AWSChecksumAlgorithm(name: name) == nil && AWSChecksumAlgorithm(trailerName: name) == nil, "\(name)")
        }
    }

    @Test func theCRCsOfTheCheckBytes() {
        let bytes = Array("123456789".utf8)
        for (algorithm, value) in [
            (AWSChecksumAlgorithm.crc32, "y/Q5Jg=="), (.crc32c, "4waSgw=="), (.crc64NVME, "rosUhgp5mIg="),
        ] {
            for split in 0...bytes.count {
                guard var checksum = AWSCRCChecksum(trailerName: algorithm.trailerName) else {
                    Issue.record("\(algorithm.name) is not a CRC")
                    return
                }
                checksum.update(bytes.rawSpan.extracting(first: split))
                let copy = checksum
                checksum.update(bytes.rawSpan.extracting(droppingFirst: split))
                #expect(checksum.value == value && checksum.algorithm == algorithm)
                #expect(checksum.trailerName == algorithm.trailerName && checksum.valueLength == value.utf8.count)
                #expect(split == bytes.count || copy.value != value)
            }
        }
        #expect(AWSCRC32Checksum().value == "AAAAAA==" && AWSCRC64NVMEChecksum().value == "AAAAAAAAAAA=")
        #expect(AWSCRCChecksum(algorithm: .sha256) == nil && AWSCRCChecksum(trailerName: "x-amz-checksum-md5") == nil)
    }

    @Test func staticTypes() {
        let bytes = Array("123456789".utf8)
        expect(AWSCRC32Checksum(), .crc32, "y/Q5Jg==", of: bytes)
        expect(AWSCRC32CChecksum(), .crc32c, "4waSgw==", of: bytes)
        expect(AWSCRC64NVMEChecksum(), .crc64NVME, "rosUhgp5mIg=", of: bytes)
    }

    private func expect(
        _ checksum: some AWSChecksum, _ algorithm: AWSChecksumAlgorithm, _ value: String, of bytes: [UInt8]
    ) {
        var checksum = checksum
        checksum.update(bytes.rawSpan)
        #expect(checksum.value == value && checksum.trailerName == algorithm.trailerName)
        #expect(checksum.valueLength == algorithm.valueLength)
    }

    @Test func base64() {
        // RFC 4648 §10.
        for (text, encoded) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            #expect(AWSChecksumAlgorithm.base64(Array(text.utf8)) == encoded)
        }
        // The digits `+` and `/`.
        #expect(AWSChecksumAlgorithm.base64([0xfb, 0xff, 0xbf] as [UInt8]) == "+/+/")
        let bytes: [UInt8] = [1, 2, 3, 0xff]
        #expect(AWSChecksumAlgorithm.base64(bigEndian: UInt32(0x0102_03ff)) == AWSChecksumAlgorithm.base64(bytes))
        #expect(AWSChecksumAlgorithm.base64(bigEndian: UInt64.max) == "//////////8=")
    }

    @Test func malformedValues() {
        for value in ["AAAAAA==", "y/Q5Jg==", "+++++w==", "/////w=="] {
            #expect(AWSChecksumAlgorithm.crc32.isWellFormed(value), "\(value)")
        }
        // A short or long text, no or other padding, another character, bits beyond the last byte, hexadecimal digits.
        for value in [
            "", "AAAAAA=", "AAAAAA===", "AAAAAAAA", "AAAAA===", "AAAAAA==\n", "AAAA-A==", "AAAA_A==", "AAAAAB==",
            "AAAA A==",
            "cbf43926", "ÄAAAA==",
        ] {
            #expect(!AWSChecksumAlgorithm.crc32.isWellFormed(value), "\(value)")
        }
        #expect(AWSChecksumAlgorithm.crc64NVME.isWellFormed("rosUhgp5mIg="))
        #expect(!AWSChecksumAlgorithm.crc64NVME.isWellFormed("rosUhgp5mIh="))
        #expect(AWSChecksumAlgorithm.sha512.isWellFormed(AWSChecksumAlgorithm.base64([UInt8](repeating: 7, count: 64))))
        #expect(
            !AWSChecksumAlgorithm.sha512.isWellFormed(AWSChecksumAlgorithm.base64([UInt8](repeating: 7, count: 63))))
    }

    @Test(arguments: AWSChecksumAlgorithm.all.compactMap { AWSCRCChecksum(algorithm: $0) })
    func aChecksumChosenAtRunTime(checksum: AWSCRCChecksum) throws {
        var generator = SeededGenerator(seed: 5)
        let data = generator.bytes(70_000)
        var encoder = AWSChunkedEncoder(checksum: checksum)
        let length = encoder.encodedLength(decodedLength: UInt64(data.count))
        var body: [UInt8] = []
        try encoder.append(data, to: &body)
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
