import NIOCore
import NIOEmbedded
import Testing

@testable import lambda_local

/// Heads of requests are found, parsed and rejected in the same way for every split of the input.
@Suite struct RequestHeadTests {
    /// Returns the head or the error that results from `pieces`.
    private func outcome(of pieces: some Sequence<[UInt8]>) -> String {
        var scanner = RequestHeadScanner()
        var bytes: [UInt8] = []
        do throws(RequestError) {
            for piece in pieces {
                bytes += piece
                guard try scanner.scan(piece) else { continue }
                let head = try RequestHead(bytes[scanner.skippedByteCount..<scanner.byteCount])
                let fields = head.fields.map { "\($0)=\($1)" }
                return "\(head.method) \(head.path) ?\(head.query) \(fields) \(head.bodyFraming)"
            }
            return "incomplete"
        } catch {
            return "\(error.status.code) \(error)"
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", #"GET / ? ["Host=a"] length(0)"#),
        ("\r\n\r\nGET /a?b?c#d HTTP/1.1\r\nhost:\t a b \t\r\n\r\nGET", #"GET /a ?b?c ["host=a b"] length(0)"#),
        ("GET http://a?b HTTP/1.0\r\n\r\n", "GET / ?b [] length(0)"),
        // A combining mark after a delimiter is not part of the delimiter.
        (
            "GET /?\u{301}=\u{301} HTTP/1.1\r\nHost:\u{301}\r\n\r\n",
            "GET / ?\u{301}=\u{301} [\"Host=\u{301}\"] length(0)"
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n",
            #"GET / ? ["Host=a", "Content-Length=007"] length(7)"#
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
            #"POST / ? ["Host=a", "Transfer-Encoding=Chunked"] chunked"#
        ),
        ("", "incomplete"), ("\r\n\r", "incomplete"), ("GET / HTTP/1.1\r\nHost: a\r\n\r", "incomplete"),
        ("\n", "400 byte 0: found LF (0x0a), expected CRLF"),
        ("\r\r", "400 byte 0: found CR (0x0d) without LF, expected CRLF"),
        ("GET / HTTP/1.1\n", "400 byte 14: found LF (0x0a), expected CRLF"),
        ("GET / HTTP/1.1\rH", "400 byte 14: found CR (0x0d) without LF, expected CRLF"),
        ("GET / HTTP/1.1\r\n\rH", "400 byte 16: found CR (0x0d) without LF, expected CRLF"),
        ("GET / HTTP/1.1\r\nA: b\r\n\n", "400 byte 22: found LF (0x0a), expected CRLF"),
        ("GET / HTTP/1.1\r\nA: \u{7f}", "400 byte 19: found 0x7f in the request's head, expected no control character"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n",
            "400 found ' b: c', expected a field: a token, then a colon"
        ),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 found 'Host : a', expected a field: a token, then a colon"),
    ])
    func theSplitDoesNotMatter(text: String, expected: String) {
        let bytes = Array(text.utf8)
        #expect(outcome(of: bytes.map { [$0] }) == expected)
        for position in 0...bytes.count {
            #expect(outcome(of: [Array(bytes[..<position]), Array(bytes[position...])]) == expected, "\(position)")
        }
    }

    @Test func theLimitHoldsForEverySplit() {
        let limit = RequestHeadScanner.maximumByteCount
        for (excess, expected) in [(0, "GET / "), (1, "431 found a head of more than 65536 bytes")] {
            let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
            let filler = String(repeating: "x", count: limit + excess - start.utf8.count - 4)
            let head = Array((start + filler + "\r\n\r\n").utf8)
            #expect(head.count == limit + excess)
            for size in [1, 4_096, head.count] {
                let pieces = stride(from: 0, to: head.count, by: size).map { start in
                    Array(head[start..<min(start + size, head.count)])
                }
                #expect(outcome(of: pieces).hasPrefix(expected), "in pieces of \(size)")
            }
        }
        // Empty lines before a head count too, so their number is limited.
        #expect(outcome(of: [[UInt8]](repeating: [0x0d, 0x0a], count: limit / 2 + 1)).hasPrefix("431 "))
    }

    /// Counts how often bytes are read.
    private final class Reads {
        var count = 0
    }

    private struct CountedBytes: Sequence, IteratorProtocol {
        var bytes: ArraySlice<UInt8>
        let reads: Reads

        mutating func next() -> UInt8? {
            reads.count += bytes.isEmpty ? 0 : 1
            return bytes.popFirst()
        }
    }

    @Test func eachByteIsExaminedOnce() throws {
        let head = Array(("GET / HTTP/1.1\r\n" + String(repeating: "a:\r\n", count: 10_000) + "\r\n").utf8)
        for size in [1, 3, 1_000, head.count] {
            let reads = Reads()
            var scanner = RequestHeadScanner()
            var isComplete = false
            for start in stride(from: 0, to: head.count, by: size) {
                let piece = head[start..<min(start + size, head.count)]
                isComplete = try scanner.scan(CountedBytes(bytes: piece, reads: reads))
            }
            #expect(isComplete && reads.count == head.count, "in pieces of \(size)")
        }
    }

    @Test func aHeadThatNeverEndsIsEnded() async throws {
        let channel = NIOAsyncTestingChannel()
        let loop = channel.testingEventLoop
        let inbound = InboundBytes()
        try await loop.executeInContext {
            try channel.pipeline.syncOperations.addHandler(InboundBytes.Handler(inbound))
        }
        try await channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).get()
        let connection = HTTPConnection(channel, inbound: inbound, watch: PeerWatch(), peerAddress: "127.0.0.1")
        // Without a byte of a head, the connection stays.
        await loop.advanceTime(by: HTTPConnection.headTime * 10)
        try await channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(try await connection.nextHead()?.path == "/")
        await loop.advanceTime(by: HTTPConnection.headTime * 10)

        // Single bytes do not extend the time.
        async let _: Void = {
            while !Task.isCancelled {
                try await channel.writeInbound(ByteBuffer(string: "a"))
                await loop.advanceTime(by: HTTPConnection.headTime / 10)
                await Task.yield()
            }
        }()
        do {
            _ = try await connection.nextHead()
            Issue.record("a head without an end was accepted")
        } catch let error as RequestError {
            #expect(error.status == .requestTimeout && error.description.contains("within 30 seconds"), "\(error)")
        }
    }
}

extension TimeAmount {
    fileprivate static func / (amount: TimeAmount, count: Int64) -> TimeAmount {
        .nanoseconds(amount.nanoseconds / count)
    }
}
