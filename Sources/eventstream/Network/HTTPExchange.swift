#if Network
import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import SystemPackage

/// How a server is reached.
struct ConnectionSettings {
    var proxy: HTTPClient.Configuration.Proxy?

    /// The authorities that are trusted, in addition to those of the system.
    var authorities: [NIOSSLCertificate] = []

    /// Whether HTTP/2 is used if the server offers it.
    var allowsHTTP2 = false

    /// The maximum time for connecting, in seconds.
    var connectTimeout = 10.0

    /// The maximum time without a byte from the server, in seconds; nil for any time.
    var idleTimeout: Double?
}

/// One HTTP request and its response. A thread reads the response and blocks until it arrives.
///
/// While the caller does not read, nothing is read from the connection, so a slow reader slows the server down. Memory
/// does not grow with the body.
struct HTTPExchange: ~Copyable {
    private let client: HTTPClient
    private let mailbox: ResponseMailbox

    /// The URL, for messages.
    private let name: String

    private var contentEncoding = ""

    /// Nil before the head and if the coding is unknown.
    private var decoder: ContentDecoder?
    private var state = State.beforeHead

    private enum State {
        case beforeHead, inBody, ended
    }

    private let settings: ConnectionSettings

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - request: The request. Redirects are not followed: they would send a signature to another server.
    ///   - name: The URL for messages.
    ///   - settings: How the server is reached.
    init(_ request: HTTPClient.Request, name: String, settings: ConnectionSettings = ConnectionSettings()) {
        let mailbox = ResponseMailbox()
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(Int64(settings.connectTimeout * 1e9))), proxy: settings.proxy,
            decompression: .disabled)
        var tls = TLSConfiguration.makeClientConfiguration()
        if !settings.authorities.isEmpty { tls.additionalTrustRoots = [.certificates(settings.authorities)] }
        configuration.tlsConfiguration = tls
        configuration.httpVersion = settings.allowsHTTP2 ? .automatic : .http1Only
        // A refused connection is reported at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { channel in
            let decoder = ByteToMessageHandler<HTTPResponseDecoder>.self
            return BrokenResponseHandler.add(to: channel, after: decoder, for: mailbox)
        }
        configuration.http2StreamChannelDebugInitializer = { channel in
            BrokenResponseHandler.add(to: channel, after: HTTP2FramePayloadToHTTP1ClientCodec.self, for: mailbox)
        }
        // The TLS of this group is the same on all systems.
        client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        _ = client.execute(request: request, delegate: mailbox)
        self.mailbox = mailbox
        self.name = name
        self.settings = settings
    }

    deinit {
        mailbox.discardAll()
        try? client.syncShutdown()
        mailbox.discardAll()
    }

    /// Waits for the head of the final response.
    ///
    /// - Throws: ``CommandFailure`` if the server cannot be reached or does not respond with HTTP/1.1.
    mutating func readHead() throws -> HTTPResponseHead {
        switch mailbox.take(waiting: settings.idleTimeout) {
        case nil: throw unavailable("found no response for \(Self.text(settings.idleTimeout ?? 0)) seconds")
        case .head(let head):
            contentEncoding = head.headers["content-encoding"].joined(separator: ", ")
            decoder = ContentDecoder(contentEncoding: contentEncoding)
            state = .inBody
            return head
        case .end(let failure?): throw describe(failure)
        case .end(nil), .body: throw describe(HTTPClientError.remoteConnectionClosed)
        }
    }

    /// Waits for the next bytes of the body, without their content coding.
    ///
    /// - Parameter body: Receives the bytes, in any number of pieces.
    /// - Returns: False at the end of the body.
    /// - Throws: ``CommandFailure`` if the body is incomplete or malformed, after all bytes before the error; errors of `body`.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        guard state == .inBody else { return false }
        guard decoder != nil else {
            throw corrupt("found Content-Encoding \(contentEncoding), expected gzip, deflate or identity")
        }
        do {
            switch mailbox.take(waiting: settings.idleTimeout) {
            case nil:
                state = .ended
                throw incomplete("found nothing for \(Self.text(settings.idleTimeout ?? 0)) seconds")
            case .body(let buffer, let used):
                defer { used.succeed() }
                try decoder?.decode(buffer.readableBytesSpan, body)
                return true
            case .end(let failure?):
                state = .ended
                throw describe(failure)
            case .end(nil), .head:
                state = .ended
                try decoder?.finish()
                return false
            }
        } catch let failure as ContentDecoder.Failure {
            throw CommandFailure(
                status: failure.isTruncated ? CommandFailure.Status.incomplete : CommandFailure.Status.corruptData,
                message: "\(name): byte \(failure.offset) of the compressed body: found \(failure.found), "
                    + "expected \(failure.expected)")
        }
    }

    private func corrupt(_ reason: String) -> CommandFailure {
        CommandFailure(status: CommandFailure.Status.corruptData, message: "\(name): \(reason)")
    }
}

// MARK: Errors

extension HTTPExchange {
    /// Returns the failure for `error` in the current state.
    private func describe(_ error: any Error) -> CommandFailure {
        if Self.isEndOfConnection(error) { return incomplete("found the end of the connection") }
        switch error {
        case HTTPParserError.headerOverflow:
            return corrupt("found a head or field that is too long, expected at most 256 fields of 80 KiB")
        case is HTTPParserError where state == .beforeHead:
            return corrupt("found something else (\(error)), expected the head of an HTTP/1.1 response")
        case is HTTPParserError:
            return corrupt("found invalid framing (\(error)), expected chunks of RFC 9112")
        case let error as HTTPClientError where error == .connectTimeout:
            return unavailable("found no answer for \(Self.text(settings.connectTimeout)) seconds")
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                return unavailable("found no address of the host \(error.host)")
            }
            return unavailable(Self.reason(first.error))
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            return unavailable("the proxy requires a user and a password")
        case is NIOSSLExtraError:
            return unavailable("found a TLS certificate of another host, expected one of this host")
        case let error as NIOSSLError where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"):
            return unavailable(
                "found a TLS certificate that cannot be verified, expected one of a trusted authority; see --ca-file")
        case let error as NIOHTTP2Errors.StreamClosed:
            return incomplete("found an HTTP/2 stream that was reset (\(error.errorCode))")
        default:
            return state == .beforeHead
                ? unavailable(Self.reason(error)) : incomplete("found a failed connection (\(Self.reason(error)))")
        }
    }

    /// The response is incomplete.
    private func incomplete(_ found: String) -> CommandFailure {
        let expected = state == .beforeHead ? "the head of a response" : "the rest of the response"
        return CommandFailure(
            status: CommandFailure.Status.incomplete, message: "\(name): \(found), expected \(expected)")
    }

    /// Returns a number of seconds, without a fraction if it is whole.
    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))" : "\(seconds)"
    }

    private func unavailable(_ reason: String) -> CommandFailure {
        CommandFailure(status: CommandFailure.Status.unavailable, message: "\(name): \(reason)")
    }

    /// Whether the server has closed or reset the connection.
    private static func isEndOfConnection(_ error: any Error) -> Bool {
        switch error {
        case HTTPParserError.invalidEOFState, ChannelError.eof, ChannelError.ioOnClosedChannel,
            ChannelError.inputClosed, ChannelError.outputClosed:
            true
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case NIOSSLError.uncleanShutdown: true
        case let error as IOError: [.connectionReset, .brokenPipe].contains(Errno(rawValue: error.errnoCode))
        default: false
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return "\(Errno(rawValue: error.errnoCode))" }
        return "\(error)"
    }
}
#endif
