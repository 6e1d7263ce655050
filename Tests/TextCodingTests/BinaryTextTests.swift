import EventStreamCodec
import TestSupport
import Testing
import TextCoding

/// Base64 and hexadecimal.
struct BinaryTextTests {
    /// The examples of RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func codesTheExamples(_ text: String, _ base64: String) throws {
        #expect(Base64.encode(Array(text.utf8)) == base64)
        #expect(Base64.decode(base64) == Array(text.utf8))
        #expect(try lenient(base64) == Array(text.utf8))
        #expect(try lenient(base64.filter { $0 != "=" }) == Array(text.utf8))
    }

    @Test
    func codesAnyBytes() {
        var random = SeededGenerator(seed: 2)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Hexadecimal.decode(Hexadecimal.text(bytes).utf8) == bytes)
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Base64.encode(all).hasPrefix("AAECAwQFBgcICQ") && Base64.encode(all).hasSuffix("+fr7/P3+/w=="))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9v\n", "Zm9-",
        "Zm9_",
        "Zm=v", "Z=g=", "Zh==", "Zm9=", "Zm8é", "Zm9vZg=\u{0}", "[m9v", "Zm9v=m9v",
    ])
    func rejectsWhatNoEncoderWrites(_ text: String) {
        #expect(Base64.decode(text) == nil)
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    private func lenient(_ text: String, pieceSize: Int = .max) throws(LenientBase64Decoder.Failure) -> [UInt8] {
        var decoder = LenientBase64Decoder()
        var bytes: [UInt8] = []
        let text = Array(text.utf8)
        for start in stride(from: 0, to: text.count, by: min(pieceSize, max(text.count, 1))) {
            let piece = Array(text[start..<(pieceSize < text.count - start ? start + pieceSize : text.count)])
            try unsafe decoder.decode(piece.span.bytes, to: &bytes)
        }
        try decoder.finish(to: &bytes)
        return bytes
    }

    @Test(arguments: [1, 2, 3, 5, .max])
    func acceptsWhatPeoplePaste(_ pieceSize: Int) throws {
        let bytes: [UInt8] = [0xfb, 0xff, 0xfe, 0x01]
        for text in ["+//+AQ==", "-__-AQ", "-__-AQ==", " +/ /+\r\n\tAQ =\n= \n", "+__+AQ"] {
            #expect(try lenient(text, pieceSize: pieceSize) == bytes, "\(text)")
        }
        #expect(try lenient(" \n", pieceSize: pieceSize) == [])
    }

    @Test(arguments: [
        ("Zm9v!", "byte 4: found '!', expected a base64 digit"),
        ("Zm\u{0}", "byte 2: found 0x00, expected a base64 digit"),
        ("Zmé", "byte 2: found 0xc3, expected a base64 digit"),
        ("Zg==\nZg", "byte 5: found 'Z', expected the end of the text"),
        ("Z=", "byte 1: found '=', expected a base64 digit"),
        ("=", "byte 0: found '=', expected a base64 digit"),
        ("Zg===", "byte 4: found '=', expected the end of the text"),
        ("Z", "byte 1: found the end of the text, expected a whole group of base64 digits"),
        ("Zm9vZ \n", "byte 7: found the end of the text, expected a whole group of base64 digits"),
        ("Zg=", "byte 3: found the end of the text, expected a whole group of base64 digits"),
    ])
    func tellsWhereBase64Ends(_ text: String, _ description: String) {
        for pieceSize in [1, 3, Int.max] {
            do throws(LenientBase64Decoder.Failure) {
                _ = try lenient(text, pieceSize: pieceSize)
                Issue.record("accepted")
            } catch {
                #expect(error.description == description)
            }
        }
    }

    @Test
    func writesHexadecimal() {
        #expect(Hexadecimal.text([0x00, 0x0f, 0xa5, 0xff]) == "000fa5ff")
        #expect(Hexadecimal.text(0) == "0" && Hexadecimal.text(0xabc) == "abc")
        #expect(Hexadecimal.text(0xabc, minimumDigitCount: 8) == "00000abc")
        #expect(Hexadecimal.text(.max) == "ffffffffffffffff")
        #expect(Hexadecimal.text(0, minimumDigitCount: 99) == "0000000000000000")
        for value: UInt64 in [1, 0xf, 0x10, 0xffff_ffff, 0x1_0000_0000, 0x0123_4567_89ab_cdef] {
            #expect(Hexadecimal.text(value) == String(value, radix: 16))
        }
        var digits: [UInt8] = []
        digits.append(hexadecimal: 0x1ab)
        digits.append(hexadecimal: UInt32.max)
        #expect(String(decoding: digits, as: UTF8.self) == "000001abffffffff")
        #expect(Hexadecimal.decode("00fFaB".utf8) == [0, 0xff, 0xab])
        for text in ["0", "0g", "0x00", " 00", "00 ", "é"] { #expect(Hexadecimal.decode(text.utf8) == nil, "\(text)") }
    }
}
