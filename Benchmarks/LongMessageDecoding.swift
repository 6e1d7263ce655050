import EventStreamCodec

/// Decodes one long message again and again, gathered from reads into one buffer, as from a socket.
///
/// Its payload is the same block of bytes over and over, so that the only memory that grows with the message is the
/// decoder's.
final class LongMessageDecoding {
    private let parts: EventStreamMessageParts
    private let block: [UInt8]
    private let blockCount: Int
    private let readByteCount: Int
    private var decoder = EventStreamDecoder()

    /// - Parameters:
    ///   - payloadLength: A multiple of ``Traffic/pieceByteCount``.
    ///   - readByteCount: How many bytes at most the decoder is given at a time.
    init(payloadLength: Int, readByteCount: Int) throws {
        block = Traffic.bytes(Traffic.pieceByteCount)
        blockCount = payloadLength / block.count
        self.readByteCount = readByteCount
        let payload = (0..<blockCount).flatMap { [block] _ in block }
        parts = try EventStreamEncoder().parts(headers: Traffic.headers, payload: payload.span)
    }

    func decode(_ count: Int) -> UInt64 {
        var visitor = MessageVisitor()
        for _ in 0..<count {
            read(parts.head, &visitor)
            for _ in 0..<blockCount { read(block, &visitor) }
            read(parts.tail, &visitor)
        }
        precondition(visitor.messageCount == count, "not every message was delivered")
        return visitor.sum
    }

    private func read(_ bytes: [UInt8], _ visitor: inout MessageVisitor) {
        var position = 0
        while position < bytes.count {
            let end = min(position + readByteCount, bytes.count)
            do {
                try decoder.decode(bytes.span.extracting(position..<end)) { message in visitor.visit(message) }
            } catch {
                fatalError("the benchmark's own message is not accepted: \(error)")
            }
            position = end
        }
    }
}
