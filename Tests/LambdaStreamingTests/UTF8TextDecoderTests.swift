import LambdaStreaming
import TestSupport
import Testing

/// Text out of pieces that are cut inside its characters.
@Suite struct UTF8TextDecoderTests {
    private func pieces(_ bytes: [UInt8], size: Int) -> [String] {
        var decoder = UTF8TextDecoder()
        var texts = stride(from: 0, to: bytes.count, by: size).map {
            decoder.decode(Array(bytes[$0..<min($0 + size, bytes.count)]))
        }
        texts.append(decoder.finish())
        return texts
    }

    @Test func charactersComeWholeWhateverTheCut() {
        let text = "a é ह 🎉 e\u{301} \u{0} z"
        for size in 1...text.utf8.count {
            let texts = pieces(Array(text.utf8), size: size)
            #expect(texts.joined() == text && texts.allSatisfy { !$0.unicodeScalars.contains("\u{fffd}") })
            #expect(texts.last == "")
        }
    }

    @Test func illFormedTextIsReplacedTheSameAtEveryCut() {
        var generator = SeededGenerator(seed: 8)
        let leads: [UInt8] = [
            0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xe0, 0xa0, 0x9f, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff, 0xe2,
        ]
        for _ in 0..<2_000 {
            let bytes = (0..<8).map { _ in leads[Int(generator.next() % UInt64(leads.count))] }
            let whole = String(decoding: bytes, as: UTF8.self)
            for size in 1...8 { #expect(pieces(bytes, size: size).joined() == whole, "\(bytes), pieces of \(size)") }
        }
    }

    @Test func aCharacterThatIsCutOffIsReplaced() {
        #expect(pieces([0x61, 0xf0, 0x9f, 0x8e], size: 2) == ["a", "", "\u{fffd}"])
    }
}
