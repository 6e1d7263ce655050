import Foundation
import NIOCore
import TestSupport
import Testing

@testable import lambda_local

/// Events of the function URL, without a network. Parsing a request is linear in its length.
@Suite struct FunctionURLEventTests {
    private func head(_ text: String) throws -> RequestHead {
        try RequestHead(Array("\(text)\r\n\r\n".utf8))
    }

    private func event(_ head: RequestHead, body: String = "") -> ByteBuffer {
        FunctionURLEvent(
            head, body: ByteBuffer(string: body), from: "::1", toPort: 9_000, id: "ID", traceID: "Root=1",
            at: Date(timeIntervalSince1970: 1_795_532_460.5)
        ).json()
    }

    @Test func anEventHasTheMembersOfFormatTwo() throws {
        let head = try head(
            """
            POST /a%20b?x=1&y=%41%4&x=2&&=&%zz=+ HTTP/1.1\r\nHost: [::1]:9000\r\nCookie: a=1; b=2;c\r\nX-Twice: 1\r\n\
            Cookie: d\r\nX-TWICE: 2\r\nX-Forwarded-For: 8.8.8.8\r\nContent-Type: text/plain\r\nUser-Agent: "me"
            """)
        #expect(
            String(buffer: event(head, body: "ü")) == """
                {"version":"2.0","routeKey":"$default","rawPath":"/a%20b","rawQueryString":"x=1&y=%41%4&x=2&&=&%zz=+",\
                "cookies":["a=1","b=2","c","d"],\
                "headers":{"host":"[::1]:9000","x-twice":"1,2","x-forwarded-for":"::1","content-type":"text/plain",\
                "user-agent":"\\"me\\"","x-forwarded-proto":"http","x-forwarded-port":"9000","x-amzn-trace-id":"Root=1"},\
                "queryStringParameters":{"x":"1,2","y":"A%4","":"","%zz":" "},\
                "requestContext":{"accountId":"anonymous","apiId":"local","domainName":"::1","domainPrefix":"::1",\
                "http":{"method":"POST","path":"/a%20b","protocol":"HTTP/1.1","sourceIp":"::1","userAgent":"\\"me\\""},\
                "requestId":"ID","routeKey":"$default","stage":"$default","time":"24/Nov/2026:15:01:00 +0000",\
                "timeEpoch":1795532460500},"body":"ü","isBase64Encoded":false}
                """)
    }

    @Test func namesThatLookAlikeStayApart() throws {
        let json = try JSONSerialization.jsonObject(
            with: Data(event(try head("GET /?%C3%A9=1&e%CC%81=2 HTTP/1.1\r\nHost: a")).readableBytesView))
        let parameters = (json as? [String: Any])?["queryStringParameters"] as? [String: String]
        #expect(parameters?.keys.map { Array($0.utf8) }.contains([0xc3, 0xa9]) == true)
        // Foundation compares keys as text, so the two are equal.
        #expect(
            String(buffer: event(try head("GET /?%C3%A9=1&e%CC%81=2 HTTP/1.1\r\nHost: a"))).contains(
                "\"e\u{301}\":\"2\""))
    }

    /// Returns the number of bytes allocated for the event of a request with `count` items.
    private func allocatedBytes(_ count: Int, _ request: (Int) -> String) throws -> Int {
        let text = request(count)
        let body = ByteBuffer(string: "")
        var result: Result<ByteBuffer, any Error> = .success(body)
        let bytes = Allocations.count {
            result = Result { event(try head(text)) }
        }.bytes
        #expect(try result.get().readableBytes > count)
        return bytes
    }

    private static let requests: [(name: String, request: @Sendable (Int) -> String)] = [
        ("items with one name", { "GET /?\(String(repeating: "a=b&", count: $0)) HTTP/1.1\r\nHost: a" }),
        ("items with many names", { "GET /?\((0..<$0).map { "\($0)=b&" }.joined()) HTTP/1.1\r\nHost: a" }),
        ("percent signs", { "GET /?\(String(repeating: "%41", count: $0)) HTTP/1.1\r\nHost: a" }),
        ("combining characters", { "GET /?\(String(repeating: "%CC%81", count: $0)) HTTP/1.1\r\nHost: a" }),
        ("cookies", { "GET / HTTP/1.1\r\nHost: a\r\nCookie: \(String(repeating: "a=b; ", count: $0))" }),
        ("fields of cookies", { "GET / HTTP/1.1\r\nHost: a\(String(repeating: "\r\nCookie: a", count: $0))" }),
        ("fields with one name", { "GET / HTTP/1.1\r\nHost: a\(String(repeating: "\r\nb: c", count: $0))" }),
        ("fields with many names", { "GET / HTTP/1.1\r\nHost: a\((0..<$0).map { "\r\n\($0): c" }.joined())" }),
    ]

    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted here"), arguments: requests.indices)
    func theWorkGrowsWithTheLengthOfTheRequest(index: Int) throws {
        let (name, request) = Self.requests[index]
        // The first request includes the cost of initialization.
        _ = try allocatedBytes(10, request)
        let counts = try [1_000, 2_000, 4_000, 8_000].map { try allocatedBytes($0, request) }
        for (smaller, larger) in zip(counts, counts.dropFirst()) {
            #expect(Double(larger) <= 2.3 * Double(smaller), "\(name): \(counts) bytes")
        }
    }

    private static let descriptions: [(name: String, json: @Sendable (Int) -> String)] = [
        ("headers", { #"{"statusCode":200,"headers":{\#((0..<$0).map { #""a\#($0)":1"# }.joined(separator: ","))}}"# }),
        ("one header", { #"{"statusCode":200,"headers":{\#(String(repeating: #""a":1,"#, count: $0))"a":1}}"# }),
        ("cookies", { #"{"statusCode":200,"cookies":["a"\#(String(repeating: #","a""#, count: $0))]}"# }),
        ("other members", { #"{"statusCode":200\#((0..<$0).map { #","a\#($0)":1"# }.joined())}"# }),
        ("escapes", { #"{"statusCode":200,"body":"\#(String(repeating: #"\n"#, count: $0))"}"# }),
        ("base64", { #"{"statusCode":200,"isBase64Encoded":true,"body":"\#(String(repeating: "aGkK", count: $0))"}"# }),
        ("arrays", { #"{"statusCode":200,"a":[\#(String(repeating: "[[[]]],", count: $0))1]}"# }),
    ]

    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted here"), arguments: descriptions.indices)
    func theWorkGrowsWithTheLengthOfADescription(index: Int) {
        let (name, json) = Self.descriptions[index]
        let counts = [10, 1_000, 2_000, 4_000, 8_000].map { count in
            let payload = ByteBuffer(string: json(count))
            return Allocations.count { _ = try? FunctionURLResponse(payload) }.bytes
        }.dropFirst()
        for (smaller, larger) in zip(counts, counts.dropFirst()) {
            #expect(Double(larger) <= 2.3 * Double(smaller), "\(name): \(counts) bytes")
        }
    }

    /// Counts how often bytes are read.
    private final class Reads {
        var count = 0
    }

    /// Bytes that count each access.
    private struct CountedBytes: Collection {
        let bytes: [UInt8]
        let reads: Reads

        var startIndex: Int { 0 }
        var endIndex: Int { bytes.count }

        func index(after index: Int) -> Int { index + 1 }

        subscript(position: Int) -> UInt8 {
            reads.count += 1
            return bytes[position]
        }
    }

    @Test func decodingReadsEachByteAFewTimes() {
        for text in ["%41", "%4", "%%%", "+a%zz"] {
            let bytes = Array(String(repeating: text, count: 10_000).utf8)
            let reads = Reads()
            let decoded = CountedBytes(bytes: bytes, reads: reads).percentDecoded(plusIsSpace: true)
            #expect(!decoded.isEmpty && reads.count <= 4 * bytes.count, "\(text): \(reads.count) reads")
        }
    }
}

/// The environment variables, log lines and addresses that functions and callers get.
@Suite struct FunctionVariablesTests {
    private func variables(hasCredentialFiles: Bool = false, _ own: [String: String] = [:]) -> [String: String] {
        let configuration = FunctionConfiguration(
            function: FunctionName(name: "name", region: "eu-west-1"), handler: "function.handler",
            timeout: .seconds(60), memorySize: 128)
        return FunctionVariables(
            configuration: configuration, runtimeAPI: "127.0.0.1:9001", folder: "/work",
            logStream: "2026/11/24/[$LATEST]0", hasCredentialFiles: hasCredentialFiles
        ).added(to: own)
    }

    @Test func lambdasVariablesAreSet() {
        #expect(
            variables() == [
                "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001", "AWS_LAMBDA_FUNCTION_NAME": "name",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/name", "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/24/[$LATEST]0",
                "_HANDLER": "function.handler", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "LAMBDA_TASK_ROOT": "/work",
                "LAMBDA_RUNTIME_DIR": "/var/runtime", "TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
                "LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/work:/work/lib:/opt/lib",
                "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
            ])
    }

    @Test func theCallersVariablesAreKept() {
        let own = [
            "TZ": "Asia/Tokyo", "PATH": "/bin", "AWS_REGION": "us-west-2", "_HANDLER": "a.b", "LD_LIBRARY_PATH": "/l",
        ]
        let added = variables(own)
        #expect(own.keys.allSatisfy { added[$0] == nil } && added["AWS_DEFAULT_REGION"] == "eu-west-1")
        for own in [["AWS_PROFILE": "me"], ["AWS_ACCESS_KEY_ID": "mine"]] {
            #expect(variables(own)["AWS_SECRET_ACCESS_KEY"] == nil, "\(own)")
        }
        #expect(variables(hasCredentialFiles: true)["AWS_ACCESS_KEY_ID"] == nil)
    }

    @Test func aReportHasTheFieldsOfLambdas() {
        var report = InvocationReport(
            id: "ID", duration: .microseconds(1_230), initDuration: nil, memorySize: 128, peakMemory: 45 << 20,
            error: nil)
        #expect(
            report.text == """
                END RequestId: ID
                REPORT RequestId: ID\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\t

                """)
        report.error = .timedOut(after: .seconds(3), id: "ID")
        report.initDuration = .milliseconds(9)
        report.duration = .seconds(3)
        #expect(
            report.text == """
                RequestId: ID Error: Task timed out after 3.00 seconds
                END RequestId: ID
                REPORT RequestId: ID\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\t\
                Max Memory Used: 45 MB\tInit Duration: 9.00 ms\tStatus: timeout\t

                """)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:9000", "127.0.0.1:9000"), ("::1", "[::1]:9000", "[::1]:9000"),
        ("[::1]", "[::1]:9000", "[::1]:9000"), ("localhost", "localhost:9000", "localhost:9000"),
        ("0.0.0.0", "0.0.0.0:9000", "127.0.0.1:9000"), ("::", "[::]:9000", "127.0.0.1:9000"),
    ])
    func addressesHaveTheBracketsThatTheyNeed(host: String, text: String, local: String) {
        let address = ListeningAddress(host: host)
        #expect(address.text(port: 9_000) == text && address.local(port: 9_000) == local)
        let isWarned = address.warning?.hasPrefix("warning: --host \(host) listens on all networks") ?? false
        #expect(isWarned == ["0.0.0.0", "::"].contains(host))
    }
}
