import Crypto
import EventStreamCodec
import Foundation

/// Computes SigV4 signatures of chunks, as a client of S3 does.
struct ReferenceChunkSigner: AWSChunkSigner, AWSChunkVerifier {
    static let signatureLength = 64

    private let key: SymmetricKey
    private let timestamp: String
    private let scope: String
    private var previous: String
    private var hash = SHA256()

    /// The signatures so far.
    private(set) var signatures: [String] = []

    init(secretAccessKey: String, timestamp: String, region: String, service: String, seedSignature: String) {
        let date = String(timestamp.prefix(8))
        var key = SymmetricKey(data: Data("AWS4\(secretAccessKey)".utf8))
        for part in [date, region, service, "aws4_request"] {
            key = SymmetricKey(data: Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key)))
        }
        self.key = key
        self.timestamp = timestamp
        scope = "\(date)/\(region)/\(service)/aws4_request"
        previous = seedSignature
    }

    mutating func update(_ data: RawSpan) {
        unsafe data.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    mutating func signChunk() -> String {
        let empty = hexadecimal(SHA256.hash(data: Data()))
        let digest = hexadecimal(hash.finalize())
        hash = SHA256()
        return sign(["AWS4-HMAC-SHA256-PAYLOAD", timestamp, scope, previous, empty, digest])
    }

    mutating func signTrailers(_ canonical: RawSpan) -> String {
        let digest = hexadecimal(SHA256.hash(data: Data([UInt8](canonical))))
        return sign(["AWS4-HMAC-SHA256-TRAILER", timestamp, scope, previous, digest])
    }

    private mutating func sign(_ lines: [String]) -> String {
        let text = Data(lines.joined(separator: "\n").utf8)
        previous = hexadecimal(HMAC<SHA256>.authenticationCode(for: text, using: key))
        signatures.append(previous)
        return previous
    }

    private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
