import EventStreamCodec

/// Frames chunks of one size: writes what precedes the data of each into the small buffer that goes out before it.
final class ChunkEncoding {
    private let size: UInt64
    private var head = [UInt8](repeating: 0, count: ChunkedEncoder.maximumFramingLength)

    init(size: Int) {
        self.size = UInt64(size)
    }

    func encode(_ count: Int) -> UInt64 {
        var encoder = ChunkedEncoder()
        var sum: UInt64 = 0
        let size = size
        unsafe head.withUnsafeMutableBytes { head in
            for _ in 0..<count {
                do {
                    let length = try unsafe encoder.beginChunk(size: size, into: head)
                    unsafe sum &+= UInt64(length) &+ UInt64(head[length - 3])
                } catch {
                    fatalError("the benchmark's own chunk cannot be framed: \(error)")
                }
            }
        }
        return sum
    }
}
