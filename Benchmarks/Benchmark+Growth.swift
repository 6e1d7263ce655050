import EventStreamCodec

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A long message that is received repeatedly, in reads into one buffer, as from a socket.
///
/// Its payload repeats one block of bytes, so the only memory that grows with the message is the buffer of the decoder.
final class LongMessage {
    private let parts: EventStreamEncoder.Parts
    private let block: [UInt8]
    private let blockCount: Int
    private let readLength: Int
    private var decoder = EventStreamDecoder()
    private var memory: [UInt8] = []

    /// - Parameters:
    ///   - payloadLength: A multiple of ``Traffic/pieceLength``.
    ///   - readLength: The maximum number of bytes per read.
    init(payloadLength: Int, readLength: Int) throws {
        block = Traffic.bytes(Traffic.pieceLength)
        blockCount = payloadLength / block.count
        self.readLength = readLength
        let payload = (0..<blockCount).flatMap { [block] _ in block }
        parts = try EventStreamEncoder().parts(headers: Traffic.headers, payload: payload.span)
    }

    /// Decodes the message and visits its parts.
    func decode(_ count: Int) -> UInt64 {
        var visitor = MessageVisitor()
        for _ in 0..<count {
            forEachRead { bytes in
                do {
                    try decoder.decode(bytes) { message in visitor.visit(message) }
                } catch {
                    fatalError("the message of the benchmark is rejected: \(error)")
                }
            }
        }
        precondition(visitor.messageCount == count, "not every message was delivered")
        return visitor.sum
    }

    /// Only copies the reads, one after the other.
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
            for start in stride(from: 0, to: bytes.count, by: readLength) {
                body(bytes.span.extracting(start..<min(start + readLength, bytes.count)))
            }
        }
        read(parts.head)
        for _ in 0..<blockCount { read(block) }
        read(parts.tail)
    }
}

/// Benchmarks that show whether the time per byte, or per header, stays constant as inputs grow.
extension Benchmark {
    /// Decoding a long message in reads of one size. The reference only copies it.
    static func growthByLength() throws -> [Benchmark] {
        try [1_048_576, 16_777_216].flatMap { payloadLength in
            let length = try Traffic.messageLength(payloadLength: payloadLength)
            return [1, 512, 16_384].map { readLength in
                Benchmark(
                    name: "eventstream/growth/\(payloadLength)/\(readLength)", bytesPerOperation: length,
                    unit: "messages", referenceName: "memcpy"
                ) {
                    let message = try LongMessage(payloadLength: payloadLength, readLength: readLength)
                    return Run(ours: message.decode, reference: message.copy)
                }
            }
        }
    }

    /// Decoding a message of many headers with names of one byte, which therefore occur many times.
    static func growthByHeaders() throws -> [Benchmark] {
        try [2_700, 43_000].map { headerCount in
            let message = try Traffic.message(headerCount: headerCount)
            return Benchmark(
                name: "eventstream/headers/\(headerCount)", bytesPerOperation: message.count, unit: "messages",
                referenceName: "zlib crc32"
            ) {
                let policy = EventStreamPolicy(duplicateHeaderNames: .accept)
                let decoding = MessageDecoding(
                    stream: message, messageCount: 1, pieceLength: message.count, policy: policy)
                return Run(ours: decoding.decode, reference: checksums(of: message, messageLength: message.count))
            }
        }
    }
}
