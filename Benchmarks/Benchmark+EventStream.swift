import EventStreamCodec
import ZlibReference

extension Benchmark {
    /// Decoding a message and visiting its parts. The decoder receives the stream in one piece.
    static func eventStreamDecoding() throws -> [Benchmark] {
        try [0, 200, 4096, 32_768, 1_048_576].map { payloadLength in
            try decoding(name: "eventstream/decode/\(payloadLength)", payloadLength: payloadLength) { stream, count in
                MessageDecoding(stream: stream, messageCount: count, pieceLength: stream.count)
            }
        }
    }

    /// The same, with the stream in pieces.
    static func eventStreamSplitDecoding() throws -> [Benchmark] {
        try [200, 32_768, 1_048_576].map { payloadLength in
            try decoding(
                name: "eventstream/decode-split/\(payloadLength)", payloadLength: payloadLength
            ) { stream, count in
                MessageDecoding(stream: stream, messageCount: count, pieceLength: Traffic.pieceLength)
            }
        }
    }

    /// Encoding a message into a buffer.
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

    /// Decoding messages of eight types in turn.
    static func eventStreamMixedDecoding() throws -> [Benchmark] {
        [
            try decoding(
                name: "eventstream/decode/mixed-200", payloadLength: 200, headers: Traffic.mixedHeaders
            ) { stream, count in
                MessageDecoding(stream: stream, messageCount: count, pieceLength: stream.count)
            }
        ]
    }

    /// Many connections, whose decoders receive reads of 1 KiB in turn. The reference is one decoder that receives all of them.
    static func eventStreamDecodersInTurn() -> [Benchmark] {
        [10_000].map { decoderCount in
            Benchmark(
                name: "eventstream/decode-many/\(decoderCount)", bytesPerOperation: ConnectionDecoding.readLength,
                unit: "reads",
                referenceName: "one decoder"
            ) {
                Run(
                    ours: try ConnectionDecoding(decoderCount: decoderCount).decode,
                    reference: try ConnectionDecoding(decoderCount: 1).decode)
            }
        }
    }

    private static func decoding(
        name: String, payloadLength: Int, headers: [EventStreamHeaders] = [Traffic.headers],
        _ decoding: @escaping ([UInt8], Int) -> MessageDecoding
    ) throws -> Benchmark {
        let length = try Traffic.messageLength(payloadLength: payloadLength, headers: headers[0])
        return Benchmark(name: name, bytesPerOperation: length, unit: "messages", referenceName: "zlib crc32") {
            let (stream, count) = try Traffic.messages(payloadLength: payloadLength, headers: headers)
            return Run(
                ours: decoding(stream, count).decode, reference: checksums(of: stream, messageLength: length))
        }
    }

    /// zlib's checksum of the bytes of each message.
    static func checksums(of stream: [UInt8], messageLength: Int) -> Operations? {
        Zlib.installed.map { zlib in
            let messages = Windows(of: stream, length: messageLength)
            return { operations in unsafe messages.sum(operations) { unsafe UInt64(zlib.crc32(0, $0)) } }
        }
    }
}

/// Decodes the messages of a stream in pieces, again from its start when it ends.
final class MessageDecoding {
    private let stream: [UInt8]
    private let messageLength: Int
    private let pieceLength: Int
    private var decoder: EventStreamDecoder
    private var position = 0

    init(stream: [UInt8], messageCount: Int, pieceLength: Int, policy: EventStreamPolicy = .strict) {
        self.stream = stream
        self.messageLength = stream.count / messageCount
        self.pieceLength = pieceLength
        decoder = EventStreamDecoder(policy: policy)
    }

    /// Decodes the next `count` messages and visits their parts.
    func decode(_ count: Int) -> UInt64 {
        let stream = stream
        var visitor = MessageVisitor()
        var left = count * messageLength
        while left > 0 {
            let end = min(position + pieceLength, position + left, stream.count)
            left -= end - position
            decode(stream.span.extracting(position..<end), &visitor)
            position = end == stream.count ? 0 : end
        }
        precondition(visitor.messageCount == count, "not every message was delivered")
        return visitor.sum
    }

    private func decode(_ piece: Span<UInt8>, _ visitor: inout MessageVisitor) {
        do {
            try decoder.decode(piece) { message in visitor.visit(message) }
        } catch {
            fatalError("the stream of the benchmark is rejected: \(error)")
        }
    }
}

/// Decodes one stream with each of many decoders. They get its reads in turn, each decoder from its own start.
final class ConnectionDecoding {
    /// The bytes of each read. Their number is no multiple of the messages' length, so messages straddle reads.
    static let readLength = 1024

    private let stream: [UInt8]
    private var decoders: [EventStreamDecoder]
    private var next = 0
    private var position = 0

    init(decoderCount: Int) throws {
        // A whole number of reads.
        (stream, _) = try Traffic.messages(payloadLength: 200, count: Self.readLength)
        decoders = Array(repeating: EventStreamDecoder(), count: decoderCount)
    }

    /// Decodes the next `count` reads and visits the parts of their messages.
    func decode(_ count: Int) -> UInt64 {
        let stream = stream
        var visitor = MessageVisitor()
        for _ in 0..<count {
            do {
                try decoders[next].decode(stream.span.extracting(position..<(position + Self.readLength))) { message in
                    visitor.visit(message)
                }
            } catch {
                fatalError("the stream of the benchmark is rejected: \(error)")
            }
            next += 1
            guard next == decoders.count else { continue }
            next = 0
            position += Self.readLength
            if position == stream.count { position = 0 }
        }
        return visitor.sum
    }
}

/// Reads all headers and the payload of messages, as a client would.
struct MessageVisitor {
    private(set) var messageCount = 0
    private(set) var sum: UInt64 = 0

    @inline(__always)
    mutating func visit(_ message: EventStreamMessageView) {
        messageCount += 1
        var messageSum = digest(message.payload)
        var headers = message.headers.makeIterator()
        while let header = headers.next() {
            messageSum &+= digest(header.name.utf8)
            if case .string(let string) = header.value { messageSum &+= digest(string.utf8) }
        }
        sum &+= messageSum
    }

    /// Returns the sum of the length, the first and the last of some bytes.
    @inline(__always)
    private func digest(_ bytes: RawSpan) -> UInt64 {
        guard !bytes.isEmpty else { return 0 }
        let first = unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        let last = unsafe bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self)
        return UInt64(bytes.byteCount) &+ UInt64(first) &+ UInt64(last)
    }
}

/// Encodes messages into a buffer that is larger than the L1 cache, again from its start when it is full.
@safe final class MessageEncoding {
    private let payloads: Windows
    private let headers: EventStreamEncodedHeaders
    private let messageLength: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var position = 0

    init(payloadLength: Int, messageLength: Int) throws {
        payloads = Windows(of: Traffic.bytes(max(Traffic.length, 2 * payloadLength)), length: payloadLength)
        headers = try EventStreamEncodedHeaders(Traffic.headers)
        self.messageLength = messageLength
        unsafe buffer = .allocate(byteCount: max(Traffic.length, 2 * messageLength), alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    func encode(_ count: Int) -> UInt64 {
        let encoder = EventStreamEncoder()
        return unsafe payloads.sum(count) { payload in
            if unsafe position + messageLength > buffer.count { position = 0 }
            let place = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position..<(position + messageLength)])
            position += messageLength
            do {
                return UInt64(try unsafe encoder.encode(headers: headers, payload: payload, into: place))
            } catch {
                fatalError("the message of the benchmark is rejected: \(error)")
            }
        }
    }
}
