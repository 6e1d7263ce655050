import EventStreamCodec
import LambdaStreaming
import NIOCore

/// The body of a request, read piece by piece on demand.
struct RequestBody {
    private let connection: HTTPConnection
    private var framing: Framing
    private var owesContinue: Bool

    /// The number of bytes of content so far.
    private(set) var byteCount = 0

    /// The function's error from the trailer section. Complete when ``next()`` has returned nil.
    private(set) var errorTrailers = LambdaFunctionErrorTrailers()

    /// The error in the body, once it has been found.
    private var failure: RequestError?

    private enum Framing {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    init(_ head: RequestHead, on connection: HTTPConnection) {
        self.connection = connection
        owesContinue = head.expectsContinue
        framing =
            switch head.bodyFraming {
            case .length(let count): .length(remaining: count)
            case .chunked: .chunked(ChunkedDecoder())
            }
    }

    /// Returns the next bytes, at least one, or nil after the last.
    ///
    /// - Throws: ``RequestError`` for a body that breaks the grammar of RFC 9112 §7.1 or stops before its end.
    mutating func next() async throws -> ByteBuffer? {
        if owesContinue, connection.unread.readableBytes == 0 {
            try await connection.write([ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")])
        }
        owesContinue = false
        let piece =
            switch framing {
            case .length(let remaining): try await next(remaining: remaining)
            case .chunked(let decoder): try await next(decoder)
            }
        byteCount += piece?.readableBytes ?? 0
        return piece
    }

    /// Returns the whole body.
    ///
    /// - Throws: ``RequestError`` of status 413 if it is longer than `limit` bytes.
    mutating func collect(atMost limit: Int) async throws -> ByteBuffer {
        if case .length(let count) = framing, count > limit { throw Self.tooLarge(count, limit) }
        var whole = ByteBuffer()
        while var piece = try await next() {
            guard byteCount <= limit else { throw Self.tooLarge(byteCount, limit) }
            if whole.readableBytes == 0 { whole = piece } else { whole.writeBuffer(&piece) }
        }
        return whole
    }

    /// Reads what is left of a body that is not wanted, and drops it, as long as that is little: so that its sender,
    /// who may read no answer before it has sent all, gets one instead of a reset connection.
    mutating func discard() async {
        guard !owesContinue else { return }
        if case .length(let remaining) = framing, remaining > Self.maximumDiscardedByteCount { return }
        let limit = byteCount + Self.maximumDiscardedByteCount
        while byteCount < limit, (try? await next()) != nil {}
    }

    /// More than any payload that Lambda takes; who sends more than that on top has the connection closed.
    static let maximumDiscardedByteCount = 16 << 20

    private static func tooLarge(_ count: Int, _ limit: Int) -> RequestError {
        RequestError(.payloadTooLarge, "found a payload of \(count) bytes or more, expected at most \(limit) bytes")
    }

    private mutating func next(remaining: Int) async throws -> ByteBuffer? {
        guard remaining > 0 else { return nil }
        if connection.unread.readableBytes == 0 {
            guard await connection.read() else {
                throw RequestError.truncated(
                    "byte \(byteCount): found the end of the stream, expected \(remaining) bytes more")
            }
        }
        let piece = connection.unread.readSlice(length: min(remaining, connection.unread.readableBytes))
        framing = .length(remaining: remaining - (piece?.readableBytes ?? 0))
        return piece
    }

    private mutating func next(_ decoder: ChunkedDecoder) async throws -> ByteBuffer? {
        var decoder = decoder
        defer { framing = .chunked(decoder) }
        while !decoder.isComplete {
            if let failure { throw failure }
            if connection.unread.readableBytes == 0 {
                guard await connection.read() else {
                    do throws(ChunkedError) { try decoder.finish() } catch { throw RequestError.truncated("\(error)") }
                    return nil
                }
            }
            if let piece = try decode(with: &decoder) { return piece }
        }
        return nil
    }

    /// The content of what is unread: a slice of it when it belongs to one chunk, else its chunks put together.
    private mutating func decode(with decoder: inout ChunkedDecoder) throws -> ByteBuffer? {
        var slices: [Range<Int>] = []
        var trailers = errorTrailers
        var consumed = 0
        do {
            try unsafe connection.unread.withUnsafeReadableBytes { bytes in
                try unsafe decoder.withElements(in: bytes) { elements throws(ChunkedError) in
                    defer { consumed = elements.consumed }
                    while let element = try elements.next() {
                        switch element {
                        case .data(let data): slices.append((elements.consumed - data.byteCount)..<elements.consumed)
                        case .trailer(let field): trailers.receive(field)
                        case .extensions, .end: break
                        }
                    }
                }
            }
        } catch let error as ChunkedError {
            failure = RequestError(.badRequest, "\(error)")
        }
        // What came before the error is delivered before it.
        if let failure, slices.isEmpty { throw failure }
        errorTrailers = trailers
        let unread = connection.unread
        connection.unread.moveReaderIndex(forwardBy: consumed)
        guard let first = slices.first else { return nil }
        func slice(_ range: Range<Int>) -> ByteBuffer? {
            unread.getSlice(at: unread.readerIndex + range.lowerBound, length: range.count)
        }
        if slices.count == 1 { return slice(first) }
        var piece = ByteBufferAllocator().buffer(capacity: slices.reduce(0) { $0 + $1.count })
        for range in slices {
            if let part = slice(range) { piece.writeImmutableBuffer(part) }
        }
        return piece
    }
}
