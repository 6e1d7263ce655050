import EventStreamCodec

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Benchmark {
    private static let chunkSizes = [16, 200, 1024, 16_384, 65_536]

    /// Decoding one chunk of a body: its data is passed on as a slice.
    static func chunkDecoding() -> [Benchmark] {
        let ofOneSize = chunkSizes.map { size in
            chunkDecoding("\(size)", size: size, Array(repeating: size, count: 1024 * 1024 / size))
        }
        return ofOneSize + [chunkDecoding("mixed-1024", size: 1024, Traffic.mixedChunkSizes)]
    }

    private static func chunkDecoding(_ name: String, size: Int, _ chunkSizes: [Int]) -> Benchmark {
        Benchmark(name: "chunked/decode/\(name)", bytesPerOperation: size, unit: "chunks", referenceName: "memcpy") {
            let (body, chunkEnds) = try Traffic.chunkedBody(chunkSizes: chunkSizes)
            return Run(ours: ChunkDecoding(body: body, chunkEnds: chunkEnds).decode, reference: copies(of: body, size))
        }
    }

    /// Encoding the framing of one chunk, as in a vectored write.
    static func chunkEncoding() -> [Benchmark] {
        chunkSizes.map { size in
            Benchmark(
                name: "chunked/encode/\(size)", bytesPerOperation: size, unit: "chunks", referenceName: "memcpy"
            ) {
                Run(ours: ChunkEncoding(size: size).encode, reference: copies(of: Traffic.bytes(1024 * 1024), size))
            }
        }
    }

    /// Copying the data of one chunk.
    private static func copies(of memory: [UInt8], _ size: Int) -> Operations {
        let data = Windows(of: memory, length: size)
        let place = [UInt8](repeating: 0, count: size)
        return { operations in
            var place = place
            return unsafe place.withUnsafeMutableBytes { place in
                unsafe data.sum(operations) { data in
                    guard let source = data.baseAddress, let destination = place.baseAddress else { return 0 }
                    unsafe memcpy(destination, source, data.count)
                    return unsafe UInt64(place[data.count - 1])
                }
            }
        }
    }
}

/// Decodes the chunks of a body, again from its start when it ends.
final class ChunkDecoding {
    private let body: [UInt8]
    private let chunkEnds: [Int]

    /// - Parameters:
    ///   - body: A complete body.
    ///   - chunkEnds: The position after each of its chunks.
    init(body: [UInt8], chunkEnds: [Int]) {
        self.body = body
        self.chunkEnds = chunkEnds
    }

    func decode(_ count: Int) -> UInt64 {
        let body = body
        var sum: UInt64 = 0
        var left = count
        while left >= chunkEnds.count {
            sum &+= decode(body.span)
            left -= chunkEnds.count
        }
        if left > 0 { sum &+= decode(body.span.extracting(first: chunkEnds[left - 1])) }
        return sum
    }

    private func decode(_ bytes: Span<UInt8>) -> UInt64 {
        var decoder = ChunkedDecoder()
        var sum: UInt64 = 0
        do {
            try decoder.decode(bytes) { element in
                guard case .data(let data) = element else { return }
                sum &+= UInt64(data.byteCount)
                sum &+= UInt64(unsafe data.unsafeLoad(fromByteOffset: data.byteCount - 1, as: UInt8.self))
            }
        } catch {
            fatalError("the body of the benchmark is rejected: \(error)")
        }
        return sum
    }
}

/// Writes the framing of chunks of one size into a small buffer, as before a vectored write.
final class ChunkEncoding {
    private let size: UInt64
    private var framing = [UInt8](repeating: 0, count: ChunkedEncoder.maximumFramingLength)

    init(size: Int) {
        self.size = UInt64(size)
    }

    func encode(_ count: Int) -> UInt64 {
        var encoder = ChunkedEncoder()
        var sum: UInt64 = 0
        let size = size
        unsafe framing.withUnsafeMutableBytes { framing in
            for _ in 0..<count {
                do {
                    let length = try unsafe encoder.beginChunk(size: size, into: framing)
                    unsafe sum &+= UInt64(length) &+ UInt64(framing[length - 3])
                } catch {
                    fatalError("the chunk of the benchmark is rejected: \(error)")
                }
            }
        }
        return sum
    }
}
