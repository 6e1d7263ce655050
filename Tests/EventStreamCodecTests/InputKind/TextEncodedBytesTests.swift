import EventStreamCodec
import Testing

/// Bytes that were pasted as text.
@Suite struct TextEncodedBytesTests {
    private func decode(
        _ text: String, _ encoding: TextEncodedBytes.Encoding, pieceSize: Int = .max
    ) throws(TextEncodedBytes.Failure) -> [UInt8] {
        var decoder = TextEncodedBytes(encoding)
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceSize))
            rest = rest.dropFirst(pieceSize)
            try decoder.decode(piece.rawSpan, to: &bytes)
        }
        try decoder.finish(to: &bytes)
        return bytes
    }

    @Test(arguments: [1, 2, 3, 5, .max])
    func acceptsWhatPeoplePaste(_ pieceSize: Int) throws {
        let bytes: [UInt8] = [0xfb, 0xff, 0xfe, 0x01]
        for text in ["+//+AQ==", "-__-AQ", "-__-AQ==", " +/ /+\r\n\tAQ =\n= \n", "+__+AQ"] {
            #expect(try decode(text, .base64, pieceSize: pieceSize) == bytes, "\(text)")
        }
        for text in [
            "fbfffe01", "FBFFFE01", "fb ff fe 01\n", "0xfb 0xff 0xfe 0x01", "fb:ff:fe:01", #"\xfb\xff\xfe\x01"#,
            "0XFB0xff0xFE0x01", "f\nbfffe0 1", #"\xFB ff:0xfe01"#,
        ] {
            #expect(try decode(text, .hexadecimal, pieceSize: pieceSize) == bytes, "\(text)")
        }
        for text in [
            #"b'\xfb\xff\xfe\x01'"#, #"B"\xFB\xff\xfe\x01""#, #" "\373\377\376\1" "#, #"'\xfb\377\xfe\001'"#,
            "b'\\xfb\\xff\\\n\\xfe\\\r\n\\x1'",
        ] {
            #expect(try decode(text, .literal, pieceSize: pieceSize) == bytes, "\(text)")
        }
        for encoding in [TextEncodedBytes.Encoding.base64, .hexadecimal] {
            #expect(try decode(" \n", encoding, pieceSize: pieceSize) == [])
        }
    }

    @Test func resolvesTheEscapesOfPythonAndC() throws {
        let text = #"b'\\\'\"\a\b\t\n\v\f\r\e\?\0\00\000A\x41B\x4G\1018"#
        let bytes: [UInt8] =
            [0x5c, 0x27, 0x22, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b, 0x3f, 0, 0, 0]
            + Array("AAB\u{4}GA8".utf8)
        for pieceSize in [1, 2, 3, Int.max] {
            #expect(try decode(text + "'", .literal, pieceSize: pieceSize) == bytes)
        }
        #expect(try decode(#""it's""#, .literal) == Array("it's".utf8))
        #expect(try decode("'a\tb\"'", .literal) == Array("a\tb\"".utf8))
    }

    @Test func everyByteCanBeWritten() throws {
        let all = Array(UInt8.min...UInt8.max)
        #expect(
            try decode(
                all.map { "\\" + String($0, radix: 8) + "\\x" + String($0, radix: 16) }.reduce("'", +) + "'", .literal)
                == all.flatMap { [$0, $0] })
        #expect(try decode(all.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), .hexadecimal) == all)
    }

    @Test(
        arguments: [
            ("Zm9v!", .base64, 4, UInt8(ascii: "!"), "a base64 digit"),
            ("Zm\u{0}", .base64, 2, 0, "a base64 digit"),
            ("Zg==\nZg", .base64, 5, UInt8(ascii: "Z"), "the end of the text after padding"),
            ("Z=", .base64, 1, UInt8(ascii: "="), "a base64 digit"),
            ("=", .base64, 0, UInt8(ascii: "="), "a base64 digit"),
            ("Zg===", .base64, 4, UInt8(ascii: "="), "the end of the text after padding"),
            ("Z", .base64, 1, nil, "a whole group of base64 digits"),
            ("Zm9vZ \n", .base64, 7, nil, "a whole group of base64 digits"),
            ("Zg=", .base64, 3, nil, "a whole group of base64 digits"),
            ("00g0", .hexadecimal, 2, UInt8(ascii: "g"), "a hexadecimal digit"),
            ("000", .hexadecimal, 3, nil, "a hexadecimal digit"),
            ("x00", .hexadecimal, 0, UInt8(ascii: "x"), "a hexadecimal digit"),
            ("1x00", .hexadecimal, 1, UInt8(ascii: "x"), "a hexadecimal digit"),
            ("00x00", .hexadecimal, 2, UInt8(ascii: "x"), "a hexadecimal digit"),
            (#"\00"#, .hexadecimal, 1, UInt8(ascii: "0"), "x after a backslash"),
            (#"0\x00"#, .hexadecimal, 1, UInt8(ascii: "\\"), "a hexadecimal digit"),
            (#"00\"#, .hexadecimal, 3, nil, "a hexadecimal digit"),
            ("é", .literal, 0, 0xc3, "a byte literal"), ("", .literal, 0, nil, "a byte literal"),
            ("b", .literal, 1, nil, "a byte literal"), ("b b", .literal, 1, 0x20, "a byte literal"),
            ("'a", .literal, 2, nil, "the end of the byte literal"),
            (#"'\"#, .literal, 2, nil, "the end of the byte literal"),
            (#"'\xg'"#, .literal, 3, UInt8(ascii: "g"), "a hexadecimal digit"),
            (#"'\400'"#, .literal, 4, UInt8(ascii: "0"), "an octal number up to 377"),
            (#"'\q'"#, .literal, 2, UInt8(ascii: "q"), "an escape of a byte literal"),
            ("'é'", .literal, 1, 0xc3, "a printable ASCII character, an escape or the end of the literal"),
            ("'a\n'", .literal, 2, 0x0a, "a printable ASCII character, an escape or the end of the literal"),
            ("'a' b", .literal, 4, UInt8(ascii: "b"), "the end of the text after the literal"),
        ] as [(String, TextEncodedBytes.Encoding, UInt64, UInt8?, String)])
    func tellsWhereTheTextIsWrong(
        _ text: String, _ encoding: TextEncodedBytes.Encoding, _ offset: UInt64, _ found: UInt8?, _ expected: String
    ) {
        for pieceSize in [1, 3, Int.max] {
            do throws(TextEncodedBytes.Failure) {
                _ = try decode(text, encoding, pieceSize: pieceSize)
                Issue.record("\(text) is accepted")
            } catch {
                #expect(
                    error.offset == offset && error.found == found && error.expected == expected, "\(text): \(error)")
            }
        }
    }
}
