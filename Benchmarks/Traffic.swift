import EventStreamCodec

/// Inputs that resemble traffic: bytes that vary, laid out back to back in more memory than the first-level cache has.
enum Traffic {
    /// At least this much memory is walked through.
    static let byteCount = 256 * 1024

    /// The pieces that a stream is split into.
    static let pieceByteCount = 16 * 1024

    /// The headers of every message.
    static let headers: EventStreamHeaders = [
        ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event",
    ]

    /// Bytes without a pattern, the same in every run.
    static func bytes(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state ^= state &<< 13
            state ^= state &>> 7
            state ^= state &<< 17
            return UInt8(truncatingIfNeeded: state &>> 32)
        }
    }

    /// Messages with payloads of this length, back to back: at least two, at least ``byteCount`` bytes.
    ///
    /// - Returns: The stream, and the number of messages in it.
    static func messages(payloadLength: Int) throws -> (stream: [UInt8], count: Int) {
        let count = max(2, byteCount / (try messageLength(payloadLength: payloadLength)) + 1)
        let payloads = bytes(payloadLength + count)
        var stream: [UInt8] = []
        for index in 0..<count {
            let payload = Array(payloads[index..<(index + payloadLength)])
            try EventStreamEncoder().append(headers: headers, payload: payload, to: &stream)
        }
        return (stream, count)
    }

    /// The length of such a message in bytes.
    static func messageLength(payloadLength: Int) throws -> Int {
        try EventStreamEncoder().encodedLength(headers: headers, payloadLength: payloadLength)
    }

    /// A message with that many headers, each of three bytes: a name of one byte, and a boolean.
    static func message(headerCount: Int) throws -> [UInt8] {
        let headers = (0..<headerCount).map { index in
            EventStreamHeader(String(UnicodeScalar(UInt8(97 + index % 26))), .boolean(true))
        }
        let encoder = EventStreamEncoder(policy: EventStreamPolicy(duplicateHeaderNames: .accept))
        var message: [UInt8] = []
        try encoder.append(headers: EventStreamHeaders(headers), payload: [], to: &message)
        return message
    }

    /// A chunked body in chunks of these sizes, ended.
    ///
    /// - Returns: The body, and where each of its chunks ends.
    static func chunkedBody(chunkSizes: [Int]) throws -> (body: [UInt8], chunkEnds: [Int]) {
        let data = bytes((chunkSizes.max() ?? 0) + chunkSizes.count)
        var encoder = ChunkedEncoder()
        var body: [UInt8] = []
        var chunkEnds: [Int] = []
        for (index, size) in chunkSizes.enumerated() {
            try encoder.append(Array(data[index..<(index + size)]), to: &body)
            chunkEnds.append(body.count)
        }
        try encoder.finish(to: &body)
        return (body, chunkEnds)
    }

    /// Sizes from 1 to 2,047 without a pattern, of 1,024 chunks: a mebibyte.
    static let mixedChunkSizes: [Int] = {
        let random = bytes(2 * 1024)
        return (0..<1024).map { 1 + (Int(random[2 * $0]) << 8 | Int(random[2 * $0 + 1])) % 2047 }
    }()
}
