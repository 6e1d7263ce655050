import EventStreamCodec
import TestSupport

/// Generates aws-chunked bodies without the library's encoder.
enum AWSChunkedInput {
    static let tokens: [[UInt8]] =
        ChunkedInput.tokens
        + [";chunk-signature=", "x-amz-checksum-crc32:AAAAAA==\r\n", "x-amz-trailer-signature:"]
        .map { Array($0.utf8) }

    /// Appends the byte of a mode, and a body that is valid in that mode.
    static func append(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let modeByte = UInt8(random.below(4))
        let mode = AWSChunkedMode(modeByte)
        var signer = ToySigner()
        var checksum = AWSCRC32Checksum()
        bytes.append(modeByte)
        for _ in 0..<random.below(4) {
            var data: [UInt8] = []
            random.append(AWSChunkedMode.minimumChunkSize + random.length(upTo: 60), to: &data)
            data.withBytes {
                signer.update($0)
                checksum.update($0)
            }
            appendSizeLine(data.count, mode, signer.signChunk(), to: &bytes, &random)
            bytes += data + [0x0d, 0x0a]
        }
        appendSizeLine(0, mode, signer.signChunk(), to: &bytes, &random)
        if mode.hasChecksum {
            bytes += Array("\(checksum.trailerName):\(checksum.value)\r\n".utf8)
            if mode.isSigned {
                let canonical = Array("\(checksum.trailerName):\(checksum.value)\n".utf8)
                let signature = canonical.withBytes { signer.signTrailers($0) }
                bytes += Array("x-amz-trailer-signature:\(signature)\r\n".utf8)
            }
        }
        bytes += [0x0d, 0x0a]
    }

    private static func appendSizeLine(
        _ size: Int, _ mode: AWSChunkedMode, _ signature: String, to bytes: inout [UInt8],
        _ random: inout SeededGenerator
    ) {
        if size == 0 { bytes.append(0x30) } else { ChunkedInput.appendSize(size, to: &bytes, &random) }
        if mode.isSigned { bytes += Array(";chunk-signature=\(signature)".utf8) }
        bytes += [0x0d, 0x0a]
    }
}

/// What an aws-chunked body contains that can be verified. The first byte of an input selects it.
struct AWSChunkedMode {
    let isSigned: Bool
    let hasChecksum: Bool

    /// The minimum size of a chunk except the last one. It is far below S3's, so that short inputs test the rule.
    static let minimumChunkSize = 8

    init(_ byte: UInt8) {
        isSigned = byte & 1 == 1
        hasChecksum = byte & 2 == 2
    }
}

/// Signs chunks with a chain of checksums instead of cryptography. The signatures have the same length, and also depend on
/// all earlier bytes.
struct ToySigner: AWSChunkSigner, AWSChunkVerifier, Sendable {
    static let signatureLength = 64

    private var state: UInt64 = 1

    mutating func update(_ data: RawSpan) {
        let bytes = [UInt8](data)
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func signChunk() -> String {
        state = (state ^ 0x5c) &* 0x100_0000_01b3
        return digits
    }

    mutating func signTrailers(_ canonical: RawSpan) -> String {
        update(canonical)
        return signChunk()
    }

    private var digits: String {
        let text = String(state, radix: 16)
        let word = String(repeating: "0", count: 16 - text.count) + text
        return word + word + word + word
    }
}
