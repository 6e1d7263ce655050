import EventStreamCodec
import Testing

/// What came of a stream: where its messages stood, and the error that ended it.
struct DecodedStream: Equatable {
    /// The place of each message in the stream. That the bytes lent are those of the stream is checked on the way.
    var frames: [Range<Int>] = []

    /// What decoding or finishing threw.
    var error: EventStreamError?

    /// Whether every frame lent had the bytes that stand at its place in the stream.
    var framesMatchStream = true

    private mutating func note(_ frame: RawSpan, at offset: UInt64, in stream: [UInt8]) {
        let place = Int(offset)..<(Int(offset) + frame.byteCount)
        frames.append(place)
        let isSame = unsafe frame.withUnsafeBytes { frame in
            unsafe place.upperBound <= stream.count && frame.elementsEqual(stream[place])
        }
        framesMatchStream = framesMatchStream && isSame
    }

    /// Decodes `stream`, cut into the given pieces.
    static func decoding(
        _ stream: [UInt8], pieces: some Sequence<Range<Int>>, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) -> DecodedStream {
        var decoder = EventStreamDecoder(limits: limits, policy: policy)
        var result = DecodedStream()
        do throws(EventStreamError) {
            for piece in pieces {
                try unsafe decoder.decode(stream.span.bytes.extracting(piece)) { message in
                    result.note(message.frame, at: message.offset, in: stream)
                }
            }
            try decoder.finish()
        } catch {
            result.error = error
        }
        return result
    }

    /// Decodes `stream` as segments, cut into the given pieces.
    static func decodingSegments(
        _ stream: [UInt8], pieces: some Sequence<Range<Int>>, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) -> DecodedStream {
        var decoder = EventStreamSegmentDecoder(limits: limits, policy: policy)
        var result = DecodedStream()
        var start = 0
        var position = 0
        func matches(_ bytes: RawSpan) -> Bool {
            unsafe bytes.withUnsafeBytes { unsafe $0.elementsEqual(stream[position..<(position + $0.count)]) }
        }
        do throws(EventStreamError) {
            for piece in pieces {
                try unsafe decoder.decode(stream.span.bytes.extracting(piece)) { segment in
                    switch segment {
                    case .begin(let headers, let prelude):
                        start = Int(headers.offset) - EventStreamPrelude.length
                        position = Int(headers.offset)
                        if !matches(headers.encoded) || headers.encoded.byteCount != prelude.headersLength {
                            result.framesMatchStream = false
                        }
                        position += headers.encoded.byteCount
                    case .payload(let bytes):
                        if bytes.isEmpty || !matches(bytes) { result.framesMatchStream = false }
                        position += bytes.byteCount
                    case .end:
                        result.frames.append(start..<(position + EventStreamPrelude.messageCRCLength))
                    }
                }
            }
            try decoder.finish()
        } catch {
            result.error = error
        }
        return result
    }

    /// Takes `stream` apart with the stateless frame layer.
    static func parsing(
        _ stream: [UInt8], limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> DecodedStream {
        var result = DecodedStream()
        var position = 0
        do throws(EventStreamError) {
            loop: while position < stream.count {
                let rest = unsafe stream.span.bytes.extracting(droppingFirst: position)
                switch try EventStreamFrame.parse(rest, streamOffset: UInt64(position), limits: limits, policy: policy)
                {
                case .message(let message):
                    result.note(message.frame, at: message.offset, in: stream)
                    position += message.prelude.totalLength
                case .incomplete: break loop
                }
            }
        } catch {
            result.error = error
        }
        return result
    }
}

/// Records an issue when `condition` is false: an expectation cheap enough for millions of cases.
func verify(
    _ condition: Bool, _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
    if !condition { Issue.record("\(what())", sourceLocation: sourceLocation) }
}

/// The ranges that cut `count` bytes at `cuts`.
func pieces(of count: Int, cutAt cuts: Int...) -> [Range<Int>] {
    let bounds = [0] + cuts + [count]
    return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
}

/// The ranges that cut `count` bytes into pieces of `size`.
func pieces(of count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
