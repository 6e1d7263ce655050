#if NIO
import EventStreamCodec
import NIOCore

extension EventStreamEncoder {
    /// A message to be written: its payload as it was given, and the bytes before and after it.
    public struct Buffers: Sendable, Hashable {
        /// The prelude and the header block.
        public let head: ByteBuffer

        /// The payload. It was only read.
        public let payload: ByteBuffer

        /// The message CRC: the last four bytes.
        public let tail: ByteBuffer
    }

    /// Encodes a message around a payload that is not copied, for a vectored write.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload: the readable bytes, which are only read. Linear in their number.
    ///   - allocator: Allocates the head and the tail, in one piece.
    /// - Returns: The message.
    /// - Throws: `EventStreamError` if a header or a length cannot be encoded.
    public func buffers(
        headers: some EventStreamHeaderSource, payload: ByteBuffer,
        allocator: ByteBufferAllocator = ByteBufferAllocator()
    ) throws(EventStreamError) -> Buffers {
        let length = try encodedLength(headers: headers, payloadLength: payload.readableBytes)
        var buffer = allocator.buffer(capacity: length &- payload.readableBytes)
        try buffer.writeWithOutputRawSpan(minimumWritableBytes: length &- payload.readableBytes) {
            output throws(EventStreamError) in
            var message = try begin(headers: headers, payloadLength: payload.readableBytes, into: &output)
            try message.update(payload)
            try message.finish(into: &output)
        }
        // INVARIANT: what was just written ends with the message CRC, so both slices exist.
        let tail = buffer.getSlice(
            at: buffer.writerIndex &- EventStreamPrelude.messageCRCLength, length: EventStreamPrelude.messageCRCLength)
        buffer.moveWriterIndex(to: buffer.writerIndex &- EventStreamPrelude.messageCRCLength)
        return Buffers(head: buffer, payload: payload, tail: tail ?? ByteBuffer())
    }
}

extension ByteBuffer {
    /// Appends a message. Its payload is copied.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload.
    ///   - encoder: The encoder, with limits and a policy.
    /// - Returns: The length of the message in bytes.
    /// - Throws: `EventStreamError` if a header or a length cannot be encoded. The buffer is then unchanged.
    @discardableResult
    public mutating func writeEventStreamMessage(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable,
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) throws(EventStreamError) -> Int {
        let payload = payload.rawSpan
        let length = try encoder.encodedLength(headers: headers, payloadLength: payload.byteCount)
        try writeWithOutputRawSpan(minimumWritableBytes: length) { output throws(EventStreamError) in
            try encoder.encode(headers: headers, payload: payload, into: &output)
        }
        return length
    }
}

/// A message to be written to a channel.
public struct EventStreamOutboundMessage: Sendable {
    /// The headers: created for this message, or encoded once for many.
    public enum Headers: Sendable {
        case values(EventStreamHeaders)
        case encoded(EventStreamEncodedHeaders)
    }

    /// The headers.
    public var headers: Headers

    /// The payload, which is not copied.
    public var payload: ByteBuffer

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - headers: The headers.
    ///   - payload: The payload.
    public init(headers: EventStreamHeaders, payload: ByteBuffer = ByteBuffer()) {
        self.headers = .values(headers)
        self.payload = payload
    }

    /// Creates a message with headers that were encoded once, for many messages.
    ///
    /// - Parameters:
    ///   - headers: The headers.
    ///   - payload: The payload.
    public init(headers: EventStreamEncodedHeaders, payload: ByteBuffer = ByteBuffer()) {
        self.headers = .encoded(headers)
        self.payload = payload
    }
}

/// Encodes the messages that are written to a channel, in its pipeline.
///
/// Head, payload and tail are written one after the other, and the payload is not copied; the channel sends them with one system
/// call when it is flushed. A message that cannot be encoded fails its promise with an `EventStreamError`, and nothing of it is
/// written. Without a promise, the error is passed on with `fireErrorCaught`.
public final class EventStreamEncodingHandler: ChannelOutboundHandler {
    /// A message.
    public typealias OutboundIn = EventStreamOutboundMessage
    /// Its bytes.
    public typealias OutboundOut = ByteBuffer

    private let encoder: EventStreamEncoder

    /// Creates a handler.
    ///
    /// - Parameter encoder: The encoder, with limits and a policy.
    public init(_ encoder: EventStreamEncoder = EventStreamEncoder()) {
        self.encoder = encoder
    }

    /// Encodes a message and writes its bytes.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let message = unwrapOutboundIn(data)
        let allocator = context.channel.allocator
        do throws(EventStreamError) {
            let buffers =
                switch message.headers {
                case .values(let headers):
                    try encoder.buffers(headers: headers, payload: message.payload, allocator: allocator)
                case .encoded(let headers):
                    try encoder.buffers(headers: headers, payload: message.payload, allocator: allocator)
                }
            context.write(wrapOutboundOut(buffers.head), promise: nil)
            if buffers.payload.readableBytes > 0 { context.write(wrapOutboundOut(buffers.payload), promise: nil) }
            context.write(wrapOutboundOut(buffers.tail), promise: promise)
        } catch {
            context.reject(error, promise)
        }
    }
}

extension ChannelHandlerContext {
    /// Fails what could not be encoded: its promise, or the pipeline if there is none.
    func reject(_ error: any Error, _ promise: EventLoopPromise<Void>?) {
        if let promise { promise.fail(error) } else { fireErrorCaught(error) }
    }
}

@available(*, unavailable)
extension EventStreamEncodingHandler: Sendable {}
#endif
