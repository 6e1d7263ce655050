import EventStreamCodec
import TestSupport

#if Crypto
import EventStreamCrypto

/// SHA-256 and its HMAC, from outside the core.
typealias TestedHash = SwiftCryptoHash
#else
/// SHA-256 and its HMAC. Slow, but nothing needs to be built for it.
typealias TestedHash = ReferenceSHA256
#endif

/// Computes SigV4 signatures of chunks, as a client of S3 does.
struct ReferenceChunkSigner: AWSChunkSigner, AWSChunkVerifier {
    static let signatureLength = 64

    private let key: [UInt8]
    private let timestamp: String
    private let scope: String
    private var previous: String
    private var hash = TestedHash()

    /// The signatures so far.
    private(set) var signatures: [String] = []

    init(secretAccessKey: String, timestamp: String, region: String, service: String, seedSignature: String) {
        let date = String(timestamp.prefix(8))
        key = [date, region, service, "aws4_request"].reduce(Array("AWS4\(secretAccessKey)".utf8)) { key, part in
            TestedHash.authenticationCode(for: Array(part.utf8).rawSpan, key: key.rawSpan).bytes
        }
        self.timestamp = timestamp
        scope = "\(date)/\(region)/\(service)/aws4_request"
        previous = seedSignature
    }

    mutating func update(_ data: RawSpan) {
        hash.update(data)
    }

    mutating func signChunk() -> String {
        let empty = TestedHash.digest(of: [UInt8]()).hexadecimal
        let digest = hash.finalize().hexadecimal
        hash = TestedHash()
        return sign(["AWS4-HMAC-SHA256-PAYLOAD", timestamp, scope, previous, empty, digest])
    }

    mutating func signTrailers(_ canonical: RawSpan) -> String {
        let digest = TestedHash.digest(of: canonical).hexadecimal
        return sign(["AWS4-HMAC-SHA256-TRAILER", timestamp, scope, previous, digest])
    }

    private mutating func sign(_ lines: [String]) -> String {
        let text = Array(lines.joined(separator: "\n").utf8)
        previous = TestedHash.authenticationCode(for: text.rawSpan, key: key.rawSpan).hexadecimal
        signatures.append(previous)
        return previous
    }
}
