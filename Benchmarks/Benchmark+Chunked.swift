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

    /// A chunk of a body found, its data lent.
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

    /// What precedes a chunk's data in a vectored write.
    static func chunkEncoding() -> [Benchmark] {
        chunkSizes.map { size in
            Benchmark(
                name: "chunked/encode/\(size)", bytesPerOperation: size, unit: "chunks", referenceName: "memcpy"
            ) {
                Run(ours: ChunkEncoding(size: size).encode, reference: copies(of: Traffic.bytes(1024 * 1024), size))
            }
        }
    }

    /// Copies of as much data as a chunk has.
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
