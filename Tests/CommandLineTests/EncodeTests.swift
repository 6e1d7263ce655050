import EventStreamCodec
import TestSupport
import Testing

/// `eventstream encode`, as a process.
@Suite struct EncodeTests {
    private func encode(_ lines: String) throws -> ChildProcess.Result {
        try Command.run("encode", input: Array(lines.utf8))
    }

    @Test func everyValidVectorComesBackByteForByte() throws {
        for vector in try EventStreamVector.all() where vector.expected.error == nil {
            let lines = vector.expected.lines.map { $0 + "\n" }.joined()
            let result = try encode(lines)
            #expect(result.status == 0 && result.output == vector.bytes, "\(vector): \(result.error)")
        }
    }

    @Test func everythingButTheLineMayBeAbsent() throws {
        let empty = try EventStreamMessage().encoded()
        #expect(try encode("{}\n").output == empty)
        // Blank lines, no line feed at the end, a carriage return before it.
        #expect(try encode("\n  \n{}\r\n\n{}").output == empty + empty)
        #expect(try encode("").output.isEmpty)
        #expect(try encode(#"{"payload":"x"}"#).output == EventStreamMessage(payload: "x").encoded())
        #expect(try encode(#"{"payloadBase64":"/w=="}"#).output == EventStreamMessage(payload: [0xff]).encoded())
        #expect(try encode(#"{"payload":null,"headers":null}"#).output == empty)
    }

    @Test func whatFollowsFromTheRestIsIgnored() throws {
        let line = #"{"offset":7,"length":1,"headers":[],"payload":"x","preludeCRC":"00000000","messageCRC":"x"}"#
        #expect(try encode(line).output == EventStreamMessage(payload: "x").encoded())
    }

    @Test func integersKeepAllTheirBits() throws {
        let line =
            #"{"headers":[{"name":"a","type":"long","value":-9223372036854775808},"#
            + #"{"name":"b","type":"long","value":9223372036854775807},"#
            + #"{"name":"c","type":"timestamp","value":9007199254740993}]}"#
        let expected = EventStreamMessage(
            headers: ["a": .long(.min), "b": .long(.max), "c": .timestamp(9_007_199_254_740_993)])
        #expect(try encode(line).output == expected.encoded())
    }

    @Test func wholeNumbersMayBeWrittenWithAnExponent() throws {
        let line =
            #"{"headers":[{"name":"a","type":"long","value":9007199254740993e0},{"name":"b","type":"byte","value":1e2}]}"#
        let expected = EventStreamMessage(headers: ["a": .long(9_007_199_254_740_993), "b": .byte(100)])
        #expect(try encode(line).output == expected.encoded())
    }

    @Test(arguments: [
        (#"{"headers":[{"name":"a","type":"long","value":1.0000000000000000001}]}"#, "that does not fit its type"),
        (#"{"headers":[{"name":"a","type":"long","value":9223372036854775808}]}"#, "that does not fit its type"),
        (#"{"headers":[{"name":"a","type":"byteArray","value":"AB=="}]}"#, "that is no base64"),
        (#"{"payloadBase64":"===="}"#, "a payloadBase64 that is none"),
        ("{", "no JSON"), ("[]", "something else at the line"), ("{\"payload\":1}", "something else at payload"),
        (
            #"{"headers":[{"name":"a","type":"byte","value":300}]}"#,
            "a value of header \"a\" that does not fit its type, expected a whole number from -128 to 127"
        ),
        (#"{"headers":[{"name":"a","type":"byte","value":1.5}]}"#, "a value of header \"a\" that does not fit"),
        (#"{"headers":[{"name":"a","type":"word","value":3}]}"#, #"header type "word""#),
        (#"{"headers":[{"name":"a","type":"string"}]}"#, #"no "value""#),
        (#"{"headers":[{"name":"a","type":"uuid","value":"x"}]}"#, #""x" as a uuid"#),
        (#"{"headers":[{"name":"","type":"boolean","value":true}]}"#, "a header name of 0 bytes"),
        (
            #"{"headers":[{"name":"a","type":"boolean","value":true},{"name":"a","type":"boolean","value":true}]}"#,
            "a header name that stands already"
        ),
        (#"{"paylaod":"x"}"#, #"the key "paylaod""#),
        (#"{"payload":"x","payloadBase64":"eA=="}"#, "both payload and payloadBase64"),
        (#"{"payloadBase64":"?"}"#, "payloadBase64"),
    ])
    func aWrongLineIsNamed(line: String, found: String) throws {
        let good = "{\"payload\":\"first\"}\n"
        let result = try encode(good + line + "\n{}\n")
        #expect(result.status == 65)
        #expect(result.output == (try EventStreamMessage(payload: "first").encoded()), "what came before is written")
        #expect(result.error.hasPrefix("eventstream: standard input: byte \(good.utf8.count): line 2: found "))
        #expect(result.error.contains(found), "\(result.error)")
        #expect(result.error.filter { $0 == "\n" }.count == 1)
    }

    @Test func aLineIsWrittenBeforeTheNextComes() throws {
        let process = try ChildProcess(Command.program, ["encode"])
        try process.write("{\"payload\":\"one\\n\"}\n".utf8)
        // The message is binary, but its payload ends with a line feed.
        #expect(try process.readLine().hasSuffix("one"))
        let result = try process.finish()
        #expect(result.status == 0)
    }
}
