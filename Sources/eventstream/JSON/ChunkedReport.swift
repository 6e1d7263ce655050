import EventStreamCodec
import TextCoding

/// What `eventstream chunked decode --json` prints about a body.
struct ChunkedReport {
    private var body: [UInt8] = []
    private var extensions: [UInt8] = []
    private var trailers: [UInt8] = []

    /// Takes note of an element.
    mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .end: break
        case .extensions(let view):
            var iterator = view.makeIterator()
            while let found = iterator.next() {
                if !extensions.isEmpty { extensions.append(UInt8(ascii: ",")) }
                extensions.append(json: "{\"chunk\":\(view.chunk),\"name\":")
                extensions.append(jsonLatin1: [UInt8](found.name))
                extensions.append(json: ",\"value\":")
                if let value = found.value {
                    extensions.append(jsonLatin1: value)
                } else {
                    extensions.append(json: "null")
                }
                extensions.append(json: "}")
            }
        case .trailer(let field):
            if !trailers.isEmpty { trailers.append(UInt8(ascii: ",")) }
            trailers.append(UInt8(ascii: "["))
            trailers.append(jsonLatin1: [UInt8](field.name))
            trailers.append(json: ",")
            trailers.append(jsonLatin1: [UInt8](field.value))
            trailers.append(json: "]")
        }
    }

    /// The line about the body that `decoder` has read, which ended with `failure`.
    func line(of decoder: ChunkedDecoder, _ failure: ChunkedError?) -> [UInt8] {
        let isIncomplete = failure?.code == .unexpectedEnd
        let status = failure == nil ? "complete" : isIncomplete ? "incomplete" : "error"
        var line: [UInt8] = []
        line.append(json: "{\"status\":\"\(status)\",\"body\":")
        body.withBytes { line.append(jsonBase64: $0) }
        line.append(json: ",\"chunks\":\(decoder.chunkCount),\"extensions\":[")
        line.append(contentsOf: extensions)
        line.append(json: "],\"trailers\":[")
        line.append(contentsOf: trailers)
        line.append(json: "],\"consumed\":\(decoder.offset),\"error\":")
        if let failure, !isIncomplete {
            line.append(json: "{\"code\":\"\(failure.code)\",\"offset\":\(failure.offset)}")
        } else {
            line.append(json: "null")
        }
        line.append(json: "}\n")
        return line
    }
}
