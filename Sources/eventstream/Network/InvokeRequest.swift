#if Network
import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One unsigned `InvokeWithResponseStream`, whose response is read as it arrives.
struct InvokeRequest: ~Copyable {
    private let url: InvokeURL
    private var exchange: HTTPExchange

    /// The longest body of an unexpected response that is shown, in bytes.
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
    /// - Throws: ``CommandFailure`` when there is no response, or one that is not an event stream.
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

    /// The beginning of a body that says why there is no event stream, as far as it can be read.
    private mutating func shownBody() -> String {
        var text: [UInt8] = []
        while text.count < Self.shownBytes, (try? exchange.readNext { text.append(contentsOf: $0) }) == true {}
        return text.isEmpty ? "no body" : String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    }
}

#endif
