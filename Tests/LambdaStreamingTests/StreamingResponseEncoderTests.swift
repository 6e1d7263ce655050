import EventStreamCodec
import LambdaStreaming
import TestSupport
import Testing

/// The request by which a runtime streams a response.
@Suite struct StreamingResponseEncoderTests {
    private func response(_ requestID: String = "8476a536-e9f4-11e8-9739-2dfe598c3fcd") throws
        -> StreamingResponseEncoder
    {
        try RuntimeAPIEndpoint(authority: "127.0.0.1:9001").response(toRequest: requestID)
    }

    @Test func aResponseInTwoWritesIsOneRequest() throws {
        var response = try response()
        var bytes: [UInt8] = []
        try response.setContentType("text/plain")
        try response.append(Array("Hello ".utf8), to: &bytes)
        try response.append(Array("world".utf8), to: &bytes)
        try response.finish(to: &bytes)
        let expected = """
            POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response HTTP/1.1\r
            Host: 127.0.0.1:9001\r
            Content-Type: text/plain\r
            Lambda-Runtime-Function-Response-Mode: streaming\r
            Transfer-Encoding: chunked\r
            Trailer: Lambda-Runtime-Function-Error-Type\r
            Trailer: Lambda-Runtime-Function-Error-Body\r
            \r
            6\r
            Hello \r
            5\r
            world\r
            0\r
            \r\n
            """
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(response.hasBegun && response.isFinished)
    }

    @Test func framingBesideBorrowedDataIsTheSameAsTogether() throws {
        var (whole, parts) = (try response(), try response())
        var (expected, found): ([UInt8], [UInt8]) = ([], [])
        for piece in ["a", "", "bc", String(repeating: "d", count: 70_000)].map({ Array($0.utf8) }) {
            try whole.append(piece, to: &expected)
            var framing: [UInt8] = []
            try parts.beginWrite(byteCount: piece.count, to: &framing)
            found += framing + piece
            parts.finishWrite(to: &found)
            #expect(found == expected)
        }
        try whole.finish(to: &expected)
        try parts.finish(to: &found)
        #expect(found == expected)
        #expect(try Request(found).body.count == 70_003)
    }

    @Test func eachWriteIsAWholeChunkAtOnce() throws {
        var response = try response()
        var bytes: [UInt8] = []
        try response.append(Array("Hello ".utf8), to: &bytes)
        #expect(bytes.suffix(11) == Array("6\r\nHello \r\n".utf8))
        try response.append([], to: &bytes)
        response.finishWrite(to: &bytes)
        #expect(bytes.suffix(8) == Array("Hello \r\n".utf8))
        // A prelude that goes out by itself is whole too.
        var another = try self.response()
        try another.setPrelude(HTTPResponsePrelude(statusCode: 404))
        var head: [UInt8] = []
        try another.append([], to: &head)
        #expect(head.suffix(10) == [UInt8](repeating: 0, count: 8) + Array("\r\n".utf8))
        try another.finish(to: &head)
        another.finishWrite(to: &head)
        #expect(head.suffix(15) == [UInt8](repeating: 0, count: 8) + Array("\r\n0\r\n\r\n".utf8))
    }

    @Test func aLineEndThatIsLeftOutGoesOutWithWhatFollows() throws {
        var (whole, parts) = (try response(), try response())
        var (expected, found): ([UInt8], [UInt8]) = ([], [])
        for piece in ["a", "bc"].map({ Array($0.utf8) }) {
            try whole.append(piece, to: &expected)
            try parts.beginWrite(byteCount: piece.count, to: &found)
            found += piece
        }
        #expect(found + Array("\r\n".utf8) == expected)
        try whole.fail(type: "A.B", message: "c", to: &expected)
        try parts.fail(type: "A.B", message: "c", to: &found)
        #expect(found == expected)
    }

