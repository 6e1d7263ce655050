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

    @Test(
        "Signing around a payload does not copy it",
        .enabled(if: Allocations.canBeCounted, "allocations cannot be counted on this platform"))
    func pieces() throws {
        let payload = [UInt8](repeating: 0x61, count: 1 << 20)
        var signer = EventStreamSigner<SwiftCryptoHash>(
            AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET"), region: "us-east-1", service: "transcribe",
            seedSignature: SigV4Signature([UInt8](repeating: 0, count: 32)))
        let headers = try EventStreamEncodedHeaders([":event-type": "AudioEvent"])
        let date = SigV4Date(milliseconds: 0)
        var parts: EventStreamEncoder.Parts?
        let cost = Allocations.count {
            parts = try? signer.parts(headers: headers, payload: payload, at: date)
        }
        #expect(parts?.tail.count == 8)
        #expect(cost.bytes < payload.count / 8, "\(cost.count) allocations of \(cost.bytes) bytes")
    }
}
#endif
