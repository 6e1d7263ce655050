#if Network
import AsyncHTTPClient
import Dispatch
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Passes a response from the event loop to the thread that waits for it.
///
/// The client continues to read only when the waiting thread has used a piece of the body, so at most one piece is held.
final class ResponseMailbox: HTTPClientResponseDelegate {
    private let state = NIOLockedValueBox(State())

    /// Counts the events that have not been taken.
    private let available = DispatchSemaphore(value: 0)

    /// What can arrive.
    enum Event {
        case head(HTTPResponseHead)
        /// A piece of the body. The next one follows when `used` has succeeded.
        case body(ByteBuffer, used: EventLoopPromise<Void>)
        case end(failure: (any Error)?)
    }

    private struct State {
        var events: [Event] = []
        var brokenBy: (any Error)?
    }

    /// Waits for the next event.
    ///
    /// - Parameter seconds: How long to wait; nil for any time.
    /// - Returns: The event, or nil if there was none in this time.
    func take(waiting seconds: Double?) -> Event? {
        let limit = seconds.map { DispatchTime.now() + $0 } ?? .distantFuture
        guard available.wait(timeout: limit) == .success else { return nil }
        return state.withLockedValue { $0.events.removeFirst() }
    }

    /// Records why the response is incomplete, for the event of its end.
    func breakOff(with error: any Error) {
        state.withLockedValue { $0.brokenBy = $0.brokenBy ?? error }
    }

    /// Ends the client's wait for pieces that will not be used.
    func discardAll() {
        for case .body(_, let used) in state.withLockedValue({ $0.events }) { used.succeed() }
    }

    private func put(_ event: Event) {
        state.withLockedValue { $0.events.append(event) }
        available.signal()
    }

    // MARK: HTTPClientResponseDelegate

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        put(.head(head))
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let used = task.eventLoop.makePromise(of: Void.self)
        put(.body(buffer, used: used))
        return used.futureResult
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        put(.end(failure: error))
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        put(.end(failure: state.withLockedValue { $0.brokenBy }))
    }
}

/// Ends a response whose connection fails inside the body as if it were complete, and records the failure.
///
/// If a connection fails, AsyncHTTPClient drops data that it has received and not passed on. Before a regular end, it passes
/// everything on.
final class BrokenResponseHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private let mailbox: ResponseMailbox
    private var isInBody = false
    private var hasBroken = false

    private init(_ mailbox: ResponseMailbox) {
        self.mailbox = mailbox
    }

    /// Adds a handler directly after the decoder of a client's channel.
    ///
    /// - Parameter decoder: The type of the decoder.
    static func add<Decoder: ChannelHandler & SendableMetatype>(
        to channel: any Channel, after decoder: Decoder.Type, for mailbox: ResponseMailbox
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: decoder)
            try pipeline.addHandler(BrokenResponseHandler(mailbox), position: .after(decoder))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasBroken else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): isInBody = head.status.code >= 200 || head.status == .switchingProtocols
        case .body: break
        case .end: isInBody = false
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isInBody {
            endBody(context, with: error)
            context.close(promise: nil)
        } else if !hasBroken {
            context.fireErrorCaught(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isInBody { endBody(context, with: HTTPClientError.remoteConnectionClosed) }
        context.fireChannelInactive()
    }

    private func endBody(_ context: ChannelHandlerContext, with error: any Error) {
        (isInBody, hasBroken) = (false, true)
        mailbox.breakOff(with: error)
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }
}

#endif
