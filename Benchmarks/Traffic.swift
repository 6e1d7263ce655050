import EventStreamCodec

/// Inputs that resemble traffic: varying bytes, one message after the other, in more memory than the L1 cache has.
enum Traffic {
    /// The minimum length of an input, in bytes.
    static let length = 256 * 1024

    /// The length of the pieces that a stream is split into, in bytes.
    static let pieceLength = 16 * 1024

    /// The headers of every message.
    static let headers: EventStreamHeaders = [
        ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event",
    ]

    /// Eight header blocks of one length, as of a client that gets events of several types. A decoder remembers fewer.
    static let mixedHeaders: [EventStreamHeaders] = [
        "messageStart", "contentStart", "contentDelta", "reasoning...", "toolUseDelta", "contentStop.", "messageStop.",
        "metadata....",
    ].map { [":event-type": .string($0), ":content-type": "application/json", ":message-type": "event"] }

    /// Returns bytes without a pattern, the same in every run.
    static func bytes(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state ^= state &<< 13
            state ^= state &>> 7
            state ^= state &<< 17
            return UInt8(truncatingIfNeeded: state &>> 32)
        }
    }

    /// Returns messages with payloads of one length, one after the other: at least two, and at least ``length`` bytes.
    ///
    /// - Parameters:
    ///   - payloadLength: The length of each payload.
    ///   - headers: Header blocks of one length, which the messages have in turn.
    ///   - count: The number of messages. By default, as many as are needed.
    /// - Returns: The stream, and the number of its messages.
    static func messages(
        payloadLength: Int, headers: [EventStreamHeaders] = [headers], count: Int? = nil
    ) throws -> (stream: [UInt8], count: Int) {
        let fewest = max(2, length / (try messageLength(payloadLength: payloadLength, headers: headers[0])) + 1)
        // Each header block occurs equally often.
        let count = count ?? (fewest + headers.count - 1) / headers.count * headers.count
        let payloads = bytes(payloadLength + count)
        var stream: [UInt8] = []
        for index in 0..<count {
            let payload = Array(payloads[index..<(index + payloadLength)])
            try EventStreamEncoder().append(headers: headers[index % headers.count], payload: payload, to: &stream)
        }
        return (stream, count)
    }

    /// Returns the length of such a message in bytes.
    static func messageLength(payloadLength: Int, headers: EventStreamHeaders = headers) throws -> Int {
        try EventStreamEncoder().encodedLength(headers: headers, payloadLength: payloadLength)
    }

    /// Returns a message with many headers of three bytes: a name of one byte, and a boolean.
    static func message(headerCount: Int) throws -> [UInt8] {
        let headers = (0..<headerCount).map { index in
            EventStreamHeader(String(UnicodeScalar(UInt8(97 + index % 26))), .boolean(true))
        }
        let encoder = EventStreamEncoder(policy: EventStreamPolicy(duplicateHeaderNames: .accept))
        var message: [UInt8] = []
        try encoder.append(headers: EventStreamHeaders(headers), payload: [], to: &message)
        return message
    }

    /// Returns a complete chunked body with chunks of these sizes.
    ///
    /// - Returns: The body, and the position after each of its chunks.
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

    /// The sizes of 1,024 chunks, from 1 to 2,047 without a pattern, about 1 MiB together.
    static let mixedChunkSizes: [Int] = {
        let random = bytes(2 * 1024)
        return (0..<1024).map { 1 + (Int(random[2 * $0]) << 8 | Int(random[2 * $0 + 1])) % 2047 }
    }()
}

/// Consecutive windows of one length over a buffer, again from its start when it ends.
final class Windows {
    private let memory: [UInt8]
    private let length: Int
    private var next = 0

    init(of memory: [UInt8], length: Int) {
        self.memory = memory
        self.length = length
    }

    /// Returns the sum of the results of `body` for the next `count` windows.
    @inline(__always)
    func sum(_ count: Int, _ body: (UnsafeRawBufferPointer) -> UInt64) -> UInt64 {
        unsafe memory.withUnsafeBytes { memory in
            var sum: UInt64 = 0
            var position = next
            for _ in 0..<count {
                if position &+ length > memory.count { position = 0 }
                unsafe sum &+= body(UnsafeRawBufferPointer(rebasing: memory[position..<(position &+ length)]))
                position &+= length
            }
            next = position
            return sum
        }
    }
}
