import EventStreamCodec
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Writes one response. Each method returns when the system has accepted its bytes.
struct ResponseWriter {
    private let connection: HTTPConnection
    private let request: RequestHead?
    private var framing = Framing.none

    /// Whether the connection must be closed after this response.
    private(set) var closesConnection: Bool

    /// Whether the head has been written.
    private(set) var hasBegun = false

    private enum Framing {
        case none
        case chunked(ChunkedEncoder)
        case untilClose
    }

    /// Creates the response to `request`; nil means that the request could not be read.
    init(to request: RequestHead?, on connection: HTTPConnection) {
        self.connection = connection
        self.request = request
        closesConnection = !(request?.keepsConnection ?? false)
    }

    /// Writes a complete response.
    mutating func respond(
        _ status: HTTPResponseStatus, _ fields: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()
    ) async throws {
        var fields = fields
        if status.mayHaveContent {
            fields.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
        }
        let head = head(status, fields)
        hasBegun = true
        let hasBody = status.mayHaveContent && request?.method != "HEAD" && body.readableBytes > 0
        try await connection.write(hasBody ? [head, body] : [head])
    }

    /// Writes the head of a response whose body follows in pieces.
    mutating func begin(_ status: HTTPResponseStatus, _ fields: HTTPHeaders) async throws {
        var fields = fields
        if status.mayHaveContent {
            if request?.isVersion10 ?? false {
                framing = .untilClose
                closesConnection = true
            } else {
                framing = .chunked(ChunkedEncoder())
                fields.add(name: "Transfer-Encoding", value: "chunked")
            }
            if request?.method == "HEAD" { framing = .none }
        }
        let head = head(status, fields)
        hasBegun = true
        try await connection.write([head])
    }

    /// Writes the next bytes of the body as one chunk.
    mutating func write(_ pieces: ByteBuffer...) async throws {
        let count = pieces.reduce(0) { $0 + $1.readableBytes }
        guard count > 0 else { return }
        switch framing {
        case .none: break
        case .untilClose: try await connection.write(pieces)
        case .chunked(var encoder):
            var size = ByteBufferAllocator().buffer(capacity: ChunkedEncoder.maximumFramingLength)
            try unsafe size.writeWithUnsafeMutableBytes(minimumWritableBytes: ChunkedEncoder.maximumFramingLength) {
                try unsafe encoder.beginChunk(size: UInt64(count), into: $0)
            }
            // Some clients, for example Python's urllib3, pass a chunk on only when they have its CRLF.
            var end: [UInt8] = []
            try encoder.finishChunk(to: &end)
            framing = .chunked(encoder)
            try await connection.write([size] + pieces + [ByteBuffer(bytes: end)])
        }
    }

    /// Ends the body.
    mutating func end() async throws {
        guard case .chunked(var encoder) = framing else { return }
        var bytes: [UInt8] = []
        try encoder.finish(to: &bytes)
        framing = .none
        try await connection.write([ByteBuffer(bytes: bytes)])
    }

    /// Leaves the body without an end, which a recipient can tell from a complete one.
    mutating func abandon() {
        closesConnection = true
    }

    private func head(_ status: HTTPResponseStatus, _ fields: HTTPHeaders) -> ByteBuffer {
        var text = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        // RFC 9110 §6.6.1: a server with a clock sends it.
        if status.code >= 200, !fields.contains(name: "Date") { text += "Date: \(Date.now.httpDate)\r\n" }
        if closesConnection { text += "Connection: close\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }
}

extension HTTPResponseStatus {
    /// Whether a response of this status has content (RFC 9110 §6.4.1).
    fileprivate var mayHaveContent: Bool { code >= 200 && code != 204 && code != 304 }
}
