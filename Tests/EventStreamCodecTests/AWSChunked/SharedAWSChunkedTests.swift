import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Published signatures, checksums and bodies, if the machine has them.
@Suite(.enabled(if: Repository.sharedVectors != nil, "no folder ../shared/vectors beside the checkout"))
struct SharedAWSChunkedTests {
    private struct File: Decodable {
        var vectors: [Signed]
        var unsigned_vectors: [Unsigned]
        var encoded_length_facts: [Length]
    }

    private struct Signed: Decodable {
        var name: String
        var credentials: Credentials
        var seed: Seed
        var chunks: [Chunk]
        var trailer: Trailer?
        var wire_length: UInt64
        var wire_sha256: String

        struct Credentials: Decodable {
            var secret_access_key: String
            var region: String
            var service: String
            var timestamp: String
        }
        struct Seed: Decodable { var signature: String }
        struct Chunk: Decodable {
            var size: Int
            var data: Repeated
            var signature: String

            struct Repeated: Decodable {
                var byte: String
                var count: Int
            }
        }
        struct Trailer: Decodable {
            var signature: String
            var fields: [[String]]
        }
    }

    private struct Unsigned: Decodable {
        var name: String
        var body_hex: String
        var checksum: String?
        var trailer_name: String?
        var wire_hex: String
        var content_length: UInt64
    }

    private struct Length: Decodable {
        var stream: UInt64
        var chunk: Int
        var signed: Bool
        var trailers: [String]
        var length: UInt64
    }

    private func file() throws -> File {
        let url = try #require(Repository.sharedVectors).appendingPathComponent("aws_chunked.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }

    @Test func publishedSignaturesAreReproduced() throws {
        let vectors = try file().vectors
        #expect(vectors.count >= 4)
        for vector in vectors {
            let data = vector.chunks.flatMap { chunk in
                Array(repeatElement([UInt8](hexadecimal: chunk.data.byte), count: chunk.data.count).joined())
            }
            let signer = ReferenceChunkSigner(
                secretAccessKey: vector.credentials.secret_access_key, timestamp: vector.credentials.timestamp,
                region: vector.credentials.region, service: vector.credentials.service,
                seedSignature: vector.seed.signature)
            let chunkSize = vector.chunks[0].size
            switch vector.trailer?.fields[0][0] {
            case nil:
                let encoder = AWSChunkedEncoder(signer: signer, chunkSize: chunkSize)
                try check(vector, data, encoder, AWSChunkedDecoder(verifier: signer, decodedLength: UInt64(data.count)))
            case "x-amz-checksum-crc32c":
                let encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32CChecksum(), chunkSize: chunkSize)
                try check(vector, data, encoder, AWSChunkedDecoder(verifier: signer, checksum: AWSCRC32CChecksum()))
            default:
                let encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: chunkSize)
                try check(vector, data, encoder, AWSChunkedDecoder(verifier: signer, checksum: AWSCRC32Checksum()))
            }
        }
    }

    private func check<Checksum>(
        _ vector: Signed, _ data: [UInt8], _ encoder: AWSChunkedEncoder<ReferenceChunkSigner, Checksum>,
        _ decoder: AWSChunkedDecoder<ReferenceChunkSigner, Checksum>
    ) throws {
        var (encoder, decoder) = (encoder, decoder)
        var wire: [UInt8] = []
        for piece in pieces(of: data.count, size: 10_000) { try encoder.append(Array(data[piece]), to: &wire) }
        try encoder.finish(to: &wire)

        var text = String(decoding: wire, as: UTF8.self)[...]
        for signature in vector.chunks.map(\.signature) + (vector.trailer.map { [$0.signature] } ?? []) {
            let found = try #require(text.range(of: signature), "\(vector.name): \(signature)")
            text = text[found.upperBound...]
        }
        #expect(UInt64(wire.count) == vector.wire_length, "\(vector.name)")
        #expect(UInt64(wire.count) == encoder.encodedLength(decodedLength: UInt64(data.count)), "\(vector.name)")
        // One publisher uses sizes in upper case.
        let digest = TestedHash.digest(of: wire).hexadecimal
        #expect(digest == vector.wire_sha256 || vector.name.contains("smithy"), "\(vector.name)")

        var decoded: [UInt8] = []
        var hasEnded = false
        for piece in pieces(of: wire.count, size: 7_777) {
            try decoder.decode(Array(wire[piece])) { element in
                switch element {
                case .data(let data): decoded += [UInt8](data)
                case .chunkEnd, .extensions, .trailer: break
                case .end: hasEnded = true
                }
            }
        }
        try decoder.finish()
        #expect(decoded == data && hasEnded, "\(vector.name)")
    }

    @Test func publishedUnsignedBodiesAreDecoded() throws {
        var decodedVectors = 0
        for vector in try file().unsigned_vectors where vector.checksum == nil || vector.checksum == "crc32" {
            let wire = [UInt8](hexadecimal: vector.wire_hex)
            #expect(UInt64(wire.count) == vector.content_length)
            var decoded: [UInt8] = []
            do throws(AWSChunkedError) {
                if vector.trailer_name == AWSChecksumAlgorithm.crc32.trailerName {
                    var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), minimumChunkSize: 1)
                    try decoder.decode(wire) { if case .data(let data) = $0 { decoded += [UInt8](data) } }
                    try decoder.finish()
                } else if vector.trailer_name == nil {
                    var decoder = AWSChunkedDecoder(minimumChunkSize: 1)
                    try decoder.decode(wire) { if case .data(let data) = $0 { decoded += [UInt8](data) } }
                    try decoder.finish()
                } else {
                    continue
                }
                #expect(decoded == [UInt8](hexadecimal: vector.body_hex), "\(vector.name)")
                decodedVectors += 1
            } catch {
                Issue.record("\(vector.name): \(error)")
            }
        }
        #expect(decodedVectors >= 8)
    }

    @Test func encodedLengthsAreExact() throws {
        let signer = ReferenceChunkSigner(
            secretAccessKey: "", timestamp: "20130524T000000Z", region: "", service: "", seedSignature: "")
        for fact in try file().encoded_length_facts {
            let length =
                switch (fact.signed, fact.trailers.isEmpty, fact.trailers.first?.contains("crc32c") == true) {
                case (false, true, _):
                    AWSChunkedEncoder(chunkSize: fact.chunk).encodedLength(decodedLength: fact.stream)
                case (false, false, true):
                    AWSChunkedEncoder(checksum: AWSCRC32CChecksum(), chunkSize: fact.chunk)
                        .encodedLength(decodedLength: fact.stream)
                case (false, false, false):
                    AWSChunkedEncoder(checksum: AWSCRC32Checksum(), chunkSize: fact.chunk)
                        .encodedLength(decodedLength: fact.stream)
                case (true, true, _):
                    AWSChunkedEncoder(signer: signer, chunkSize: fact.chunk).encodedLength(decodedLength: fact.stream)
                case (true, false, true):
                    AWSChunkedEncoder(signer: signer, checksum: AWSCRC32CChecksum(), chunkSize: fact.chunk)
                        .encodedLength(decodedLength: fact.stream)
                case (true, false, false):
                    AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: fact.chunk)
                        .encodedLength(decodedLength: fact.stream)
                }
            #expect(length == fact.length, "\(fact)")
        }
    }
}
