#if Crypto
import EventStreamCodec
import EventStreamCrypto
import Foundation
import TestSupport
import Testing

/// Second opinions on uploads that we encode: a plain Python script recomputes signatures and checksums, and moto stores them.
@Suite(.enabled(if: Python.canImport("json"), "python3 is not installed"))
struct AWSChunkedPeerTests {
    private static let date = SigV4Date(milliseconds: 1_770_091_506_789)
    private static let seed = String(repeating: "0123456789abcdef", count: 4)
    private static let credentials = AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "not/a+secret")

    /// Around the minimum size and the size of a chunk, and several chunks.
    private static let sizes = [0, 5, 8_191, 8_192, 8_193, 65_536, 65_537, 300_001]

    private func upload<S, C>(
        _ size: Int, _ encoder: AWSChunkedEncoder<S, C>, _ algorithm: String? = nil
    ) throws -> Upload {
        var generator = SeededGenerator(seed: UInt64(size))
        let data = generator.bytes(size)
        var encoder = encoder
        let length = encoder.encodedLength(decodedLength: UInt64(size))
        var headers = encoder.request(decodedLength: UInt64(size)).fields.map { [$0.name, $0.value] }
        headers.append(["content-length", "\(length)"])
        var wire: [UInt8] = []
        for start in stride(from: 0, to: size, by: 10_007) {
            try encoder.append(data[start..<min(start + 10_007, size)], to: &wire)
        }
        try encoder.finish(to: &wire)
        return Upload(
            wire: Data(wire), data: Data(data), headers: headers,
            signing: try algorithm.map {
                Upload.Signing(
                    algorithm: $0, accessKeyID: Self.credentials.accessKeyID,
                    secretAccessKey: Self.credentials.secretAccessKey, timestamp: try Self.date.timestamp(),
                    region: "eu-central-1", service: "s3", seedSignature: Self.seed)
            })
    }

    /// Uploads of every size, in every form that moto understands.
    private func uploads() throws -> [Upload] {
        let seed = try #require(SigV4Signature(hexadecimal: Self.seed))
        let signer = try AWSChunkKeySigner<SigV4SigningKey<SwiftCryptoHash>>(
            Self.credentials, region: "eu-central-1", date: Self.date, seedSignature: seed)
        return try Self.sizes.flatMap { size in
            [
                try upload(size, AWSChunkedEncoder()),
                try upload(size, AWSChunkedEncoder(checksum: AWSCRC32Checksum())),
                try upload(size, AWSChunkedEncoder(checksum: AWSCRC32CChecksum(), chunkSize: 8_192)),
                try upload(size, AWSChunkedEncoder(checksum: AWSCRC64NVMEChecksum())),
                try upload(size, AWSChunkedEncoder(signer: signer, chunkSize: 8_192), "SigV4"),
                try upload(size, AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum()), "SigV4"),
                try upload(
                    size, AWSChunkedEncoder(signer: signer, checksum: AWSCRC64NVMEChecksum(), chunkSize: 8_192), "SigV4"
                ),
            ]
        }
    }

    @Test func aScriptRecomputesSignaturesAndChecksums() throws {
        let uploads = try uploads()
        let findings = try Python.check("signatures", uploads)
        #expect(findings == uploads.map { _ in nil })
        // The script finds a flipped bit in data and signatures.
        for position in [80, 2_000, 8_290, -5, -100] {
            var wrong = try #require(uploads.last)
            let index = position < 0 ? wrong.wire.endIndex + position : position
            wrong.wire[index] ^= 1
            let finding = try #require(try Python.check("signatures", [wrong]).first)
            #expect(finding != nil, "byte \(index)")
        }
    }

    @Test(.enabled(if: Python.canImport("cryptography"), "cryptography is not installed (pip install cryptography)"))
    func aScriptVerifiesSignaturesOfSigV4A() throws {
        let seed = try #require(SigV4Signature(hexadecimal: Self.seed))
        let signer = try AWSChunkKeySigner<SigV4ASigningKey<SwiftCryptoSigV4AKey>>(
            Self.credentials, date: Self.date, seedSignature: seed)
        var uploads: [Upload] = []
        for size in Self.sizes {
            uploads.append(try upload(size, AWSChunkedEncoder(signer: signer), "SigV4A"))
            uploads.append(
                try upload(
                    size, AWSChunkedEncoder(signer: signer, checksum: AWSCRC32CChecksum(), chunkSize: 8_192), "SigV4A"))
        }
        #expect(try Python.check("signatures", uploads) == uploads.map { _ in nil })
        var wrong = uploads[3]
        wrong.wire[wrong.wire.endIndex - 20_000 < 0 ? 100 : wrong.wire.endIndex - 20_000] ^= 1
        #expect(try Python.check("signatures", [wrong]) != [nil])
    }

    @Test(
        .enabled(
            if: Python.canImport("moto, flask, flask_cors"), "moto is not installed (pip install 'moto[s3,server]')"))
    func motoStoresWhatWeEncode() throws {
        let uploads = try uploads()
        #expect(try Python.check("moto", uploads) == uploads.map { _ in nil })
    }
}

/// An upload, as Tests/CrossChecks/aws_chunked_check.py reads it.
private struct Upload: Encodable {
    var wire: Data
    var data: Data
    var headers: [[String]]
    var signing: Signing?

    struct Signing: Encodable {
        var algorithm: String
        var accessKeyID: String
        var secretAccessKey: String
        var timestamp: String
        var region: String
        var service: String
        var seedSignature: String
    }

    private enum Key: CodingKey { case wire, data, headers, signing }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(wire, forKey: .wire)
        try container.encode(data, forKey: .data)
        try container.encode(headers, forKey: .headers)
        try container.encode(signing, forKey: .signing)
    }
}

/// Python, and the script.
private enum Python {
    private static let program = URL(fileURLWithPath: "/usr/bin/env")

    static func canImport(_ modules: String) -> Bool {
        (try? ChildProcess.run(program, ["python3", "-c", "import \(modules)"]).status) == 0
    }

    /// Returns for each upload nil, or what the script finds wrong.
    static func check(_ what: String, _ uploads: [Upload]) throws -> [String?] {
        let script = Repository.root.appendingPathComponent("Tests/CrossChecks/aws_chunked_check.py").path
        let input = Array(try JSONEncoder().encode(uploads))
        let result = try ChildProcess.run(program, ["python3", script, what], input: input)
        guard result.status == 0 else { throw CocoaError(.featureUnsupported, userInfo: ["error": result.error]) }
        return try JSONDecoder().decode([String?].self, from: Data(result.output))
    }
}
#endif
