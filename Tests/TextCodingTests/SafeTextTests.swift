import EventStreamCodec
import Testing
import TextCoding

struct SafeTextTests {
    @Test(arguments: [
        ("", ""), ("plain text, é, 語, 👩‍💻, ❤️", "plain text, é, 語, 👩‍💻, ❤️"),
        ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"), ("\r\u{0}\u{7f}\u{9b}2J", "\\r\\u{0}\\u{7f}\\u{9b}2J"),
        ("a\u{202e}b\u{2066}\u{200f}", "a\\u{202e}b\\u{2066}\\u{200f}"),
        ("\u{200b}\u{2060}\u{ad}\u{feff}\u{e0041}", "\\u{200b}\\u{2060}\\u{ad}\\u{feff}\\u{e0041}"),
        ("\u{2028}\u{2029}\u{85}", "\\u{2028}\\u{2029}\\u{85}"),
    ])
    func escapesWhatATerminalWouldActOn(_ text: String, _ safe: String) {
        #expect(SafeText.singleLine(text) == safe)
        #expect(SafeText.multiLine(text) == safe)
        // At another place of a word.
        #expect(SafeText.singleLine("12345" + text + "1234567890") == "12345" + safe + "1234567890")
    }

    @Test
    func keepsLinesWhenAsked() {
        #expect(SafeText.singleLine("a\nb\tc\r\n") == "a\\nb\\tc\\r\\n")
        #expect(SafeText.multiLine("a\nb\tc\r\n") == "a\nb\tc\\r\n")
        #expect(SafeText.multiLine("123456\n\n\n1234567890\t\u{1}") == "123456\n\n\n1234567890\t\\u{1}")
    }

    @Test
    func cutsLongTexts() {
        #expect(SafeText.singleLine("abc", atMost: 3) == "abc")
        #expect(SafeText.singleLine("abcd", atMost: 3) == "abc…")
        #expect(SafeText.singleLine("é\u{1}xx", atMost: 2) == "é\\u{1}…")
    }

    /// For every scalar: what is escaped is a control or invisible, and what is not is written as it is.
    @Test
    func decidesForEveryScalar() {
        for value in UInt32(0)...0x10ffff {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(Character(scalar))
            let safe = SafeText.singleLine(text)
            let isControl = scalar.properties.generalCategory == .control
            #expect(safe == text || safe.hasPrefix("\\"))
            if isControl { #expect(safe != text, "\(value)") }
            if scalar.properties.isAlphabetic, !scalar.properties.isDefaultIgnorableCodePoint {
                #expect(safe == text, "\(value)")
            }
        }
    }

    @Test
    func replacesIllFormedBytes() {
        var output: [UInt8] = []
        ([0x61, 0xff, 0xc3, 0x0a, 0x62] as [UInt8]).withBytes { output.append(safe: $0, keepsLines: false) }
        #expect(String(decoding: output, as: UTF8.self) == "a\u{fffd}\u{fffd}\\nb")
    }
}

struct HostAndPortTests {
    @Test(
        arguments: [
            ("localhost", "localhost", nil), ("localhost:9001", "localhost", 9_001), ("127.0.0.1:80", "127.0.0.1", 80),
            ("[::1]", "::1", nil), ("[::1]:9000", "::1", 9_000), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
            ("[::ffff:1.2.3.4]:0", "::ffff:1.2.3.4", 0), ("host:65535", "host", 65_535),
            ("h_1.example:080", "h_1.example", 80),
        ] as [(String, String, UInt16?)])
    func parses(_ text: String, _ host: String, _ port: UInt16?) {
        #expect(HostAndPort(text) == HostAndPort(host: host, port: port))
    }

    @Test(arguments: [
        "", ":80", "host:", "host:65536", "host:-1", "host:+80", "host: 80", "host:80 ", "host:8a", "host:80:80", "::1",
        "::1:80", "[::1", "::1]", "[]", "[]:80", "[::1]80", "[::1]:", "[host]:80", "[::1]]:80", "[[::1]]", "a b", "a/b",
        "a\n",
        "a@b", "[::1\n]:80", "a?b", "a#b", "host:99999999999999999999",
    ])
    func rejects(_ text: String) {
        #expect(HostAndPort(text) == nil)
    }

    @Test
    func prints() {
        #expect("\(HostAndPort(host: "::1", port: 9_000))" == "[::1]:9000")
        #expect("\(HostAndPort(host: "::1", port: nil))" == "[::1]")
        #expect("\(HostAndPort(host: "localhost", port: 1))" == "localhost:1")
        for text in ["a", "a:1", "[::1]", "[::1]:1"] { #expect(HostAndPort(text)?.description == text) }
    }
}
