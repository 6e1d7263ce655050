#if Network
import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// One HTTP/1.1 request and its response. A thread reads the response and blocks until it arrives.
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

    /// The maximum time for connecting.
    private static let connectTimeout = TimeAmount.seconds(10)

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - request: The request. Redirects are not followed.
    ///   - name: The URL as the user wrote it, for messages.
    init(_ request: HTTPClient.Request, name: String) {
        let mailbox = ResponseMailbox()
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: Self.connectTimeout), decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A refused connection is reported at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { BrokenResponseHandler.add(to: $0, for: mailbox) }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        _ = client.execute(request: request, delegate: mailbox)
        self.mailbox = mailbox
        self.name = name
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
        switch mailbox.take() {
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
            switch mailbox.take() {
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
        if Self.isEndOfConnection(error) {
            let expected = state == .beforeHead ? "the head of a response" : "the rest of the response"
            return CommandFailure(
                status: CommandFailure.Status.incomplete,
                message: "\(name): found the end of the connection, expected \(expected)")
        }
        switch error {
        case HTTPParserError.headerOverflow:
            return corrupt("found a head or field that is too long, expected at most 256 fields of 80 KiB")
        case is HTTPParserError where state == .beforeHead:
            return corrupt("found something else (\(error)), expected the head of an HTTP/1.1 response")
        case is HTTPParserError:
            return corrupt("found invalid framing (\(error)), expected chunks of RFC 9112")
        case let error as HTTPClientError where error == .connectTimeout:
            return unavailable("found no answer for \(Self.connectTimeout.nanoseconds / 1_000_000_000) seconds")
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                return unavailable("found no address of the host \(error.host)")
            }
            return unavailable(Self.reason(first.error))
        default:
            return unavailable(Self.reason(error))
        }
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
        case let error as IOError: [.connectionReset, .brokenPipe].contains(Errno(rawValue: error.errnoCode))
        default: false
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return "\(Errno(rawValue: error.errnoCode))" }
        return "\(error)"
    }
}

/// One unsigned `InvokeWithResponseStream`, whose response is read as it arrives.
struct InvokeRequest: ~Copyable {
    private let url: InvokeURL
    private var exchange: HTTPExchange

    /// The number of bytes of an unexpected response's body that are shown.
    private static let shownBytes = 1_000

    /// Sends the request.
    init(to url: InvokeURL, event: [UInt8]) throws {
        self.url = url
        do {
            exchange = HTTPExchange(
                try HTTPClient.Request(
                    url: url.operation, method: .POST,
                    headers: ["Content-Type": "application/json", "X-Amz-Log-Type": "Tail"],
                    body: .byteBuffer(ByteBuffer(bytes: event))), name: url.text)
        } catch let error as HTTPClientError {
            throw ValidationError("\(url.text) is not a valid URL: \(error)")
        }
    }

    /// Waits for the head of the response.
    ///
    /// - Throws: ``CommandFailure`` if there is no response, or one that is not an event stream.
    mutating func begin() throws {
        let head = try exchange.readHead()
        guard head.status == .ok else {
            throw CommandFailure(
                status: CommandFailure.Status.noInput,
                message: "\(url.text): found status \(head.status.code) and \(shownBody()), expected status 200")
        }
        let type = head.headers["content-type"].first ?? "no content type"
        guard type.lowercased().hasPrefix("application/vnd.amazon.eventstream") else {
            throw CommandFailure(
                status: CommandFailure.Status.corruptData,
                message: "\(url.text): found \(type), expected application/vnd.amazon.eventstream")
        }
    }

    /// Waits for the next bytes of the event stream.
    ///
    /// - Parameter body: Receives the bytes, in any number of pieces.
    /// - Returns: False at the end of the response.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        try exchange.readNext(body)
    }

    /// Returns the beginning of a body that explains why there is no event stream.
    private mutating func shownBody() -> String {
        var text: [UInt8] = []
        while text.count < Self.shownBytes, (try? exchange.readNext { text.append(contentsOf: $0) }) == true {}
        return text.isEmpty ? "no body" : String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    }
}
#endif
