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
        hash.update([0x61].rawSpan)
        hash.update([].rawSpan)
        hash.update([0x62, 0x63].rawSpan)
        #expect(hash.finalize().description == expected)
        // Finalizing does not end the hash.
        #expect(hash.finalize().hexadecimal == expected)
    }

    @Test("The authentication codes are those of RFC 4231, cases 2 and 6")
    func authenticationCode() {
        let short = SwiftCryptoHash.authenticationCode(
            for: Array("what do ya want for nothing?".utf8).rawSpan, key: Array("Jefe".utf8).rawSpan)
        #expect(short.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = SwiftCryptoHash.authenticationCode(
            for: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8).rawSpan,
            key: [UInt8](repeating: 0xaa, count: 131).rawSpan)
        #expect(long.hexadecimal == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
#endif
