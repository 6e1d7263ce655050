import EventStreamCodec
import TestSupport
import Testing
import TextCoding

struct JSONWritingTests {
    private func json(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(jsonString: text)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b\\c/", #""a\"b\\c/""#),
        ("\u{8}\u{9}\u{a}\u{c}\u{d}", #""\b\t\n\f\r""#),
        ("\u{0}\u{1}\u{f}\u{10}\u{1f} \u{7f}", "\"\\u0000\\u0001\\u000f\\u0010\\u001f \u{7f}\""),
        ("é€😀\u{2028}\u{feff}", "\"é€😀\u{2028}\u{feff}\""),
    ])
    func escapesWhatHasToBeEscaped(_ text: String, _ expected: String) {
        #expect(json(text) == expected)
    }

    /// Every byte at every place of a word, in strings of all short lengths: the word-wise loop and the rest agree.
    @Test
    func escapesEveryByteAtEveryPlace() throws {
        for length in 1...19 {
            for place in 0..<length {
                for byte in UInt8(0)..<0x80 {
                    var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    text[place] = byte
                    let string = String(decoding: text, as: UTF8.self)
                    let written = Array(json(string).utf8)
                    let isEscaped = byte < 0x20 || byte == 0x22 || byte == 0x5c
                    #expect((written.count > length + 2) == isEscaped, "\(byte) at \(place) of \(length)")
                    #expect(try JSONValue(written) == .string(string), "\(byte) at \(place) of \(length)")
                }
            }
        }
    }

    /// Special bytes next to each other, where a borrow of one could hide or fake another.
    @Test
    func escapesAnyBytes() throws {
        var random = SeededGenerator(seed: 1)
        let alphabet: [Unicode.Scalar] = [
            "\"", "\\", "\u{0}", "\u{1f}", " ", "!", "#", "[", "]", "\u{7f}", "é", "€", "😀",
        ]
        for length in 0..<400 {
            let text = String(
                String.UnicodeScalarView((0..<length).map { _ in alphabet.randomElement(using: &random) ?? " " }))
            #expect(try JSONValue(Array(json(text).utf8)) == .string(text))
        }
    }

    @Test
    func writesLongStringsBlockByBlock() throws {
        for count in [4_095, 4_096, 4_097, 8_192, 20_000] {
            let quotes = String(repeating: "\"", count: count)
            #expect(json(quotes) == "\"" + String(repeating: "\\\"", count: count) + "\"")
            let controls = String(repeating: "\u{1}", count: count)
            #expect(json(controls) == "\"" + String(repeating: "\\u0001", count: count) + "\"")
        }
    }

    @Test
    func cutsStringsBetweenCharacters() throws {
        func limited(_ text: String, _ limit: Int) -> String {
            var bytes: [UInt8] = []
            bytes.append(jsonString: text, limit: limit)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(limited("abc", 3) == #""abc""#)
        #expect(limited("abc", 2) == #""ab…""#)
        #expect(limited("aéb", 2) == #""a…""#)
        #expect(limited("aéb", 3) == #""aé…""#)
        #expect(limited("a\nb", 2) == #""a…""#)
        #expect(limited("a\u{1}b", 7) == #""a\u0001…""#)
        #expect(limited("", 0) == #""""# && limited("a", 0) == #""…""#)
    }

    @Test
    func writesNumbersAndContainers() {
        var bytes: [UInt8] = []
        bytes.append(jsonList: [0, 7, -1, .max, .min] as [Int64]) { value, bytes in bytes.append(json: value) }
        bytes.append(json: UInt64.max)
        bytes.append(json: true)
        bytes.append(jsonObject: ["b": false, "a\n": true]) { value, bytes in bytes.append(json: value) }
        bytes.append(jsonLatin1: [0x41, 0xe9, 0x0a])
        Array("hi".utf8).withBytes { bytes.append(jsonBase64: $0) }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"[0,7,-1,9223372036854775807,-9223372036854775808]18446744073709551615true"#
                + #"{"a\n":true,"b":false}"Aé\n""aGk=""#)
    }

    @Test
    func writesWhatItReads() throws {
        let text = #"{"a":[null,true,-0.50e+1,"é\n"],"b":{},"c":[]}"#
        var bytes: [UInt8] = []
        bytes.append(json: try JSONValue(Array(text.utf8)))
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
