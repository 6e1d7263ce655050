#if NIO
import EventStreamCodec
import NIOCore

extension ByteBuffer: RawBytes {
    /// The readable bytes, borrowed from the buffer.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { readableBytesSpan }
    }
}

/// A complete and checked message in the `ByteBuffer` that it arrived in.
///
/// The message is a slice: nothing is copied, and the memory of the whole buffer is kept as long as the message is. To keep a few
/// messages for long, copy them: `EventStreamMessage(message.view)`.
///
/// ```swift
/// for try await message in response.body.eventStreamMessages() {
///     if message.view.eventType == "chunk" { try await client.write(message.payload) }
/// }
/// ```
public struct EventStreamMessageBuffer: Sendable, Hashable {
    /// All bytes of the message, from its prelude to its message CRC.
    public let frame: ByteBuffer

    /// The lengths of the message's parts, and the ranges that follow from them.
    public let prelude: EventStreamPrelude

    /// The position of the message, in bytes from the start of the stream.
    public let offset: UInt64

    /// - Parameters:
    ///   - frame: The readable bytes are a message that has been checked.
    ///   - prelude: Its prelude.
    ///   - offset: The position of the message in the stream.
    init(checked frame: ByteBuffer, prelude: EventStreamPrelude, offset: UInt64) {
        self.frame = frame
        self.prelude = prelude
        self.offset = offset
    }

    /// The message, borrowed from the buffer: its headers, its payload and what they mean.
    public var view: EventStreamMessageView {
        @_lifetime(borrow self)
        get { EventStreamMessageView(unchecked: frame.readableBytesSpan, prelude: prelude, offset: offset) }
    }

    /// The payload, a slice of ``frame``.
    public var payload: ByteBuffer {
        let range = prelude.payloadRange
        // INVARIANT: the ranges of a prelude lie in its frame, so the slice exists.
        return frame.getSlice(at: frame.readerIndex &+ range.lowerBound, length: range.count) ?? ByteBuffer()
    }

    /// A copy of the headers, in wire order. Linear in the length of the header block.
    public var headers: EventStreamHeaders { EventStreamHeaders(view.headers) }

    /// What the message means, with copies of its names.
    public var kind: EventStreamMessage.Kind { EventStreamMessage.Kind(view.kind) }
}

extension EventStreamMessageBuffer: CustomStringConvertible {
    /// A summary such as `event chunk (5 headers, 1,024 bytes)`; the bytes are the payload's.
    public var description: String { view.description }
}
#endif
