#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import Testing

/// Buffers as an asynchronous sequence, and how many of them were requested.
struct Buffers: AsyncSequence {
    let buffers: [ByteBuffer]
    var requested = Counter()

    /// Cuts bytes into buffers of `size`.
    init(_ bytes: [UInt8], size: Int) {
        buffers = stride(from: 0, to: bytes.count, by: size).map {
            ByteBuffer(bytes: bytes[$0..<Swift.min($0 + size, bytes.count)])
        }
    }

    init(_ buffers: [ByteBuffer]) {
        self.buffers = buffers
    }

    final class Counter {
        var value = 0
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<ByteBuffer>
        let requested: Counter

        mutating func next() async -> ByteBuffer? {
            requested.value += 1
            return rest.popFirst()
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: buffers[...], requested: requested)
    }
}

/// What iterating over a stream delivered.
struct Decoded<Element> {
    var elements: [Element] = []
    var error: (any Error)?

    init<Source, Decoder: StreamBufferDecoder>(_ stream: DecodedStream<Source, Decoder>) async
    where Decoder.InboundOut == Element {
        var iterator = stream.makeAsyncIterator()
        do {
            while let element = try await iterator.next() { elements.append(element) }
        } catch {
            self.error = error
            // After an error, there is nothing more.
            do {
                let next = try await iterator.next()
                #expect(next == nil)
            } catch {
                Issue.record(error)
            }
        }
    }
}

/// A stream of events with these payloads.
func stream(_ payloads: [[UInt8]]) throws -> [UInt8] {
    try payloads.flatMap { try EventStreamMessage(.event(type: "chunk"), payload: $0).encoded() }
}

extension ByteBuffer {
    /// The memory of the readable bytes.
    var addresses: Range<UInt> {
        unsafe withUnsafeReadableBytes { bytes in
            let start = UInt(bitPattern: bytes.baseAddress)
            return start..<(start + UInt(bytes.count))
        }
    }

    var bytes: [UInt8] { Array(readableBytesView) }
}

/// Records an issue if a condition does not hold. In loops, it is faster than `#expect`.
func verify(
    _ condition: Bool, _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
    if !condition { Issue.record("\(what())", sourceLocation: sourceLocation) }
}
#endif
