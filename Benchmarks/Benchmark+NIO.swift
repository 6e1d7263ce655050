#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
#endif

extension Benchmark {
    /// With the trait `NIO`: decoding the messages of an asynchronous sequence of `ByteBuffer`s and visiting their parts. The reference
    /// is the decoder that receives the same stream in one piece.
    static func bufferDecoding() throws -> [Benchmark] {
        #if NIO
        try [200, 4096].map { payloadLength in
            let length = try Traffic.messageLength(payloadLength: payloadLength)
            return Benchmark(
                name: "nio/decode/\(payloadLength)", bytesPerOperation: length, unit: "messages",
                referenceName: "eventstream/decode"
            ) {
                let (stream, count) = try Traffic.messages(payloadLength: payloadLength)
                let reference = MessageDecoding(stream: stream, messageCount: count, pieceLength: stream.count)
                return Run(ours: BufferDecoding(stream: stream).decode, reference: reference.decode)
            }
        }
        #else
        []
        #endif
    }
}

#if NIO
/// Decodes the messages in a sequence of buffers.
final class BufferDecoding {
    private let buffers: [ByteBuffer]

    init(stream: [UInt8]) {
        buffers = stride(from: 0, to: stream.count, by: Traffic.pieceLength).map {
            ByteBuffer(bytes: stream[$0..<min($0 + Traffic.pieceLength, stream.count)])
        }
    }

    /// Decodes `count` messages and visits their parts.
    func decode(_ count: Int) -> UInt64 {
        let buffers = buffers
        return Self.wait {
            var messages = RepeatedBuffers(buffers: buffers).eventStreamMessages().makeAsyncIterator()
            var visitor = MessageVisitor()
            do {
                while visitor.messageCount < count, let message = try await messages.next() {
                    visitor.visit(message.view)
                    precondition(message.payload.readableBytes == message.prelude.payloadLength)
                }
            } catch {
                fatalError("the stream of the benchmark is rejected: \(error)")
            }
            return visitor.sum
        }
    }

    /// Runs an asynchronous operation that never suspends, on this thread, whose allocations are counted.
    private static func wait(for operation: @escaping @Sendable () async -> UInt64) -> UInt64 {
        nonisolated(unsafe) var result: UInt64?
        Task.immediate { unsafe result = await operation() }
        guard let result = unsafe result else { fatalError("the operation of the benchmark was suspended") }
        return result
    }
}

/// Buffers of a stream that begins again when it has ended.
private struct RepeatedBuffers: AsyncSequence {
    let buffers: [ByteBuffer]

    struct AsyncIterator: AsyncIteratorProtocol {
        let buffers: [ByteBuffer]
        var next = 0

        mutating func next() async -> ByteBuffer? { nextBuffer() }

        mutating func next(isolation actor: isolated (any Actor)?) async -> ByteBuffer? { nextBuffer() }

        private mutating func nextBuffer() -> ByteBuffer {
            defer { next = next + 1 == buffers.count ? 0 : next + 1 }
            return buffers[next]
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffers: buffers) }
}
#endif
