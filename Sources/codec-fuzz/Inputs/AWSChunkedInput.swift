import EventStreamCodec
import TestSupport

/// Makes aws-chunked bodies, without the library's encoder.
enum AWSChunkedInput {
    static let tokens: [[UInt8]] =
        ChunkedInput.tokens
        + [";chunk-signature=", "x-amz-checksum-crc32:AAAAAA==\r\n", "x-amz-trailer-signature:"]
        .map { Array($0.utf8) }

    /// Appends the mode's byte and a body that is right in that mode.
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
            bytes += Array("\(AWSCRC32Checksum.trailerName):\(checksum.value)\r\n".utf8)
            if mode.isSigned {
                let canonical = Array("\(AWSCRC32Checksum.trailerName):\(checksum.value)\n".utf8)
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