    @Test func aFailureAfterTheBeginningStandsInTheTrailers() throws {
        var response = try response()
        var bytes: [UInt8] = []
        try response.append(Array("half".utf8), to: &bytes)
        try response.fail(type: "Function.Broken", message: "no more", stackTrace: ["a:1", "b:2"], to: &bytes)
        let request = try Request(bytes)
        #expect(request.body == Array("half".utf8))
        #expect(
            request.error.error
                == LambdaFunctionError(type: "Function.Broken", message: "no more", stackTrace: ["a:1", "b:2"]))
        let json = #"{"errorType":"Function.Broken","errorMessage":"no more","stackTrace":["a:1","b:2"]}"#
        #expect(request.error.completion() == InvokeComplete(errorCode: "Function.Broken", errorDetails: json))
    }

    @Test func aFailureBeforeTheBeginningIsAWholeRequest() throws {
        var response = try response()
        var bytes: [UInt8] = []
        try response.setPrelude(HTTPResponsePrelude(statusCode: 201))
        try response.fail(type: "A.B", message: "", to: &bytes)
        let request = try Request(bytes)
        #expect(request.body.isEmpty)
        #expect(request.error.error == LambdaFunctionError(type: "A.B", message: ""))
    }

    @Test(arguments: [
        "Evil\r\nContent-Length: 3\r\n\r\nabc", "Böse Überraschung", "\u{0}\u{7f}\u{2028}", " lead and trail ", "",
        String(repeating: "x", count: 100_000),
    ])
    func noTextLeavesItsTrailer(text: String) throws {
        var response = try response()
        var bytes: [UInt8] = []
        try response.append([1], to: &bytes)
        let trace = Array(repeating: text, count: 50)
        try response.fail(type: text, message: text, stackTrace: trace, to: &bytes)
        let request = try Request(bytes)
        #expect(request.trailers == 2)
        #expect(request.body == [1])
        let error = try #require(request.error.error)
        if text.utf8.count < 100 {
            #expect(error.message == text)
            #expect(!error.stackTrace.isEmpty && error.stackTrace.allSatisfy { $0 == text })
        } else {
            #expect(error.message.hasPrefix("xxx") && error.message.hasSuffix("…"))
        }
        #expect(!error.type.isEmpty && error.type.unicodeScalars.allSatisfy { ("\u{21}"..."\u{7e}").contains($0) })
    }

    @Test func nothingFollowsTheEnd() throws {
        for fails in [false, true] {
            var response = try response()
            var bytes: [UInt8] = []
            try response.append([1], to: &bytes)
            if fails {
                try response.fail(type: "A.B", message: "", to: &bytes)
            } else {
                try response.finish(to: &bytes)
            }
            let before = bytes
            func isRefused(_ body: () throws -> Void) -> Bool {
                do { try body() } catch { return (error as? StreamingResponseError)?.code == .responseFinished }
                return false
            }
            #expect(isRefused { try response.append([2], to: &bytes) })
            #expect(isRefused { try response.append([], to: &bytes) })
            #expect(isRefused { try response.finish(to: &bytes) })
            #expect(isRefused { try response.fail(type: "A.B", message: "", to: &bytes) })
            #expect(isRefused { try response.setContentType("text/html") })
            #expect(isRefused { try response.setPrelude(HTTPResponsePrelude()) })
            #expect(bytes == before)
        }
    }

    @Test func theContentTypeIsSetBeforeTheFirstWrite() throws {
        var response = try response()
        #expect(response.contentType == "application/octet-stream")
        for wrong in ["", " ", "text/plain\r\nX: y", "a\nb", "a\u{0}"] {
            #expect { try response.setContentType(wrong) } throws: {
                ($0 as? StreamingResponseError)?.code == .contentTypeInvalid
            }
        }
        try response.setContentType("text/html; charset=utf-8")
        var bytes: [UInt8] = []
        // A write of nothing begins the response, and does not end it.
        try response.append([], to: &bytes)
        #expect { try response.setContentType("text/plain") } throws: {
            let error = $0 as? StreamingResponseError
            return error?.code == .contentTypeTooLate
                && error?.functionError.type == "Runtime.InvalidStreamingOperation"
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("\r\nContent-Type: text/html; charset=utf-8\r\n"))
        #expect(bytes.suffix(4) == Array("\r\n\r\n".utf8))
    }

    @Test(arguments: [[], Array("body".utf8)]) func thePreludeGoesOutWithoutABodyToo(data: [UInt8]) throws {
        var response = try response()
        var bytes: [UInt8] = []
        let prelude = HTTPResponsePrelude(statusCode: 404, headers: ["Content-Type": "text/plain"], cookies: ["a=b"])
        try response.setPrelude(prelude)
        #expect(response.contentType == "application/vnd.awslambda.http-integration-response")
        #expect { try response.setContentType("text/plain") } throws: {
            ($0 as? StreamingResponseError)?.code == .contentTypeIsPrelude
        }
        if !data.isEmpty { try response.append(data, to: &bytes) }
        try response.finish(to: &bytes)
        let request = try Request(bytes)
        var splitter = HTTPResponsePreludeSplitter()
        let split = try splitter.split(request.body)
        #expect(split.prelude == prelude)
        #expect(Array(request.body[split.body]) == data)
    }

    @Test func requestIdentifiersAndHostsCannotBreakOut() throws {
        var response = try response("a/../b\r\nX: y")
        var bytes: [UInt8] = []
        try response.finish(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("POST /2018-06-01/runtime/invocation/a%2F..%2Fb%0D%0AX%3A%20y/response HTTP/1.1\r\n"))
        for wrong in ["", "a b", "a\r\nX: y", "host/path", "ö"] {
            #expect { try RuntimeAPIEndpoint(authority: wrong) } throws: {
                ($0 as? StreamingResponseError)?.code == .endpointInvalid
            }
        }
    }

    @Test func theOtherRequests() throws {
        let endpoint = try RuntimeAPIEndpoint(authority: "[::1]:9001")
        #expect(
            String(decoding: endpoint.nextRequest, as: UTF8.self)
                == "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: [::1]:9001\r\n\r\n")
        let error = LambdaFunctionError(type: "Function.Bad", message: "x")
        let report = String(decoding: endpoint.errorRequest(forRequest: "id", error), as: UTF8.self)
        #expect(report.hasPrefix("POST /2018-06-01/runtime/invocation/id/error HTTP/1.1\r\n"))
        #expect(report.contains("\r\nLambda-Runtime-Function-Error-Type: Function.Bad\r\nContent-Length: 63\r\n\r\n{"))
        #expect(report.utf8.suffix(63).elementsEqual(error.json))
        let initialization = String(decoding: endpoint.initializationErrorRequest(error), as: UTF8.self)
        #expect(initialization.hasPrefix("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"))
    }
}

/// A streamed request, taken apart again.
private struct Request {
    var body: [UInt8] = []
    var trailers = 0
    var error = LambdaFunctionErrorTrailers()

    init(_ bytes: [UInt8]) throws {
        let head = try #require(String(decoding: bytes, as: UTF8.self).range(of: "\r\n\r\n"))
        let start = String(decoding: bytes, as: UTF8.self)[..<head.upperBound].utf8.count
        var decoder = ChunkedDecoder()
        let consumed = try decoder.decode(Array(bytes[start...])) { element in
            switch element {
            case .data(let data): body += [UInt8](data)
            case .trailer(let field):
                trailers += 1
                error.receive(field)
            case .extensions, .end: break
            }
        }
        try decoder.finish()
        #expect(consumed == bytes.count - start)
    }
}
