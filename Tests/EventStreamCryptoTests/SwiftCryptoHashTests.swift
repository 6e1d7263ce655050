#if Crypto
import EventStreamCodec
import EventStreamCrypto
import Testing

@Suite("SHA-256 and HMAC-SHA256 of swift-crypto")
struct SwiftCryptoHashTests {
    @Test("The digest of `abc` is that of FIPS 180-2, for any split")
    func digest() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SwiftCryptoHash.digest(of: Array("abc".utf8)).hexadecimal == expected)
        var hash = SwiftCryptoHash()
        for piece: [UInt8] in [[0x61], [], [0x62, 0x63]] { hash.update(piece.rawSpan) }
        #expect(hash.finalize().description == expected)
        // Finalizing does not end the hash.
        #expect(hash.finalize().hexadecimal == expected)
    }

    @Test("The authentication codes are those of RFC 4231, cases 2 and 6")
    func authenticationCode() {
        func code(_ message: String, key: [UInt8]) -> String {
            let message = Array(message.utf8)
            return SwiftCryptoHash.authenticationCode(for: message.rawSpan, key: key.rawSpan).hexadecimal
        }
        let short = code("what do ya want for nothing?", key: Array("Jefe".utf8))
        #expect(short == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = code(
            "Test Using Larger Than Block-Size Key - Hash Key First", key: [UInt8](repeating: 0xaa, count: 131))
        #expect(long == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
#endif
