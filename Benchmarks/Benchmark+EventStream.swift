import EventStreamCodec
import ZlibReference

extension Benchmark {
    /// A message found, checked and visited, the stream given at once.
    static func eventStreamDecoding() throws -> [Benchmark] {
        try [0, 200, 4096, 32_768, 1_048_576].map { payloadLength in
            try decoding(name: "eventstream/decode/\(payloadLength)", payloadLength: payloadLength) { stream, count in
                MessageDecoding(stream: stream, messageCount: count, pieceByteCount: stream.count)
            }
        }
    }

    /// The same, the stream given in pieces.
    static func eventStreamSplitDecoding() throws -> [Benchmark] {
        try [200, 32_768, 1_048_576].map { payloadLength in
            try decoding(
                name: "eventstream/decode-split/\(payloadLength)", payloadLength: payloadLength
            ) { stream, count in
                MessageDecoding(stream: stream, messageCount: count, pieceByteCount: Traffic.pieceByteCount)
            }
        }
    }

    /// A message encoded into a caller's buffer.
    static func eventStreamEncoding() throws -> [Benchmark] {
        try [0, 200, 4096, 32_768, 1_048_576].map { payloadLength in
            let length = try Traffic.messageLength(payloadLength: payloadLength)
            return Benchmark(
                name: "eventstream/encode/\(payloadLength)", bytesPerOperation: length, unit: "messages",
                referenceName: "zlib crc32"
            ) {
                let encoding = try MessageEncoding(payloadLength: payloadLength, messageLength: length)
                let (stream, _) = try Traffic.messages(payloadLength: payloadLength)
                return Run(ours: encoding.encode, reference: checksums(of: stream, messageLength: length))
            }
        }
    }

    private static func decoding(
        name: String, payloadLength: Int, _ decoding: @escaping ([UInt8], Int) -> MessageDecoding
    ) throws -> Benchmark {
        let length = try Traffic.messageLength(payloadLength: payloadLength)
        return Benchmark(name: name, bytesPerOperation: length, unit: "messages", referenceName: "zlib crc32") {
            let (stream, count) = try Traffic.messages(payloadLength: payloadLength)
            return Run(
                ours: decoding(stream, count).decode, reference: checksums(of: stream, messageLength: length))
        }
    }

    /// zlib's checksum of each message's bytes, and nothing else.
    static func checksums(of stream: [UInt8], messageLength: Int) -> Operations? {
        Zlib.installed.map { zlib in
            let messages = Windows(of: stream, length: messageLength)
            return { operations in unsafe messages.sum(operations) { unsafe UInt64(zlib.crc32(0, $0)) } }
        }
    }
}
