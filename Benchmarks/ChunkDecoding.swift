import EventStreamCodec

/// Decodes the chunks of a body, and the body again from its start.
final class ChunkDecoding {
    private let body: [UInt8]
    private let chunks: Int
    private let chunkByteCount: Int

    /// - Parameters:
    ///   - body: An ended body whose chunks have one size, without trailers.
    ///   - chunks: How many it has.
    init(body: [UInt8], chunks: Int) {
        self.body = body
        self.chunks = chunks
        // The last chunk and the end of the trailer section are five bytes.
        chunkByteCount = (body.count - 5) / chunks
    }

    func decode(_ count: Int) -> UInt64 {
        let body = body
        var sum: UInt64 = 0
        var left = count
        while left >= chunks {
            sum &+= decode(body.span)
            left -= chunks
        }
        if left > 0 { sum &+= decode(body.span.extracting(first: left * chunkByteCount)) }
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
            fatalError("the benchmark's own body is not accepted: \(error)")
        }
        return sum
    }
}
