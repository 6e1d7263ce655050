#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import TestSupport
import Testing

/// The allocations per message, as the article "Streams in ByteBuffers" states them.
@Suite(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"))
struct BufferAllocationTests {
    /// Feeds buffers to a decoder as an asynchronous sequence does, and returns the number of messages.
    private func decode(_ buffers: [ByteBuffer], _ decoder: inout BufferedDecoder<EventStreamBufferDecoder>) -> Int {
        var count = 0
        for buffer in buffers {
            decoder.append(buffer)
            do {
                while let message = try decoder.next() {
                    count += 1
                    verify(message.payload.readableBytes == 200, "a payload is \(message.payload.readableBytes) bytes")
                }
            } catch {
                Issue.record(error)
            }
        }
        return count
    }

    private func allocations(decoding buffers: [ByteBuffer], expecting expected: Int) -> Int {
        var decoder = BufferedDecoder(EventStreamBufferDecoder())
        #expect(decode(buffers, &decoder) == expected)
        var count = 0
        let totals = Allocations.count { count = decode(buffers, &decoder) }
        #expect(count == expected)
        return totals.count
    }

    /// Code that is not optimized allocates something more for the test's own closure.
    private let others = isOptimized ? 0 : 1

    @Test func aMessageInOneBufferAllocatesNothing() throws {
        let bytes = try stream(Array(repeating: [UInt8](repeating: 1, count: 200), count: 1_000))
        #expect(allocations(decoding: [ByteBuffer(bytes: bytes)], expecting: 1_000) <= others)
    }

    /// A buffer is two allocations: an object, and its memory.
    @Test func aMessageThatStraddlesBuffersIsGatheredInOne() throws {
        let bytes = try stream(Array(repeating: [UInt8](repeating: 1, count: 200), count: 1_000))
        let length = bytes.count / 1_000
        // Each message begins 100 bytes before the end of a buffer, and each buffer has the end of one and the start of another.
        let buffers =
            Buffers([ByteBuffer(bytes: bytes.prefix(length - 100))]).buffers
            + Buffers(Array(bytes.dropFirst(length - 100)), size: length).buffers
        let count = allocations(decoding: buffers, expecting: 1_000)
        // Code that is not optimized allocates once more.
        #expect(count <= (isOptimized ? 2 : 3) * 1_000 + others)
    }

    @Test func anEncodedMessageAllocatesOneBuffer() throws {
        let headers = try EventStreamEncodedHeaders([":message-type": "event", ":event-type": "chunk"])
        let payload = ByteBuffer(repeating: 1, count: 200)
        let encoder = EventStreamEncoder()
        func encode() {
            for _ in 0..<1_000 {
                do {
                    let buffers = try encoder.buffers(headers: headers, payload: payload)
                    verify(buffers.payload.addresses == payload.addresses, "the payload was copied")
                } catch {
                    Issue.record(error)
                }
            }
        }
        encode()
        let count = Allocations.count { encode() }.count
        #expect(count <= 2 * 1_000 + others)
    }
}
#endif
