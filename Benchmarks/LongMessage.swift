import EventStreamCodec

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A long message that comes again and again, in reads into one buffer, as from a socket.
///
/// Its payload is the same block of bytes over and over, so that the only memory that grows with the message is the one
/// that it is gathered in.
final class LongMessage {
    private let parts: EventStreamMessageParts
    private let block: [UInt8]
    private let blockCount: Int
    private let readByteCount: Int
    private var decoder = EventStreamDecoder()
    private var memory: [UInt8] = []

    /// - Parameters:
    ///   - payloadLength: A multiple of ``Traffic/pieceByteCount``.
    ///   - readByteCount: How many bytes come at a time, at most.
    init(payloadLength: Int, readByteCount: Int) throws {
        block = Traffic.bytes(Traffic.pieceByteCount)
        blockCount = payloadLength / block.count
        self.readByteCount = readByteCount
        let payload = (0..<blockCount).flatMap { [block] _ in block }
        parts = try EventStreamEncoder().parts(headers: Traffic.headers, payload: payload.span)
    }

    /// Decodes the message, and visits it.
    func decode(_ count: Int) -> UInt64 {
        var visitor = MessageVisitor()
        for _ in 0..<count {
            forEachRead { bytes in
                do {
                    try decoder.decode(bytes) { message in visitor.visit(message) }
                } catch {
                    fatalError("the benchmark's own message is not accepted: \(error)")
                }
            }
        }
        precondition(visitor.messageCount == count, "not every message was delivered")
        return visitor.sum
    }

    /// Copies the reads one behind the other, and does nothing else.
    func copy(_ count: Int) -> UInt64 {
        if memory.isEmpty {
            memory = Array(repeating: 0, count: parts.head.count + block.count * blockCount + parts.tail.count)
        }
        return unsafe memory.withUnsafeMutableBytes { memory in
            for _ in 0..<count {
                var place = memory.baseAddress
                forEachRead { bytes in
                    unsafe bytes.withUnsafeBytes { bytes in
                        guard let destination = unsafe place, let source = bytes.baseAddress else { return }
                        unsafe memcpy(destination, source, bytes.count)
                        unsafe place = destination + bytes.count
                    }
                }
            }
            return unsafe UInt64(memory[memory.count - 1])
        }
    }

    @inline(__always)
    private func forEachRead(_ body: (Span<UInt8>) -> Void) {
        func read(_ bytes: [UInt8]) {
            for start in stride(from: 0, to: bytes.count, by: readByteCount) {
                body(bytes.span.extracting(start..<min(start + readByteCount, bytes.count)))
            }
        }
        read(parts.head)
        for _ in 0..<blockCount { read(block) }
        read(parts.tail)
    }
}
