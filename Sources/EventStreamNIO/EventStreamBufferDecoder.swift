#if NIO
import EventStreamCodec
import NIOCore

/// Decodes messages whose payloads are slices of the buffers that they arrived in.
///
/// In a pipeline, add a ``StreamDecodingHandler``; for the body of a response or a request, iterate over
/// `body.eventStreamMessages()`. After an error the decoder throws the same error again, until ``reset()``.
public struct EventStreamBufferDecoder: StreamBufferDecoder, Sendable {
    /// A message.
    public typealias InboundOut = EventStreamMessageBuffer

    private var machine: EventStreamMachine
    private var known = KnownHeaderBlocks()

    /// Creates a decoder at the start of a stream.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict) {
        machine = EventStreamMachine(.message, limits: limits, policy: policy)
    }

    /// The position of the next message, in bytes from the start of the stream.
    public var offset: UInt64 { machine.offset }

    /// The number of bytes of the next message: 12 until its prelude has been seen.
    public var neededLength: Int { machine.neededLength }

    /// False: an event stream ends where its bytes end.
    public var isComplete: Bool { false }

    /// Decodes the message at the front of a buffer.
    ///
    /// - Parameter buffer: The stream from the start of a message. A complete message is read, an incomplete one is not.
    /// - Returns: The message, or nil if it is incomplete.
    /// - Throws: `EventStreamError`.
    /// - Complexity: O(*n*), where *n* is the length of the message.
    public mutating func decode(buffer: inout ByteBuffer) throws -> EventStreamMessageBuffer? {
        let offset = machine.offset
        guard let prelude = try machine.readMessage(buffer.readableBytesSpan, &known)?.prelude,
            let frame = buffer.readSlice(length: prelude.totalLength)
        else { return nil }
        return EventStreamMessageBuffer(checked: frame, prelude: prelude, offset: offset)
    }

    /// Ends the stream.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived and are not part of a message that was returned.
    /// - Throws: `EventStreamError` with the code `unexpectedEnd` if the stream ends inside a message; the stream's error, if it had
    ///   one.
    public mutating func finish(unreadLength: Int) throws {
        try machine.finish(unreadLength: unreadLength)
    }

    /// Prepares the decoder for another stream, from offset 0.
    public mutating func reset() {
        machine.reset()
    }
}

/// A part of a message in the `ByteBuffer` that it arrived in. The parts come in this order: `begin`, any number of `payload`, `end`.
public enum EventStreamBufferSegment: Sendable, Hashable {
    /// A message begins. Its prelude has been checked and its header block is well-formed, but both are **unverified**: the message
    /// CRC, which covers the headers too, comes last.
    case begin(headers: EventStreamHeaders, prelude: EventStreamPrelude)

    /// The next bytes of the payload, at least one. They are **unverified** until `end`: use them only in ways that you can undo.
    case payload(ByteBuffer)

    /// The message has ended and its CRC matches. Everything since `begin` is verified.
    case end(messageCRC: UInt32)
}

/// Decodes messages of any length in parts, which are slices of the buffers that they arrived in.
///
/// A payload is never gathered, so a message of 4 GiB needs no more memory than one of its buffers. A header block that straddles
/// buffers is gathered.
public struct EventStreamBufferSegmentDecoder: StreamBufferDecoder, Sendable {
    /// A part of a message.
    public typealias InboundOut = EventStreamBufferSegment

    private var machine: EventStreamMachine
    private var known = KnownHeaderBlocks()

    /// Creates a decoder at the start of a stream. By default, it accepts payloads of any length.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    public init(limits: EventStreamLimits = .segments, policy: EventStreamPolicy = .strict) {
        machine = EventStreamMachine(.field, limits: limits, policy: policy)
    }

    /// The number of bytes of the stream that have been read.
    public var offset: UInt64 { machine.offset }

    /// The number of bytes of the next field; 1 for a payload.
    public var neededLength: Int { Swift.max(machine.neededLength, 1) }

    /// False: an event stream ends where its bytes end.
    public var isComplete: Bool { false }

    /// Decodes the part of a message at the front of a buffer.
    ///
    /// - Parameter buffer: The next bytes of the stream. What is returned is read, and also a prelude whose headers are incomplete.
    /// - Returns: The part, or nil if its bytes are incomplete.
    /// - Throws: `EventStreamError`.
    /// - Complexity: O(*n*), where *n* is the length of the part.
    public mutating func decode(buffer: inout ByteBuffer) throws -> EventStreamBufferSegment? {
        while true {
            let length: Int
            var segment: EventStreamBufferSegment?
            switch try machine.readField(buffer.readableBytesSpan, &known) {
            case nil: return nil
            case .prelude:
                buffer.moveReaderIndex(forwardBy: EventStreamPrelude.length)
                continue
            case .headers(let headers, let prelude):
                length = prelude.headersLength
                segment = .begin(headers: EventStreamHeaders(headers), prelude: prelude)
            case .payload(let bytes): length = bytes.byteCount
            case .messageCRC(let crc):
                length = EventStreamPrelude.messageCRCLength
                segment = .end(messageCRC: crc)
            }
            let bytes = buffer.readSlice(length: length)
            return segment ?? bytes.map { .payload($0) }
        }
    }

    /// Ends the stream.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived and have not been read.
    /// - Throws: `EventStreamError` with the code `unexpectedEnd` if the stream ends inside a message; the stream's error, if it had
    ///   one.
    public mutating func finish(unreadLength: Int) throws {
        try machine.finish(unreadLength: unreadLength)
    }

    /// Prepares the decoder for another stream, from offset 0.
    public mutating func reset() {
        machine.reset()
    }
}
#endif
