import EventStreamCodec

/// Decodes the chunks of a body, and the body again from its start.
final class ChunkDecoding {
    private let body: [UInt8]
    private let chunkEnds: [Int]

    /// - Parameters:
    ///   - body: An ended body.
    ///   - chunkEnds: Where each of its chunks ends.
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
            fatalError("the benchmark's own body is not accepted: \(error)")
        }
        return sum
    }
}
