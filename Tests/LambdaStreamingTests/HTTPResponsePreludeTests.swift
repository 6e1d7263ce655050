import EventStreamCodec
import LambdaStreaming
import TestSupport
import Testing

/// The HTTP prelude: written, read, and split from its body wherever the input is cut.
@Suite struct HTTPResponsePreludeTests {
    @Test func aPreludeIsWrittenInOneWay() {
        let prelude = HTTPResponsePrelude(
            statusCode: 404, headers: ["b": "2", "a": "1 \"q\""], multiValueHeaders: ["X": ["1", "2"]],
            cookies: ["c=d; Path=/"])
        let json =
            #"{"statusCode":404,"headers":{"a":"1 \"q\"","b":"2"},"multiValueHeaders":{"X":["1","2"]},"cookies":["c=d; Path=/"]}"#
        #expect(String(decoding: prelude.json, as: UTF8.self) == json)
        #expect(prelude.encoded == prelude.json + [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(
            prelude.fields.map { $0.name + ":" + $0.value }
                == ["X:1", "X:2", "a:1 \"q\"", "b:2", "Set-Cookie:c=d; Path=/"])
        #expect(String(decoding: HTTPResponsePrelude().json, as: UTF8.self) == #"{"statusCode":200,"headers":{}}"#)
    }

    private func parse(_ json: String) throws -> HTTPResponsePrelude {
        try Array(json.utf8).withBytes { try HTTPResponsePrelude(json: $0) }
    }

    @Test(arguments: [
        ("{}", HTTPResponsePrelude()),
        (#"{"statusCode":null,"headers":null,"cookies":null,"more":[{}]}"#, HTTPResponsePrelude()),
        (
            #"{"headers":{"Age":5,"X":true,"Y":"é"}}"#,
            HTTPResponsePrelude(headers: ["Age": "5", "X": "true", "Y": "é"])
        ),
        (#"{"statusCode":599,"cookies":["a=b"]}"#, HTTPResponsePrelude(statusCode: 599, cookies: ["a=b"])),
        (#"{"multiValueHeaders":{"A":[]}}"#, HTTPResponsePrelude(multiValueHeaders: ["A": []])),
        (#"{"statusCode":"404"}"#, HTTPResponsePrelude(statusCode: 404)),
        (
            #"{"headers":{"a":null,"b":"c"},"multiValueHeaders":{"d":null,"e":[null,1]},"cookies":[null,"f=g"]}"#,
            HTTPResponsePrelude(headers: ["b": "c"], multiValueHeaders: ["e": ["1"]], cookies: ["f=g"])
        ),
    ])
    func whatFunctionsWriteIsRead(json: String, prelude: HTTPResponsePrelude) throws {
        #expect(try parse(json) == prelude)
        #expect(try parse(String(decoding: prelude.json, as: UTF8.self)) == prelude)
    }

    @Test(
        arguments: [
            ("", .malformed), ("[]", .malformed), ("{", .malformed), (#"{"headers":[]}"#, .malformed),
            (#"{"cookies":"a"}"#, .malformed), (#"{"statusCode":"+200"}"#, .statusCodeInvalid),
            (#"{"statusCode":"2 00"}"#, .statusCodeInvalid), (#"{"statusCode":""}"#, .statusCodeInvalid),
            (#"{"statusCode":true}"#, .statusCodeInvalid), (#"{"headers":{},}"#, .malformed),
            (#"{"statusCode":99}"#, .statusCodeInvalid), (#"{"statusCode":600}"#, .statusCodeInvalid),
            (#"{"statusCode":2.5}"#, .statusCodeInvalid), (#"{"statusCode":99999999999999999999}"#, .statusCodeInvalid),
            (#"{"headers":{"a b":"c"}}"#, .fieldInvalid), (#"{"headers":{"":"c"}}"#, .fieldInvalid),
            (#"{"headers":{"a":"b\r\nc: d"}}"#, .fieldInvalid), (#"{"headers":{"a":"\u0000"}}"#, .fieldInvalid),
            (#"{"headers":{"a":[]}}"#, .fieldInvalid), (#"{"multiValueHeaders":{"a":["\n"]}}"#, .fieldInvalid),
            (#"{"multiValueHeaders":{"a":"b"}}"#, .malformed), (#"{"cookies":["a\r"]}"#, .fieldInvalid),
        ] as [(String, HTTPResponsePreludeError.Code)])
    func whatIsNoPreludeIsRefused(json: String, code: HTTPResponsePreludeError.Code) {
        #expect { try parse(json) } throws: { ($0 as? HTTPResponsePreludeError)?.code == code }
    }

    @Test(arguments: [
        (#"{"statusCode":20x}"#, "byte 16: found 'x', expected "),
        ("[1]", "byte 0: found [1], expected a JSON object"),
        (#"{"statusCode":700}"#, "byte 0: found statusCode 700, expected an integer from 100 to 599"),
        (#"{"statusCode":"OK"}"#, #"byte 0: found statusCode "OK", expected an integer from 100 to 599"#),
        (#"{"headers":["a"]}"#, #"byte 0: found headers ["a"], expected an object"#),
        (
            #"{"headers":{"X-A":{"b":1}}}"#,
            #"byte 0: found headers "X-A" {"b":1}, expected a string, a number or a boolean"#
        ),
        (#"{"headers":{"a b":"c"}}"#, #"byte 0: found headers "a b", expected a token"#),
        (#"{"headers":{"a":"b\r\nc"}}"#, #"byte 0: found headers "a" "b\r\nc", expected a value without control"#),
        (#"{"multiValueHeaders":{"a":"b"}}"#, #"byte 0: found multiValueHeaders "a" "b", expected an array"#),
        (#"{"cookies":{"a":"b"}}"#, #"byte 0: found cookies {"a":"b"}, expected an array"#),
    ])
    func theErrorNamesTheMemberAndItsValue(json: String, message: String) {
        #expect { try parse(json) } throws: { "\($0)".hasPrefix(message) }
    }

    /// What comes of `input`, cut into `pieces`.
    private func split(
        _ input: [UInt8], _ pieces: [Range<Int>], limit: Int = HTTPResponsePrelude.maximumByteCount
    ) -> (prelude: HTTPResponsePrelude?, body: [UInt8], error: HTTPResponsePreludeError?) {
        var splitter = HTTPResponsePreludeSplitter(limit: limit)
        var prelude: HTTPResponsePrelude?
        var body: [UInt8] = []
        do throws(HTTPResponsePreludeError) {
            for piece in pieces {
                let bytes = Array(input[piece])
                let split = try splitter.split(bytes)
                if let found = split.prelude {
                    #expect(prelude == nil)
                    prelude = found
                }
                body += bytes[split.body]
            }
            try splitter.finish()
        } catch {
            var again: HTTPResponsePreludeError?
            do throws(HTTPResponsePreludeError) { _ = try splitter.split(input) } catch { again = error }
            #expect(again == error)
            return (prelude, body, error)
        }
        return (prelude, body, nil)
    }

    /// Checks what comes of `input` at every two cuts and byte by byte.
    private func expect(
        _ input: [UInt8], prelude: HTTPResponsePrelude?, body: [UInt8], error: String?,
        limit: Int = HTTPResponsePrelude.maximumByteCount
    ) {
        var ways = [input.indices.map { $0..<$0 + 1 }, [input.indices]]
        for first in 0...input.count {
            for second in first...input.count { ways.append([0..<first, first..<second, second..<input.count]) }
        }
        for way in ways {
            let found = split(input, way, limit: limit)
            #expect(found.prelude == prelude && found.body == body, "\(way)")
            #expect(found.error.map { "\($0.code) \($0.offset)" } == error, "\(way)")
            // The numbers of the two codes that have one.
            #expect(found.error?.found == (found.error?.code == .unexpectedEnd ? found.error?.offset : nil), "\(way)")
            #expect(found.error?.expected == (found.error?.code == .tooLong ? found.error?.offset : nil), "\(way)")
        }
    }

    @Test func thePreludeIsSplitOffAtEveryCut() {
        let prelude = HTTPResponsePrelude(statusCode: 404)
        let nul = [UInt8](repeating: 0, count: 8)
        expect(prelude.encoded + Array("body".utf8), prelude: prelude, body: Array("body".utf8), error: nil)
        expect(prelude.encoded, prelude: prelude, body: [], error: nil)
        // A ninth NUL belongs to the body, and so does a second prelude.
        expect(prelude.encoded + [0], prelude: prelude, body: [0], error: nil)
        expect(Array("{}".utf8) + nul + nul + [1], prelude: HTTPResponsePrelude(), body: nul + [1], error: nil)
    }

    @Test func aPreludeThatIsNotWholeIsRefusedAtEveryCut() {
        let seven = [UInt8](repeating: 0, count: 7)
        expect([], prelude: nil, body: [], error: "unexpectedEnd 0")
        expect(Array("{}".utf8) + seven, prelude: nil, body: [], error: "unexpectedEnd 9")
        expect(Array("{}".utf8) + seven + [1] + seven, prelude: nil, body: [], error: "unexpectedEnd 17")
        expect(seven + [0], prelude: nil, body: [], error: "malformed 0")
        expect(Array("{}".utf8) + seven + [32, 0] + seven, prelude: nil, body: [], error: "malformed 2")
    }

    @Test func theLimitCountsJSONAlone() {
        let body = Array("{}".utf8) + [UInt8](repeating: 0, count: 8) + [1]
        expect(body, prelude: HTTPResponsePrelude(), body: [1], error: nil, limit: 2)
        expect(body, prelude: nil, body: [], error: "tooLong 1", limit: 1)
        expect(Array("{    ".utf8), prelude: nil, body: [], error: "tooLong 3", limit: 3)
        expect([0, 0, 0, 0, 1], prelude: nil, body: [], error: "tooLong 4", limit: 4)
    }

    @Test(arguments: [0, -1, Int.min])
    func aLimitBelowOneAcceptsNoJSON(limit: Int) {
        #expect(HTTPResponsePreludeSplitter(limit: limit).limit == 0)
        expect(Array("{}".utf8), prelude: nil, body: [], error: "tooLong 0", limit: limit)
        expect([UInt8](repeating: 0, count: 8), prelude: nil, body: [], error: "malformed 0", limit: limit)
    }

    @Test(.enabled(if: Allocations.canBeCounted, "allocations cannot be counted here"))
    func theWorkGrowsWithTheLengthOfThePrelude() {
        let counts = [10, 1_000, 2_000, 4_000, 8_000].map { count in
            let json = #"{"cookies":["a"\#(String(repeating: #","a""#, count: count))]}"#
            let input = Array(json.utf8) + [UInt8](repeating: 0, count: 8)
            let pieces = input.map { [$0] }
            return Allocations.count {
                var splitter = HTTPResponsePreludeSplitter(limit: .max)
                for piece in pieces { _ = try? splitter.split(piece) }
            }.bytes
        }.dropFirst()
        for (smaller, larger) in zip(counts, counts.dropFirst()) {
            #expect(Double(larger) <= 2.3 * Double(smaller), "\(counts) bytes")
        }
    }

    @Test func memoryGrowsToTheLimitAndNoFurther() {
        var splitter = HTTPResponsePreludeSplitter()
        var taken = 0
        let piece = [UInt8](repeating: 0x20, count: 1_000)
        while (try? splitter.split(piece)) != nil { taken += piece.count }
        #expect(taken == 16_000)
    }
}
