#if NIO
import EventStreamCodec
import EventStreamNIO
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@Suite struct ChannelHandlerTests {
    // MARK: Decoding

    /// A channel that decodes messages, and what it was made of.
    private func channel(
        onError treatment: StreamDecodingHandler<EventStreamBufferDecoder>.ErrorTreatment = .close
    ) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: StreamDecodingHandler(EventStreamBufferDecoder(), onError: treatment))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func eachMessageIsPassedOnWhenItIsComplete() throws {
        let bytes = try stream([[1], [2, 2]])
        let channel = try channel()
        for byte in bytes.dropLast() { try channel.writeInbound(ByteBuffer(bytes: [byte])) }
        #expect(try channel.readInbound(as: EventStreamMessageBuffer.self)?.payload.bytes == [1])
        #expect(try channel.readInbound(as: EventStreamMessageBuffer.self) == nil)
        try channel.writeInbound(ByteBuffer(bytes: bytes.suffix(1)))
        #expect(try channel.readInbound(as: EventStreamMessageBuffer.self)?.payload.bytes == [2, 2])
        #expect(try channel.finish().isClean)
    }

    @Test(arguments: [true, false])
    func anErrorFollowsTheMessagesBeforeIt(closes: Bool) throws {
        let channel = try channel(onError: closes ? .close : .keepOpen)
        let bytes = try stream([[1]]) + Array(repeating: 0, count: 16)
        #expect(
            throws: EventStreamError(.preludeCRCMismatch, at: UInt64(bytes.count - 8), found: 0, expected: 0x6522_df69)
        ) {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        }
        #expect(try channel.readInbound(as: EventStreamMessageBuffer.self)?.payload.bytes == [1])
        #expect(channel.isActive == !closes)
        guard !closes else { return }
        // What follows is not decoded, and the error is not repeated.
        try channel.writeInbound(ByteBuffer(bytes: try stream([[2]])))
        #expect(try channel.readInbound(as: EventStreamMessageBuffer.self) == nil)
        #expect(try channel.finish().isClean)
    }

    @Test(arguments: [true, false])
    func anEndInsideAMessageIsAnError(halfClosed: Bool) throws {
        let channel = try channel(onError: .keepOpen)
        try channel.writeInbound(ByteBuffer(bytes: try stream([[1]]).dropLast()))
        if halfClosed {
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        } else {
            channel.pipeline.fireChannelInactive()
        }
        #expect(throws: EventStreamError.self) { try channel.throwIfErrorCaught() }
    }

    @Test func anEndBetweenMessagesIsNone() throws {
        let channel = try channel()
        try channel.writeInbound(ByteBuffer(bytes: try stream([[1]])))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try channel.throwIfErrorCaught()
        #expect(channel.isActive)
    }

    @Test func bytesAfterABodyArePassedOnWhenTheHandlerIsRemoved() throws {
        let handler = StreamDecodingHandler(ChunkedBufferDecoder())
        let channel = EmbeddedChannel(handler: handler)
        try channel.writeInbound(ByteBuffer(string: "2\r\nhi\r\n0\r\n\r\nHTTP"))
        try channel.writeInbound(ByteBuffer(string: "/1.1"))
        #expect(try channel.readInbound(as: ChunkedBufferElement.self) == .data(ByteBuffer(string: "hi")))
        #expect(try channel.readInbound(as: ChunkedBufferElement.self) == .end)
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        try channel.pipeline.syncOperations.removeHandler(handler).wait()
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "HTTP/1.1"))
    }

    // MARK: Encoding

    @Test func aPayloadIsWrittenUncopiedBetweenHeadAndTail() throws {
        let channel = EmbeddedChannel(handler: EventStreamEncodingHandler())
        let payload = ByteBuffer(repeating: 5, count: 3_000)
        let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "chunk"]
        let encoded = try EventStreamEncodedHeaders(headers)
        let expected = try EventStreamMessage(headers: headers, payload: payload.bytes).encoded()
        for message in [
            EventStreamOutboundMessage(headers: headers, payload: payload),
            EventStreamOutboundMessage(headers: encoded, payload: payload),
        ] {
            try channel.writeOutbound(message)
            let head = try #require(try channel.readOutbound(as: ByteBuffer.self))
            let body = try #require(try channel.readOutbound(as: ByteBuffer.self))
            let tail = try #require(try channel.readOutbound(as: ByteBuffer.self))
            #expect(head.bytes + body.bytes + tail.bytes == expected)
            #expect(body.addresses == payload.addresses)
            #expect(tail.readableBytes == 4)
        }
    }

    @Test func aMessageThatCannotBeEncodedFailsItsPromise() throws {
        let channel = EmbeddedChannel(handler: EventStreamEncodingHandler())
        let message = EventStreamOutboundMessage(headers: ["": 1])
        let written = channel.write(message)
        channel.flush()
        #expect(throws: EventStreamError.self) { try written.wait() }
        channel.pipeline.syncOperations.write(NIOAny(message), promise: nil)
        #expect(throws: EventStreamError.self) { try channel.throwIfErrorCaught() }
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func aChunkedBodyIsWritten() throws {
        let channel = EmbeddedChannel(handler: ChunkedEncodingHandler())
        let data = ByteBuffer(string: "hello")
        for _ in 0..<2 {
            try channel.writeOutbound(ChunkedOutboundElement.chunk(data, extensions: [ChunkExtension("a", "b")]))
            try channel.writeOutbound(ChunkedOutboundElement.chunk(ByteBuffer()))
            try channel.writeOutbound(ChunkedOutboundElement.end(trailers: [ChunkedTrailer("X", "y")]))
        }
        var text = ""
        var isUncopied = false
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
            text += String(buffer: buffer)
            isUncopied = isUncopied || buffer.addresses == data.addresses
        }
        let body = "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"
        #expect(text == body + body)
        #expect(isUncopied)
        let bad = channel.write(ChunkedOutboundElement.end(trailers: [ChunkedTrailer("a b", "")]))
        channel.flush()
        #expect(throws: ChunkedError.self) { try bad.wait() }
    }

    @Test func messagesAreAppendedToABuffer() throws {
        var buffer = ByteBuffer(string: "x")
        let payload = ByteBuffer(string: "hello")
        let length = try buffer.writeEventStreamMessage(headers: ["a": 1] as EventStreamHeaders, payload: payload)
        #expect(length == buffer.readableBytes - 1)
        #expect(buffer.readString(length: 1) == "x")
        #expect(try EventStreamBufferDecoder().decodingOne(&buffer)?.payload == payload)
        #expect(throws: EventStreamError.self) {
            try buffer.writeEventStreamMessage(headers: ["": 1] as EventStreamHeaders, payload: payload)
        }
        #expect(buffer.readableBytes == 0)
    }
}

extension EventStreamBufferDecoder {
    fileprivate func decodingOne(_ buffer: inout ByteBuffer) throws -> EventStreamMessageBuffer? {
        var decoder = self
        return try decoder.decode(buffer: &buffer)
    }
}
#endif
