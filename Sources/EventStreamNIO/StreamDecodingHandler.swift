#if NIO
import NIOCore

/// Decodes the bytes that a channel receives, in its pipeline.
///
/// ```swift
/// try channel.pipeline.syncOperations.addHandler(StreamDecodingHandler(EventStreamBufferDecoder()))
/// ```
///
/// Each element is passed on as soon as its last byte has arrived. The handler keeps only the start of an incomplete element, and
/// reads only when its channel reads, so back-pressure works as without it.
///
/// An error is passed on with `fireErrorCaught`, after all elements before it, and nothing that follows is decoded. It is an error
/// too if the input is closed inside an element, also if only one direction is closed. When the stream of a ``ChunkedBufferDecoder``
/// is complete, the handler keeps the bytes that follow. They are passed on when the handler is removed.
public final class StreamDecodingHandler<Decoder: StreamBufferDecoder>: ChannelInboundHandler, RemovableChannelHandler {
    /// Bytes of the stream.
    public typealias InboundIn = ByteBuffer
    /// An element.
    public typealias InboundOut = Decoder.InboundOut

    /// What the handler does to its channel after an error.
    public enum ErrorTreatment: Sendable, Hashable {
        /// Closes the channel, after the error was passed on.
        case close

        /// Leaves the channel open, for another handler to answer the error.
        case keepOpen
    }

    private var decoder: BufferedDecoder<Decoder>
    private let errorTreatment: ErrorTreatment

    /// Whether the stream has failed or ended.
    private var hasEnded = false

    /// Creates a handler for one channel.
    ///
    /// - Parameters:
    ///   - decoder: A decoder at the start of the stream.
    ///   - errorTreatment: What to do to the channel after an error.
    public init(_ decoder: Decoder, onError errorTreatment: ErrorTreatment = .close) {
        self.decoder = BufferedDecoder(decoder)
        self.errorTreatment = errorTreatment
    }

    /// Passes on the elements that the bytes complete.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        decoder.append(unwrapInboundIn(data))
        do {
            // A handler that receives an element may remove this one or close the channel.
            while !hasEnded, let element = try decoder.next() { context.fireChannelRead(wrapInboundOut(element)) }
        } catch {
            fail(error, context)
        }
    }

    /// Ends the stream if the input is closed.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { finish(context) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Ends the stream.
    public func channelInactive(context: ChannelHandlerContext) {
        finish(context)
        context.fireChannelInactive()
    }

    /// Passes on the bytes that have not been decoded.
    public func handlerRemoved(context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        let rest = decoder.unread
        if rest.readableBytes > 0 { context.fireChannelRead(NIOAny(rest)) }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        do {
            try decoder.finish()
            hasEnded = true
        } catch {
            fail(error, context)
        }
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        hasEnded = true
        context.fireErrorCaught(error)
        if errorTreatment == .close { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension StreamDecodingHandler: Sendable {}
#endif
