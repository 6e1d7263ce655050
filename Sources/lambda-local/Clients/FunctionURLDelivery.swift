import LambdaStreaming
import NIOCore
import NIOHTTP1

/// The function URL: the function's status, fields and cookies, then the body in chunks as they arrive.
struct FunctionURLDelivery: ResponseDelivery {
    private var writer: ResponseWriter
    private let invocation: Invocation
    private var mode = Mode.failed
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (nil, nil)

    private enum Mode {
        /// The body is passed on as it arrives. The head is sent with its first byte: a failure before that is answered with
        /// 502.
        case passing(contentType: String)

        /// The response begins with a prelude. What follows is passed on as it arrives.
        case splitting(HTTPResponsePreludeSplitter)

        /// The response arrives as a whole and describes an HTTP response.
        case described(ByteBuffer)

        /// The function has failed, or has not responded.
        case failed
    }

    init(_ writer: ResponseWriter, for invocation: Invocation) {
        self.writer = writer
        self.invocation = invocation
    }

    /// Whether the connection accepts another request.
    var keepsConnection: Bool { !writer.closesConnection }

    mutating func begin(_ head: ResponseHead) {
        let type = head.contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        mode =
            if !head.isStreaming {
                .described(ByteBuffer())
            } else if type == HTTPResponsePrelude.contentType {
                .splitting(HTTPResponsePreludeSplitter())
            } else {
                .passing(contentType: head.contentType)
            }
    }

    mutating func deliver(_ data: ByteBuffer) async throws {
        switch mode {
        case .failed: break
        case .passing(let type):
            try await beginPlain(type)
            try await writer.write(data)
        case .described(var whole):
            mode = .failed
            whole.writeImmutableBuffer(data)
            mode = .described(whole)
        case .splitting(var splitter):
            let split: HTTPResponsePreludeSplitter.Split
            do {
                split = try data.withSpan { try splitter.split($0) }
            } catch {
                return try await fail(.invalidResponse("HTTP prelude: \(error)"))
            }
            mode = .splitting(splitter)
            try await pass(split, of: data)
        }
    }

    private mutating func pass(_ split: HTTPResponsePreludeSplitter.Split, of data: ByteBuffer) async throws {
        if let prelude = split.prelude {
            let fields: HTTPHeaders
            do throws(InvocationFailure) {
                fields = try HTTPHeaders(prelude, defaultContentType: "application/octet-stream")
            } catch {
                return try await fail(error)
            }
            try await begin(HTTPResponseStatus(statusCode: prelude.statusCode), fields)
        }
        if let body = data.getSlice(at: data.readerIndex + split.body.lowerBound, length: split.body.count) {
            try await writer.write(body)
        }
    }

    private mutating func beginPlain(_ contentType: String) async throws {
        if !writer.hasBegun { try await begin(.ok, ["Content-Type": contentType]) }
    }

    private mutating func begin(_ status: HTTPResponseStatus, _ fields: HTTPHeaders) async throws {
        outcome.status = status
        try await writer.begin(status, identified(fields))
    }

    private func identified(_ fields: HTTPHeaders) -> HTTPHeaders {
        var fields = fields
        fields.replaceOrAdd(name: "X-Amzn-RequestId", value: invocation.id)
        fields.replaceOrAdd(name: "X-Amzn-Trace-Id", value: invocation.traceID)
        return fields
    }

    mutating func end(_ error: InvocationFailure?) async throws {
        if outcome.error != nil { return }
        if let error { return try await fail(error) }
        switch mode {
        case .failed: break
        case .passing(let type):
            try await beginPlain(type)
            try await writer.end()
        case .splitting(var splitter):
            do throws(HTTPResponsePreludeError) {
                try splitter.finish()
            } catch {
                return try await fail(.invalidResponse("HTTP prelude: \(error)"))
            }
            try await writer.end()
        case .described(let whole):
            let response: FunctionURLResponse
            do throws(InvocationFailure) { response = try FunctionURLResponse(whole) } catch {
                return try await fail(error)
            }
            outcome.status = response.status
            try await writer.respond(response.status, identified(response.fields), body: response.body)
        }
    }

    /// Reports an error: with 502 before the head. After it, the body is left without an end, which is all that HTTP offers.
    private mutating func fail(_ error: InvocationFailure) async throws {
        mode = .failed
        outcome.error = error
        guard !writer.hasBegun else { return writer.abandon() }
        outcome.status = .badGateway
        try await writer.respond(
            .badGateway, identified(["Content-Type": "text/plain; charset=utf-8"]),
            body: ByteBuffer(string: "Internal Server Error"))
    }
}
