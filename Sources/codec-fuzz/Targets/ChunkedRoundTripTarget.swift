import EventStreamCodec
import ReferenceDecoders
import TestSupport

extension FuzzTarget {
    /// The reference decodes the output of every way of encoding to the same body.
    static let chunkedRoundTrip = FuzzTarget(
        name: "chunked-roundtrip", about: "encoded in every way, the reference reads the same", shape: .bytes
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        var expected = ReferenceChunkedBody()
        var wire: [UInt8] = []
        let error = thrown { () throws(ChunkedError) in
            var encoder = ChunkedEncoder()
            for _ in 0..<random.below(6) {
                var data: [UInt8] = []
                random.append(random.length(upTo: 300), to: &data)
                let extensions = chunkExtensions(&random)
                if !data.isEmpty {
                    expected.note(extensions)
                    expected.body += data
                    expected.chunks += 1
                }
                switch random.below(3) {
                case 0: try encoder.append(data, extensions: extensions, to: &wire)
                case 1:
                    // Framing and data alternately, as in a vectored write.
                    let length = try encoder.framingLength(size: UInt64(data.count), extensions: extensions)
                    var head = [UInt8](repeating: 0, count: length)
                    _ = try unsafe head.withUnsafeMutableBufferPointer { buffer throws(ChunkedError) in
                        try unsafe encoder.beginChunk(
                            size: UInt64(data.count), extensions: extensions,
                            into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    wire += head + data
                default:
                    if !data.isEmpty { expected.extensions.removeAll { $0.chunk == expected.chunks - 1 } }
                    try reserve(data, &encoder, &wire)
                }
            }
            let trailers = (0..<random.below(3)).map {
                ChunkedTrailer("x-\($0)", random.pick(["", "v", "a, b", "\u{e9}"]))
            }
            let extensions = chunkExtensions(&random)
            expected.note(extensions)
            expected.trailers = trailers.map {
                ReferenceChunkedBody.Trailer(name: Array($0.name.utf8), value: Array($0.value.utf8))
            }
            try encoder.finish(trailers: trailers, extensions: extensions, to: &wire)
        }
        try require(error == nil, "encoding threw \(text(error))")
        expected.status = .complete
        expected.consumed = wire.count
        let found = ReferenceChunkedDecoder.decode(wire + input)
        try require(found == expected, "\(found.status) at \(found.consumed) of \(wire.count)")
    }

    private static func chunkExtensions(_ random: inout SeededGenerator) -> [ChunkExtension] {
        guard random.oneIn(3) else { return [] }
        return (0..<random.below(3)).map { _ in
            ChunkExtension(random.pick(["a", "x-y"]), random.pick([nil, "token", "", "two words", "\"\\", "é;="]))
        }
    }

    /// Encodes a chunk whose size line is reserved before its data is known. Without data, the reservation is cancelled.
    private static func reserve(
        _ data: [UInt8], _ encoder: inout ChunkedEncoder, _ wire: inout [UInt8]
    ) throws(ChunkedError) {
        var buffer = [UInt8](repeating: 0, count: 16 + data.count)
        var reservation: ChunkedEncoder.Reservation?
        try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
            var output = unsafe OutputRawSpan(
                buffer: UnsafeMutableRawBufferPointer(bytes), initializedCount: 0)
            reservation = try encoder.reserveChunk(into: &output)
            _ = unsafe output.finalize(for: UnsafeMutableRawBufferPointer(bytes))
        }
        guard let reservation else { return }
        guard !data.isEmpty else { return encoder.cancel(reservation) }
        try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
            var span = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(bytes))
            try ChunkedEncoder.fill(reservation, size: UInt64(data.count), in: &span)
        }
        wire += buffer[reservation.range] + data
    }
}

extension ReferenceChunkedBody {
    /// Records the extensions of the next chunk.
    fileprivate mutating func note(_ added: [ChunkExtension]) {
        extensions += added.map {
            Extension(chunk: chunks, name: Array($0.name.utf8), value: $0.value.map { Array($0.utf8) })
        }
    }
}
