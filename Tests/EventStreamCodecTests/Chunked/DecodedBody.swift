import EventStreamCodec
import Foundation
import TestSupport

/// The results of decoding a chunked body in each way.
enum DecodedBody {
    /// Decodes `input` in the given pieces.
    static func decoding(
        _ input: [UInt8], pieces: some Sequence<Range<Int>>, limits: ChunkedLimits = .standard,
        policy: ChunkedPolicy = .strict
    ) -> ChunkedVector.Outcome {
        var decoder = ChunkedDecoder(limits: limits, policy: policy)
        var outcome = ChunkedVector.Outcome()
        do throws(ChunkedError) {
            for piece in pieces {
                let consumed = try unsafe decoder.decode(input.span.bytes.extracting(piece)) { outcome.note($0) }
                if consumed < piece.count { break }
            }
        } catch {
            outcome.note(error)
        }
        outcome.chunks = decoder.chunkCount
        outcome.consumed = decoder.offset
        return outcome
    }

    /// Decodes `input` in place, in the given pieces. Extensions and trailers are not delivered.
    static func decodingInPlace(
        _ input: [UInt8], pieces: some Sequence<Range<Int>>
    ) -> (body: Data, error: ChunkedError?, consumed: UInt64, isComplete: Bool) {
        var decoder = ChunkedDecoder()
        var body = Data()
        for piece in pieces {
            var buffer = Array(input[piece])
            var count = 0
            do throws(ChunkedError) {
                let consumed = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(ChunkedError) in
                    try unsafe decoder.decodeInPlace(UnsafeMutableRawBufferPointer(bytes), bodyLength: &count)
                }
                body.append(contentsOf: buffer[..<count])
                // Bytes that were not consumed are unchanged.
                if Array(buffer[consumed...]) != Array(input[piece][(piece.lowerBound + consumed)...]) {
                    return (body, nil, 0, false)
                }
            } catch {
                body.append(contentsOf: buffer[..<count])
                return (body, error, decoder.offset, false)
            }
            if decoder.isComplete { break }
        }
        return (body, nil, decoder.offset, decoder.isComplete)
    }

    /// Parses `input` with the stateless layer.
    static func parsing(_ input: [UInt8]) -> ChunkedVector.Outcome {
        var outcome = ChunkedVector.Outcome()
        var position = 0
        let span = unsafe input.span.bytes
        do throws(ChunkedError) {
            while let line = try ChunkSizeLine.parse(
                span.extracting(droppingFirst: position), streamOffset: UInt64(position))
            {
                position += line.length
                guard !line.isLast else { break }
                outcome.chunks += 1
                let size = Int(clamping: line.size)
                guard size <= input.count - position else { return outcome }
                outcome.body.append(contentsOf: input[position..<(position + size)])
                // The caller checks the CRLF after the data.
                position += size
                guard input[position...].starts(with: [0x0d, 0x0a]) else { return outcome }
                position += 2
            }
            while let line = try ChunkedTrailerLine.parse(
                span.extracting(droppingFirst: position), streamOffset: UInt64(position))
            {
                switch line {
                case .field(let name, let value, let length):
                    outcome.trailers.append(
                        [name, value].map { range in
                            latin1(input[(position + range.lowerBound)..<(position + range.upperBound)])
                        })
                    position += length
                case .end:
                    outcome.status = "complete"
                    outcome.consumed = UInt64(position) + 2
                    return outcome
                }
            }
        } catch {
            outcome.note(error)
        }
        return outcome
    }
}

/// Returns bytes as text, one character per byte.
func latin1(_ bytes: some Sequence<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

extension ChunkedVector.Outcome {
    fileprivate mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: [UInt8](data))
        case .end: status = "complete"
        case .trailer(let field):
            trailers.append([latin1([UInt8](field.name)), latin1([UInt8](field.value))])
        case .extensions(let view):
            var iterator = view.makeIterator()
            while let found = iterator.next() {
                extensions.append(
                    ChunkedVector.Extension(
                        chunk: view.chunk, name: latin1([UInt8](found.name)),
                        value: found.value.map { latin1($0) }))
            }
        }
    }

    fileprivate mutating func note(_ error: ChunkedError) {
        status = "error"
        self.error = ChunkedVector.Failure(code: error.code.description, offset: error.offset)
    }
}
