#if Crypto
import EventStreamCodec
import EventStreamCrypto
import TestSupport
import Testing

@Suite("Vectors of signed event streams, with swift-crypto")
struct EventSigningVectorTests {
    @Test("The signatures are those of the vector", arguments: try EventSigningVector.all())
    func signatures(_ vector: EventSigningVector) throws {
        #expect(try vector.signatures(SwiftCryptoHash.self).last == vector.contents.events.last?.signature)
    }

    @Test("A verifier finds what the vector says", arguments: try EventSigningVector.all())
    func verification(_ vector: EventSigningVector) {
        guard let outcome = vector.contents.outcome else { return }
        #expect(vector.verify(SwiftCryptoHash.self) == outcome)
    }
}
#endif
