import AsyncHTTPClient
import EventStreamCodec
import EventStreamNIO
import Foundation
import Hummingbird
import Logging

/// Serves an upstream event stream to browsers, as server-sent events: `UPSTREAM=URL EventStreamToSSE [PORT]`.
@main struct EventStreamToSSE {
    static func main() async throws {
        guard let upstream = ProcessInfo.processInfo.environment["UPSTREAM"] else {
            let message = "EventStreamToSSE: found no UPSTREAM, expected the URL of a stream\n"
            FileHandle.standardError.write(Data(message.utf8))
            exit(64)
        }
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 9006
        var logger = Logger(label: "EventStreamToSSE")
        logger.logLevel = .notice
        let application = Application(
            router: router(upstream: upstream),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                print("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
                fflush(nil)
            },
            logger: logger)
        try await application.runService()
    }

    private static func router(upstream: String) -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: page))
        }
        router.get("/events") { request, context in
            // A status and its message are possible only before the first event.
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: upstream), timeout: .minutes(10))
            guard response.status == .ok else {
                throw HTTPError(.badGateway, message: "The upstream server answered \(response.status).")
            }
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache"],
                body: ResponseBody { writer in
                    // When the browser disconnects, the upstream response is cancelled, also while it is silent.
                    try await request.body.consumeWithCancellationOnInboundClose { _ in
                        try await forward(response.body, to: &writer, context.logger)
                    }
                    try await writer.finish(nil)
                })
        }
        return router
    }

    /// Writes an event for each message, and one for the end or the error. A browser that reads slowly holds back the upstream
    /// server: a message is read when the event before it was written.
    private static func forward(
        _ body: HTTPClientResponse.Body, to writer: inout any ResponseBodyWriter, _ logger: Logger
    ) async throws {
        do {
            for try await message in body.eventStreamMessages() {
                let event = ServerSentEvent(message)
                try await writer.write(event.bytes)
                if event.isFailure { return }
            }
            try await writer.write(ServerSentEvent("end").bytes)
        } catch let error as EventStreamError {
            logger.error("upstream: \(error)")
            let event = ServerSentEvent(ServerSentEvent.failure, "The upstream stream is corrupt or was cut.")
            try await writer.write(event.bytes)
        }
    }
}
