import EventStreamCodec
import Foundation
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

    /// Each line with the column of its error and the error's text.
    @Test(arguments: [
        (
            #"{"headers":[{"name":"a","type":"long","value":1.0000000000000000001}]}"#, 47,
            #"1.0000000000000000001 as the value of header "a", expected an integer from -9223372036854775808"#
        ),
        (
            #"{"headers":[{"name":"a","type":"long","value":9223372036854775808}]}"#, 47,
            #"9223372036854775808 as the value of header "a", expected an integer"#
        ),
        (
            #"{"headers":[{"name":"a","type":"byteArray","value":"AB=="}]}"#, 52,
            #""AB==" as the value of header "a", expected padded base64"#
        ),
        (#"{"payloadBase64":"===="}"#, 18, "a payloadBase64 that is not padded base64"),
        ("{", 2, "the end of the text, expected '}' or a key in double quotes in the same line (one object per line"),
        ("[]", 1, "'[', expected an object"), ("{\"payload\":1}", 12, "'1', expected text as payload"),
        (
            #"{"headers":[{"name":"a","type":"byte","value":300}]}"#, 47,
            #"300 as the value of header "a", expected an integer from -128 to 127 for type byte"#
        ),
        (#"{"headers":[{"name":"a","type":"byte","value":1.5}]}"#, 47, #"1.5 as the value of header "a""#),
        (#"{"headers":[{"value":"x","type":"byte","name":"a"}]}"#, 22, #""x" as the value of header "a""#),
        (#"{"headers":[{"name":"a","type":"word","value":3}]}"#, 32, #"header type "word", expected boolean, byte"#),
        (#"{"headers":[{"name":"a","type":"string"}]}"#, 13, #"header "a" without "value", expected a header's"#),
        (#"{"headers":[{"name":"a","value":1}]}"#, 13, #"header "a" without "type""#),
        (#"{"headers":[{"type":"string","value":""}]}"#, 13, #"a header without "name""#),
        (
            #"{"headers":[{"name":"a","type":"string","value":null}]}"#, 49,
            #"null as the value of header "a", expected a string for type string"#
        ),
        (
            #"{"headers":[{"name":"a","type":"uuid","value":"x"}]}"#, 47,
            #""x" as the value of header "a", expected 8-4-4"#
        ),
        (#"{"headers":{}}"#, 12, "'{', expected a list of headers"),
        (#"{"headers":[1]}"#, 13, "'1', expected a header: an object"),
        (#"{"headers":[{"name":"a","type":"byte","value":[1]}]}"#, 47, "'[', expected a header's value"),
        (#"{"headers":[{"name":"","type":"boolean","value":true}]}"#, 1, "a header name of 0 bytes"),
        (
            #"{"headers":[{"name":"a","type":"boolean","value":true},{"name":"a","type":"boolean","value":true}]}"#, 1,
            "a header name that already occurs"
        ),
        (#"{"paylaod":"x"}"#, 2, #"the key "paylaod" in a message"#),
        (#"{"headers":[{"nmae":"x"}]}"#, 14, #"the key "nmae" in a header, expected only name, type, value"#),
        (#"{"payload":"x","payloadBase64":"eA=="}"#, 16, "both payload and payloadBase64"),
        (#"{"payloadBase64":"?"}"#, 18, "a payloadBase64 that is not padded base64"),
    ])
    func aWrongLineIsNamed(line: String, column: Int, found: String) throws {
        let good = "{\"payload\":\"first\"}\n"
        let result = try encode(good + line + "\n{}\n")
        #expect(result.status == 65)
        #expect(result.output == (try EventStreamMessage(payload: "first").encoded()), "what came before is written")
        let place = "byte \(good.utf8.count + column - 1): line 2, column \(column)"
        #expect(result.error.hasPrefix("eventstream: standard input: \(place): found \(found)"), "\(result.error)")
        #expect(result.error.filter { $0 == "\n" }.count == 1)
    }

    /// RFC 8259 and nothing else, also in the values of keys that are ignored.
    @Test(arguments: [
        (#"{"payload":"x",}"#, 16, "'}', expected a key"),
        (#"{"headers":[],"offset":[1,]}"#, 27, "']', expected a value"),
        (#"{"offset":01}"#, 12, "'1', expected no digit after a leading 0"),
        (#"{"length":nope}"#, 11, "'nope', expected a value"), (#"{"messageCRC":"\x"}"#, 17, "'x', expected one of"),
        (#"{"offset":"\ud800"}"#, 12, #"\ud800, half of a surrogate pair"#),
        (#"{"payload":"a","payload":"b"}"#, 16, #"a second "payload" in an object"#),
        (#"{"payload":null,"payload":"b"}"#, 17, #"a second "payload" in an object"#),
        (#"{"headers":[{"name":"a","type":"byte","value":1,"type":"byte"}]}"#, 49, #"a second "type" in an object"#),
        (#"{"offset":{"a":1,"\u0061":2}}"#, 18, #"a second "a" in an object"#),
        ("\u{feff}{}", 1, "a byte order mark (U+FEFF), expected an object"),
        ("{\u{feff}}", 2, "a byte order mark (U+FEFF), expected '}' or a key"),
        ("{}\u{feff}", 3, "a byte order mark (U+FEFF), expected the end of the text"),
        ("{} {}", 4, "'{', expected the end of the text"), ("{payload:1}", 2, "'payload', expected '}' or a key"),
        ("{}//", 3, "'/', expected the end of the text"), ("{\"payload\":\"a\tb\"}", 14, "0x09, expected an escape"),
    ])
    func jsonIsReadStrictly(line: String, column: Int, found: String) throws {
        try aWrongLineIsNamed(line: line, column: column, found: found)
    }

    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf16])
    func otherEncodingsThanUTF8AreRefused(encoding: String.Encoding) throws {
        let text = try #require(#"{"payload":"x"}"#.data(using: encoding))
        let result = try Command.run("encode", input: Array(text))
        #expect(result.status == 65 && result.output.isEmpty && result.error.contains(": line 1, column "))
        let latin1 = try Command.run("encode", input: Array("{\"payload\":\"".utf8) + [0xe9, 0x22, 0x7d])
        #expect(latin1.status == 65 && latin1.error.contains("byte 12: line 1, column 13: found 0xe9, expected UTF-8"))
    }

    @Test func keysMayComeInAnyOrder() throws {
        let line = #"{"payload":"a\u00e9\ud83d\ude00","headers":[{"value":7,"type":"short","name":"n\n"}]}"#
        #expect(try encode(line).output == EventStreamMessage(headers: ["n\n": .short(7)], payload: "aé😀").encoded())
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
