import EventStreamCodec

extension FuzzTarget {
    /// The stateless layer takes apart what the decoder takes apart.
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
                        span.extracting(droppingFirst: position), at: UInt64(position), limits: .unlimited)
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
                // The caller looks at the CRLF after the data.
                guard input[position...].starts(with: [0x0d, 0x0a]) else { return }
                position += 2
            }
            while let line = try ChunkedTrailerLine.parse(
                span.extracting(droppingFirst: position), at: UInt64(position), limits: .unlimited)
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
