import EventStreamCodec

/// Decodes messages of a stream, given in pieces, again and again from its start.
final class MessageDecoding {
    private let stream: [UInt8]
    private let messageLength: Int
    private let pieceByteCount: Int
    private var decoder: EventStreamDecoder
    private var position = 0

    init(stream: [UInt8], messageCount: Int, pieceByteCount: Int, policy: EventStreamPolicy = .strict) {
        self.stream = stream
        self.messageLength = stream.count / messageCount
        self.pieceByteCount = pieceByteCount
        decoder = EventStreamDecoder(policy: policy)
    }

    /// Gives the decoder the bytes of the next `count` messages, and visits them.
    func decode(_ count: Int) -> UInt64 {
        let stream = stream
        var visitor = MessageVisitor()
        var left = count * messageLength
        while left > 0 {
            let end = min(position + pieceByteCount, position + left, stream.count)
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
            fatalError("the benchmark's own stream is not accepted: \(error)")
        }
    }
}

/// Looks at every header and at the payload of messages, as a client would that reads all of them.
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

    /// The length of some bytes, and their first and last.
    @inline(__always)
    private func digest(_ bytes: RawSpan) -> UInt64 {
        guard !bytes.isEmpty else { return 0 }
        let first = unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        let last = unsafe bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self)
        return UInt64(bytes.byteCount) &+ UInt64(first) &+ UInt64(last)
    }
}
