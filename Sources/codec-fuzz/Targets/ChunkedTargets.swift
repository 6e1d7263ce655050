import EventStreamCodec
import ReferenceDecoders
import TestSupport

extension FuzzTarget {
    /// Decoding any bytes does not trap, and takes memory and steps in proportion to their number.
    static let chunkedRaw = FuzzTarget(
        name: "chunked-raw", about: "any bytes: no trap, memory and steps in proportion", shape: .chunked
    ) { input throws(FuzzFailure) in
        for rules in BodyRules.all {
            for splitting in [.whole, .every(1), .random(seed: seed(of: input))] as [Splitting] {
                let pieces = Array(splitting.ranges(of: input.count))
                var touched = 0
                try Effort.require(bytes: input.count, calls: pieces.count, "\(rules), \(splitting)") {
                    var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
                    _ = thrown { () throws(ChunkedError) in
                        for range in pieces {
                            try unsafe decoder.decode(input.span.bytes.extracting(range)) { element in
                                switch element {
                                case .data(let data): touched &+= data.byteCount
                                case .extensions(let extensions):
                                    var iterator = extensions.makeIterator()
                                    while let found = iterator.next() { touched &+= found.name.byteCount }
                                case .trailer(let field): touched &+= field.value.byteCount
                                case .end: break
                                }
                            }
                        }
                        try decoder.finish()
                    }
                }
            }
        }
    }
}

extension FuzzTarget {
    /// Any two splits of a body give the same elements, errors and offsets.
    static let chunkedSplits = FuzzTarget(
        name: "chunked-splits", about: "any two splits: the same data, extensions, trailers, errors and offsets",
        shape: .chunked
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = BodyRules.all[random.below(3)]
        let whole = try BodyTranscript.decoding(input, .whole, rules)
        for splitting in [.random(seed: random.next()), .random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try BodyTranscript.decoding(input, splitting, rules)
            try require(
                split == whole,
                "\(rules), \(splitting): \(split.consumed) consumed, \(text(split.error)); whole: \(whole.consumed) "
                    + "consumed, \(text(whole.error))")
        }
        let splitting = Splitting.random(seed: random.next())
        let pulled = try BodyTranscript.pulling(input, splitting, rules, &random)
        try require(
            pulled == whole,
            "\(rules), pulled \(splitting): \(pulled.consumed) consumed, \(text(pulled.error)); whole: \(whole.consumed) "
                + "consumed, \(text(whole.error))")
    }
}

extension FuzzTarget {
    /// Decoding in place gives the same data as slices, and does not change the bytes that it does not consume.
    static let chunkedInPlace = FuzzTarget(
        name: "chunked-in-place", about: "in place against slices, however split", shape: .chunked
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = BodyRules.all[random.below(3)]
        let slices = try BodyTranscript.decoding(input, .whole, rules)
        for splitting in [.whole, .random(seed: random.next()), .every(1)] as [Splitting] {
            var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
            var body: [UInt8] = []
            var error: ChunkedError?
            for range in splitting.ranges(of: input.count) {
                var buffer = Array(input[range])
                var count = 0
                var consumed = 0
                error = thrown { () throws(ChunkedError) in
                    consumed = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
                        try unsafe decoder.decodeInPlace(UnsafeMutableRawBufferPointer(bytes), bodyLength: &count)
                    }
                }
                body += buffer[..<count]
                guard error == nil else { break }
                try require(
                    buffer[consumed...] == input[(range.lowerBound + consumed)..<range.upperBound],
                    "\(rules), \(splitting): changed bytes that it did not consume")
                if decoder.isComplete { break }
                try require(consumed == range.count, "\(rules), \(splitting): stopped before the end of the body")
            }
            try require(body == slices.body, "\(rules), \(splitting): other data")
            try require(error == slices.error, "\(rules), \(splitting): \(text(error)); slices: \(text(slices.error))")
            try require(
                decoder.offset == slices.consumed && decoder.isComplete == slices.isComplete
                    && decoder.chunkCount == slices.chunks, "\(rules), \(splitting): another end")
        }
    }
}

extension FuzzTarget {
    /// The stateless layer gives the same results as the decoder.
    static let chunkedLayers = FuzzTarget(
        name: "chunked-layers", about: "the stateless layer against the decoder", shape: .chunked
    ) { input throws(FuzzFailure) in
        let decoded = try BodyTranscript.decoding(input, .whole, .unlimited)
        var body: [UInt8] = []
        var position = 0
        var isComplete = false
        let span = unsafe input.span.bytes
        let error = thrown { () throws(ChunkedError) in
            var isLast = false
            while !isLast {
                guard
                    let line = try ChunkSizeLine.parse(
                        span.extracting(droppingFirst: position), streamOffset: UInt64(position), limits: .unlimited)
                else { return }
                position += line.length
                isLast = line.isLast
                guard !isLast else { break }
                let size = Int(clamping: line.size)
                guard size <= input.count - position else {
                    body += input[position...]
                    return
                }
                body += input[position..<(position + size)]
                position += size
                // The caller checks the CRLF after the data.
                guard input[position...].starts(with: [0x0d, 0x0a]) else { return }
                position += 2
            }
            while let line = try ChunkedTrailerLine.parse(
                span.extracting(droppingFirst: position), streamOffset: UInt64(position), limits: .unlimited)
            {
                guard case .field(let name, let value, let length) = line else {
                    position += 2
                    isComplete = true
                    return
                }
                precondition(name.upperBound <= value.lowerBound && value.upperBound <= length - 2)
                position += length
            }
        }
        try require(body == decoded.body, "other data")
        try require(isComplete == decoded.isComplete, "another end")
        if isComplete {
            try require(UInt64(position) == decoded.consumed, "consumed \(position), not \(decoded.consumed)")
        }
        if let error { try require(error == decoded.error, "\(error); decoder: \(text(decoded.error))") }
    }
}

extension FuzzTarget {
    /// The data, extensions, trailers, errors and offsets equal those of a naive decoder that shares no code with the library.
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
    /// Records an element of the library's decoder.
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
