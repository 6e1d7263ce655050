import EventStreamCodec
import TestSupport
import Testing
import TextCoding

struct JSONReaderTests {
    /// A reader does not see what the reader before it has left in their memory.
    @Test
    func readersShareMemory() throws {
        let longObject = "{" + (0..<40).map { "\"k\($0)\":[{\"a\":1}]" }.joined(separator: ",") + "}"
        var memory = JSONReader.Memory()
        for (text, isValid) in [
            (#"{"a":1,"b":{"a":[1,{"a":2}]}}"#, true), (#"{"b":1,"a":2}"#, true), (longObject, true),
            (longObject, true), (#"{"a":1,"a":2}"#, false), ("{\"a\":[", false), (#"{"a":1}"#, true),
            (#"[{"b":{}}]"#, true),
        ] {
            let bytes = Array(text.utf8)
            var outcome = true
            do throws(JSONError) {
                var reader = try JSONReader(bytes.rawSpan, taking: &memory)
                try reader.skipValue()
                try reader.end(returning: &memory)
            } catch {
                outcome = false
            }
            #expect(outcome == isValid, "\(text)")
        }
    }

    private func error(_ text: String, _ rules: JSONRules = .strict) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONValue(Array(text.utf8), rules: rules)
            return nil
        } catch {
            return error
        }
    }

    /// Line, column, found and expected.
    @Test(arguments: [
        ("[1,]", "line 1, column 4: found ']', expected a value"),
        ("{\"a\":1,}", "line 1, column 8: found '}', expected a key in double quotes"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: found '\"', expected '}' or ',' and another member"),
        ("[1", "line 1, column 3: found the end of the text, expected ']' or ',' and another value"),
        ("", "line 1, column 1: found the end of the text, expected a value"),
        ("\n\n  True", "line 3, column 3: found 'True', expected a value"),
        ("\u{feff}{}", "line 1, column 1: found a byte order mark (U+FEFF), expected a value"),
        ("{} \u{feff}", "line 1, column 4: found a byte order mark (U+FEFF), expected the end of the text"),
        ("[\u{a0}1]", "line 1, column 2: found U+00A0, expected a value"),
        ("\u{0}", "line 1, column 1: found 0x00, expected a value"),
        ("[01]", "line 1, column 3: found '1', expected no digit after a leading 0"),
        ("{\"é\":1,\n\"é\":2}", "line 2, column 1: found a second \"é\" in an object, expected every key once"),
        (
            #"["\ud83d"]"#,
            #"line 1, column 3: found \ud83d, half of a surrogate pair, "#
                + "expected a high surrogate followed by a low one"
        ),
        (
            "\"a\nb\"",
            "line 1, column 3: found a line feed (0x0a), expected an escape for a control character in a string"
        ),
    ])
    func tellsWhereAndWhatWasExpected(_ text: String, _ description: String) {
        #expect(error(text)?.description == description)
    }

    @Test
    func tellsOffsetsInTheText() throws {
        let found = try #require(error("{\n\"é\": [1, x]}"))
        #expect(found.offset == 12 && found.line == 2 && found.column == 11)
    }

    @Test
    func tellsWhereTextIsNotUTF8() {
        let text: [UInt8] = Array("{\"a\":\"".utf8) + [0xff, 0x22, 0x7d]
        #expect(throws: JSONError.self) { try JSONValue(text) }
        do throws(JSONError) {
            _ = try JSONValue(text)
        } catch {
            #expect(error.description == "line 1, column 7: found 0xff, expected UTF-8")
        }
    }

    @Test
    func readsValues() throws {
        let text = #" {"a" : [null, true, -0.50e+1], "b\n": "x\u00e9\uD83D\uDE00\/", "c": {}} "#
        #expect(
            try JSONValue(Array(text.utf8))
                == .object([
                    .init(key: "a", value: .array([.null, .boolean(true), .number("-0.50e+1")])),
                    .init(key: "b\n", value: .string("xé😀/")), .init(key: "c", value: .object([])),
                ]))
    }

    @Test
    func readsNumbersToTheLastDigit() throws {
        func integer<T: FixedWidthInteger>(_ text: String, _ type: T.Type = T.self) throws -> T? {
            let bytes = Array(text.utf8)
            var reader = try unsafe JSONReader(bytes.span.bytes)
            return try reader.number().integer(as: T.self)
        }
        #expect(try integer("9223372036854775807", Int64.self) == .max)
        #expect(try integer("-9223372036854775808", Int64.self) == .min)
        #expect(try integer("9223372036854775808", Int64.self) == nil)
        #expect(try integer("-9223372036854775809", Int64.self) == nil)
        #expect(try integer("18446744073709551615", UInt64.self) == .max)
        #expect(try integer("18446744073709551616", UInt64.self) == nil)
        #expect(try integer("-0", UInt8.self) == 0 && integer("-1", UInt8.self) == nil)
        #expect(try integer("-128", Int8.self) == -128 && integer("128", Int8.self) == nil)
        #expect(try integer("9007199254740993", Int64.self) == 9_007_199_254_740_993)
        #expect(try integer("1.0", Int.self) == 1 && integer("1.5", Int.self) == nil)
        #expect(try integer("1e3", Int16.self) == 1_000 && integer("1e5", Int16.self) == nil)
        #expect(try integer("120e-1", Int.self) == 12 && integer("121e-1", Int.self) == nil)
        #expect(try integer("-92233720368547758.08e2", Int64.self) == .min)
        #expect(try integer("0e999999999999999999", Int.self) == 0 && integer("0.000", Int.self) == 0)
        #expect(try integer("1e999999999999999999", Int64.self) == nil)
        #expect(try integer("1e-999999999999999999", Int64.self) == nil)
        let zeros = String(repeating: "0", count: 50_000)
        #expect(try integer("0." + zeros + "7e50001", Int.self) == 7 && integer("7" + zeros + "e-50000", Int.self) == 7)
        #expect(try integer("7" + zeros, Int.self) == nil)
    }

    @Test
    func readsOnlyWhatIsAskedFor() throws {
        let text = Array(#"{"skip":[{"x":[1]},"]"],"name":"a\tb","n":5,"list":[1,2,3],"empty":[],"o":{}}"#.utf8)
        var reader = try unsafe JSONReader(text.span.bytes)
        var name = ""
        var sum = 0
        var keys: [String] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            keys.append(key.text)
            if key == "name" {
                name = try reader.string().text
            } else if key == "n" {
                sum += try reader.number().integer() ?? 0
            } else if key == "list" || key == "empty" {
                try reader.beginArray()
                while try reader.nextElement() { sum += try reader.number().integer() ?? 0 }
            } else if key == "o" {
                try reader.beginObject()
                while try reader.nextKey() != nil { Issue.record("an empty object has a key") }
            } else {
                try reader.skipValue()
            }
        }
        try reader.end()
        #expect(name == "a\tb" && sum == 11)
        #expect(keys == ["skip", "name", "n", "list", "empty", "o"])
    }

    @Test
    func saysWhichKindWasExpected() throws {
        func found(_ text: String, _ read: (inout JSONReader) throws(JSONError) -> Void) -> String? {
            let bytes = Array(text.utf8)
            do throws(JSONError) {
                var reader = try unsafe JSONReader(bytes.span.bytes)
                try read(&reader)
                return nil
            } catch {
                return "\(error.column): found \(error.found), expected \(error.expected)"
            }
        }
        #expect(found(" 1") { r throws(JSONError) in _ = try r.string() } == "2: found '1', expected a string")
        #expect(found("\"1\"") { r throws(JSONError) in _ = try r.number() } == "1: found '\"', expected a number")
        #expect(
            found("null") { r throws(JSONError) in _ = try r.boolean() } == "1: found 'null', expected true or false")
        #expect(found("[]") { r throws(JSONError) in try r.beginObject() } == "1: found '[', expected an object")
        #expect(found("{}") { r throws(JSONError) in try r.beginArray() } == "1: found '{', expected an array")
        #expect(found("1") { r throws(JSONError) in try r.null() } == "1: found '1', expected null")
        #expect(
            found("-") { r throws(JSONError) in _ = try r.number() }
                == "2: found the end of the text, expected a digit after '-'")
    }

    @Test
    func followsECMAScriptWhenAsked() throws {
        let text = #"{"a":1,"a":"\ud800\ud83d\ude00\udc00x\ud800\u0041"}"#
        let value = try JSONValue(Array(text.utf8), rules: .ecmaScript)
        #expect(value["a"] == .string("\u{fffd}😀\u{fffd}x\u{fffd}A") && value.members?.count == 2)
        #expect(value["b"] == nil && JSONValue.null["a"] == nil)
    }

    /// Few keys are compared one by one, more are hashed; both find a duplicate at any place.
    @Test(arguments: [2, 15, 16, 17, 18, 100])
    func findsDuplicateKeys(_ count: Int) throws {
        for duplicate in 0..<(count - 1) {
            var keys = (0..<count).map { "k\($0)" }
            #expect(throws: Never.self) { try read(keys) }
            // The escape makes the same key of other bytes.
            keys[count - 1] = "\\u006b\(duplicate)"
            #expect(throws: JSONError.self) { try read(keys) }
        }
    }

    private func read(_ keys: [String]) throws {
        let text = "[{" + keys.map { "\"\($0)\":{\"k0\":0}" }.joined(separator: ",") + "}]"
        _ = try JSONValue(Array(text.utf8))
    }

    @Test
    func readsDeepValuesWithoutRecursion() throws {
        let depth = 1_000_000
        let text =
            [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        var reader = try unsafe JSONReader(text.span.bytes, rules: JSONRules(maximumDepth: depth))
        try reader.skipValue()
        try reader.end()
        let tooDeep = error(String(repeating: "[", count: 600))
        #expect(tooDeep?.offset == 512 && tooDeep?.expected == "at most 512")
    }

    /// Twice the input takes twice the allocations at most, whatever its shape. (Time is not measured: the bound on steps is
    /// that every byte is looked at once.)
    @Test
    func readsManyKeysInLinearTime() throws {
        let count = 200_000
        let text = "{" + (0..<count).map { "\"key\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSONValue(Array(text.utf8))
        #expect(value.members?.count == count && value["key199999"] == .number("199999"))
    }
}
