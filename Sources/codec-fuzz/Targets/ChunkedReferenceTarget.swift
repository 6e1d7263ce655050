import EventStreamCodec
import ReferenceDecoders

extension FuzzTarget {
    /// Data, extensions, trailers, errors and offsets are those of a naive decoder that shares nothing with the library.
    static let chunkedReference = FuzzTarget(
        name: "chunked-reference", about: "data, extensions, trailers and offsets against a naive decoder",
        shape: .chunked
    ) { input throws(FuzzFailure) in
        let expected = ReferenceChunkedDecoder.decode(input)
        var found = ReferenceChunkedBody()
        var decoder = ChunkedDecoder(limits: .unlimited)
        let error = thrown { () throws(ChunkedError) in
            for range in Splitting.random(seed: seed(of: input)).ranges(of: input.count) {
                let consumed = try decoder.decode(Array(input[range])) { found.note($0) }
                if consumed < range.count { break }
            }
        }
        if error != nil { found.status = .error }
        found.chunks = decoder.chunkCount
        found.consumed = Int(decoder.offset)
        try require(
            found == expected,
            "\(found.status) at \(found.consumed), the reference says \(expected.status) at \(expected.consumed); "
                + text(error))
        if let error { try require(error.offset == UInt64(expected.consumed), "\(error), not at \(expected.consumed)") }
    }
}

extension ReferenceChunkedBody {
    /// Takes down what the library's decoder lends.
    fileprivate mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .extensions(let view):
            var iterator = view.makeIterator()
            while let found = iterator.next() {
                extensions.append(
                    Extension(chunk: view.chunk, name: [UInt8](found.name), value: found.value))
            }
        case .trailer(let field):
            trailers.append(Trailer(name: [UInt8](field.name), value: [UInt8](field.value)))
        case .end: status = .complete
        }
    }
}
