/// Decodes chunked bodies with a closure, with a cursor, in place, and with the stateless layer.
enum ChunkedProbe {
    static func run(_ name: [UInt8], _ input: [UInt8], _ splits: Splits) {
        for isLenient in [false, true] {
            let policy = ChunkedPolicy(allowsWhitespaceAfterSize: isLenient)
            let whole = decoding(input, [0..<input.count], policy)
            var ways = 0
            var different = 0
            for pieces in [[0..<input.count]] + splits {
                ways += 3
                if decoding(input, pieces, policy) != whole { different += 1 }
                if pulling(input, pieces, policy) != whole { different += 1 }
                if decodingInPlace(input, pieces, policy) != whole.withoutLines { different += 1 }
            }
            var line = JSONLine("format", Array("chunked".utf8))
            line.add("name", text: name)
            line.add("rules", text: Array((isLenient ? "lenient" : "default").utf8))
            line.add("ways", number: UInt64(ways))
            line.add("different", number: UInt64(different))
            line.add("status", text: Array(whole.status.utf8))
            line.add("body", bytes: whole.body)
            line.add("chunks", number: whole.chunks)
            line.add("extensions", json: [0x5b] + whole.extensions + [0x5d])
            line.add("trailers", json: [0x5b] + whole.trailers + [0x5d])
            line.add("consumed", number: whole.consumed)
            line.add("error", json: whole.error)
            line.add("sizes", json: sizes(input, policy))
            Host.write(line)
        }
    }

    struct Transcript: Equatable {
        var isComplete = false
        var body: [UInt8] = []
        var extensions: [UInt8] = []
        var trailers: [UInt8] = []
        var chunks: UInt64 = 0
        var consumed: UInt64 = 0
        var error: [UInt8] = Array("null".utf8)

        var status: String { isComplete ? "complete" : error.count > 4 ? "error" : "incomplete" }

        /// The same without extensions and trailers, which decoding in place does not deliver.
        var withoutLines: Transcript {
            var transcript = self
            (transcript.extensions, transcript.trailers) = ([], [])
            return transcript
        }

        mutating func add(_ element: ChunkedDecoder.Element) {
            switch element {
            case .data(let data): body.append(contentsOf: data)
            case .end: isComplete = true
            case .trailer(let field):
                if !trailers.isEmpty { trailers.append(0x2c) }
                var line = JSONLine("name", hexadecimal([UInt8](field.name)))
                line.add("value", bytes: [UInt8](field.value))
                trailers += line.bytes + [0x7d]
            case .extensions(let view):
                var iterator = view.makeIterator()
                while let found = iterator.next() {
                    if !extensions.isEmpty { extensions.append(0x2c) }
                    var line = JSONLine("name", hexadecimal([UInt8](found.name)))
                    line.add("chunk", number: view.chunk)
                    if let value = found.value { line.add("value", bytes: value) }
                    extensions += line.bytes + [0x7d]
                }
            }
        }

        mutating func finish(_ decoder: ChunkedDecoder) {
            chunks = decoder.chunkCount
            consumed = decoder.offset
        }
    }

    static func json(_ error: ChunkedError) -> [UInt8] {
        var line = JSONLine("code", Array(error.code.description.utf8))
        line.add("offset", number: error.offset)
        return line.bytes + [0x7d]
    }

    private static func decoding(_ input: [UInt8], _ pieces: [Range<Int>], _ policy: ChunkedPolicy) -> Transcript {
        var decoder = ChunkedDecoder(policy: policy)
        var transcript = Transcript()
        do throws(ChunkedError) {
            for piece in pieces {
                let consumed = try input.withPiece(piece) { bytes throws(ChunkedError) in
                    try decoder.decode(bytes) { transcript.add($0) }
                }
                if consumed < piece.count { break }
            }
        } catch {
            transcript.error = json(error)
        }
        transcript.finish(decoder)
        return transcript
    }

    private static func pulling(_ input: [UInt8], _ pieces: [Range<Int>], _ policy: ChunkedPolicy) -> Transcript {
        var decoder = ChunkedDecoder(policy: policy)
        var transcript = Transcript()
        do throws(ChunkedError) {
            for piece in pieces {
                let consumed = try input.withPiece(piece) { bytes throws(ChunkedError) in
                    try decoder.withElements(in: bytes) { elements throws(ChunkedError) in
                        while let element = try elements.next() {
                            transcript.add(element)
                            if case .end = element { break }
                        }
                        return elements.consumed
                    }
                }
                if consumed < piece.count { break }
            }
        } catch {
            transcript.error = json(error)
        }
        transcript.finish(decoder)
        return transcript
    }

    private static func decodingInPlace(
        _ input: [UInt8], _ pieces: [Range<Int>], _ policy: ChunkedPolicy
    ) -> Transcript {
        var decoder = ChunkedDecoder(policy: policy)
        var transcript = Transcript()
        for piece in pieces {
            var buffer = Array(input[piece])
            var count = 0
            var consumed = 0
            do throws(ChunkedError) {
                consumed = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
                    let bytes = UnsafeMutableRawBufferPointer(bytes)
                    return try unsafe decoder.decodeInPlace(bytes, bodyLength: &count)
                }
            } catch {
                transcript.error = json(error)
            }
            transcript.body += buffer[..<count]
            if consumed < piece.count { break }
        }
        transcript.isComplete = decoder.isComplete
        transcript.finish(decoder)
        return transcript
    }

    /// Returns the sizes of the complete chunks that the stateless layer finds, and of the first incomplete one.
    private static func sizes(_ input: [UInt8], _ policy: ChunkedPolicy) -> [UInt8] {
        var text: [UInt8] = [0x5b]
        input.withBytes { bytes in
            var position = 0
            do throws(ChunkedError) {
                while position < bytes.byteCount,
                    let line = try ChunkSizeLine.parse(
                        bytes.extracting(droppingFirst: position), streamOffset: UInt64(position), policy: policy)
                {
                    if text.count > 1 { text.append(0x2c) }
                    text += Array(line.size.description.utf8)
                    position += line.length
                    guard line.size > 0, line.size + 2 <= UInt64(bytes.byteCount - position) else { break }
                    position += Int(line.size) + 2
                }
            } catch {
                if text.count > 1 { text.append(0x2c) }
                text += json(error)
            }
        }
        return text + [0x5d]
    }
}
