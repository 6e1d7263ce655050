import CZlib
import LambdaStreamingRuntime
import NIOCore

/// Sends the event back, compressed while it is sent.
func gzip(_ event: InvocationEvent, _ responseStream: ResponseStream, _ context: InvocationContext) async throws {
    let body = try HTTPResponseStream.from(
        responseStream,
        HTTPResponsePrelude(headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"]))
    try await pipeline(Pieces(of: event.buffer), Gzip(), body)
}

/// A buffer in four pieces, with a pause between them.
private struct Pieces: AsyncSequence, AsyncIteratorProtocol {
    private var rest: ByteBuffer
    private let size: Int
    private var isFirst = true

    init(of buffer: ByteBuffer) {
        rest = buffer
        size = Swift.max((buffer.readableBytes + 3) / 4, 1)
    }

    mutating func next() async throws -> ByteBuffer? {
        guard rest.readableBytes > 0 else { return nil }
        if !isFirst { try await Task.sleep(for: .milliseconds(500)) }
        isFirst = false
        return rest.readSlice(length: Swift.min(size, rest.readableBytes))
    }

    func makeAsyncIterator() -> Pieces { self }
}

/// Compresses to the gzip format (RFC 1952). Every piece is flushed, so the caller can decompress it immediately.
struct Gzip: ResponseTransform {
    private let stream = Deflate()

    func transform(_ input: ByteBuffer, into output: inout ByteBuffer) throws {
        try stream.deflate(input, Z_SYNC_FLUSH, into: &output)
    }

    func finish(into output: inout ByteBuffer) throws {
        try stream.deflate(ByteBuffer(), Z_FINISH, into: &output)
    }
}

/// zlib's compressor. It is a class because zlib keeps a pointer to its stream.
@safe private final class Deflate {
    struct Failure: Error {
        var code: Int32
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// A window of 32 KiB; 16 more select the gzip format instead of zlib's.
    private static let windowBits: Int32 = 15 + 16

    /// The least space for output in one call, in bytes.
    private static let outputByteCount = 16_384

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib rejected constant parameters")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Compresses all of `input` and appends the result to `output`.
    func deflate(_ input: ByteBuffer, _ flush: Int32, into output: inout ByteBuffer) throws {
        var bytes = Array(input.readableBytesView)
        try unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe stream.pointee.next_in = bytes.baseAddress
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            var isFull = false
            repeat {
                try unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.outputByteCount) { buffer in
                    unsafe stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
                    unsafe stream.pointee.avail_out = UInt32(buffer.count)
                    // Z_BUF_ERROR: there was nothing left to flush.
                    let code = unsafe CZlib.deflate(stream, flush)
                    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(code) else { throw Failure(code: code) }
                    isFull = unsafe stream.pointee.avail_out == 0
                    return unsafe buffer.count - Int(stream.pointee.avail_out)
                }
            } while isFull
        }
    }
}
