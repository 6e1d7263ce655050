import EventStreamCodec

/// Rows to be compared with each other: does the time per byte, or per header, stay what it is as inputs grow?
extension Benchmark {
    /// A long message, gathered from reads of one size; beside it, the copying alone.
    static func growthByLength() throws -> [Benchmark] {
        try [1_048_576, 16_777_216].flatMap { payloadLength in
            let length = try Traffic.messageLength(payloadLength: payloadLength)
            return [1, 512, 16_384].map { readByteCount in
                Benchmark(
                    name: "eventstream/growth/\(payloadLength)/\(readByteCount)", bytesPerOperation: length,
                    unit: "messages", referenceName: "memcpy"
                ) {
                    let message = try LongMessage(payloadLength: payloadLength, readByteCount: readByteCount)
                    return Run(ours: message.decode, reference: message.copy)
                }
            }
        }
    }

    /// A message of many headers whose names have one byte, and so occur many times.
    static func growthByHeaders() throws -> [Benchmark] {
        try [2_700, 43_000].map { headerCount in
            let message = try Traffic.message(headerCount: headerCount)
            return Benchmark(
                name: "eventstream/headers/\(headerCount)", bytesPerOperation: message.count, unit: "messages",
                referenceName: "zlib crc32"
            ) {
                let policy = EventStreamPolicy(duplicateHeaderNames: .accept)
                let decoding = MessageDecoding(
                    stream: message, messageCount: 1, pieceByteCount: message.count, policy: policy)
                return Run(ours: decoding.decode, reference: checksums(of: message, messageLength: message.count))
            }
        }
    }
}
