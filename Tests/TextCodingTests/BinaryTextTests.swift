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
