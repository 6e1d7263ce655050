import TestSupport
import Testing

#if Crypto
import EventStreamCodec
import EventStreamCrypto
func signed(_ events: [EventStreamMessage], with credentials: AWSCredentials, seed: SigV4Signature) throws -> [UInt8] {
    var signer = EventStreamSigner<SwiftCryptoHash>(
        credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
    var bytes: [UInt8] = []
    for event in events { try signer.append(event, at: .now, to: &bytes) }
    try signer.end(at: .now, to: &bytes)
    return bytes
}
#endif

#if Crypto
@Suite("The README's code for signing")
struct ReadmeTests {
    @Test("A verifier accepts what it returns")
    func signing() throws {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET")
        let seed = SigV4Signature([UInt8](repeating: 1, count: 32))
        let stream = try signed(
            [EventStreamMessage(payload: [1]), EventStreamMessage()], with: credentials, seed: seed)
        var verifier = EventStreamVerifier<SwiftCryptoHash>(
            credentials, region: "us-east-1", service: "transcribe", seedSignature: seed)
        #expect(EventSigningVector.verify(stream, &verifier) == .init(messages: 2, error: nil))
    }
}
#endif
