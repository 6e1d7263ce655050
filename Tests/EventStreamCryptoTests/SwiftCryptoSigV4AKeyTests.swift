#if Crypto
import EventStreamCodec
import EventStreamCrypto
import TestSupport
import Testing

@Suite("SigV4A with swift-crypto")
struct SwiftCryptoSigV4AKeyTests {
    private let credentials = AWSCredentials(
        accessKeyID: "AKISORANDOMAASORANDOM", secretAccessKey: "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")

    @Test("The public key is that of aws-c-auth's tests")
    func publicKey() throws {
        let key = try SwiftCryptoSigV4AKey(credentials)
        let x = "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb"
        let y = "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0"
        #expect(key.publicKey == [4] + [UInt8](hexadecimal: x + y))
        var dumped = "\(key)"
        dump(key, to: &dumped)
        #expect(dumped.hasPrefix("SwiftCryptoSigV4AKey(secret)"))
        #expect(dumped.count < 100)
        #expect(throws: SigV4Error(.keyInvalid)) {
            try SwiftCryptoSigV4AKey(privateScalar: SigV4PrivateScalar([UInt8](repeating: 0, count: 32)))
        }
        #expect(throws: SigV4Error(.keyInvalid)) {
            try SwiftCryptoSigV4AKey(privateScalar: SigV4PrivateScalar([UInt8](repeating: 255, count: 32)))
        }
    }

    @Test("A signed stream is verified, and any changed byte of it is found")
    func events() throws {
        let seed = SigV4Signature([1, 2, 3])
        var signer = try EventStreamSigV4ASigner<SwiftCryptoSigV4AKey>(
            credentials, service: "transcribe", seedSignature: seed)
        var stream: [UInt8] = []
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        for text in ["a", "b"] {
            try signer.append(EventStreamMessage(.event(type: "e"), payload: Array(text.utf8)), at: date, to: &stream)
        }
        try signer.end(at: date, to: &stream)
        func outcome(_ stream: [UInt8]) throws -> EventSigningVector.Outcome {
            var verifier = try EventStreamSigV4AVerifier<SwiftCryptoSigV4AKey>(
                credentials, service: "transcribe", seedSignature: seed)
            return EventSigningVector.verify(stream, &verifier)
        }
        #expect(try outcome(stream) == EventSigningVector.Outcome(messages: 2, error: nil))
        for index in stride(from: 0, to: stream.count, by: 7) {
            var changed = stream
            changed[index] ^= 1
            #expect(try outcome(changed).error != nil, "byte \(index)")
        }
        #expect(
            try signer.stringToSign(headers: [UInt8](), payload: [UInt8](), at: date).hasPrefix(
                "AWS4-ECDSA-P256-SHA256-PAYLOAD\n20250601T120000Z\n20250601/transcribe/aws4_request\n"))
    }

    @Test("Chunks have signatures of 144 characters, and the next one continues them without padding")
    func chunks() throws {
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        let signer = try SigV4AChunkSigner<SwiftCryptoSigV4AKey>(
            credentials, date: date, seedSignature: SigV4Signature([1, 2]))
        let data = [UInt8](repeating: 0x61, count: 20_000)
        var encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: 8_192)
        var body: [UInt8] = []
        let length = encoder.encodedLength(decodedLength: UInt64(data.count))
        try encoder.append(data, to: &body)
        try encoder.finish(to: &body)
        #expect(UInt64(body.count) == length)
        var decoder = AWSChunkedDecoder(verifier: signer, checksum: AWSCRC32Checksum(), decodedLength: 20_000)
        var decoded: [UInt8] = []
        try decoder.decode(body) { element in
            if case .data(let piece) = element { decoded.append(contentsOf: piece) }
        }
        try decoder.finish()
        #expect(decoded == data)
        body[10_000] ^= 1
        decoder.reset()
        #expect(throws: AWSChunkedError.self) { try decoder.decode(body) { _ in } }
    }

    @Test("A request has the regions in a header, and none in its scope")
    func request() throws {
        var signer = try SigV4RequestSigner(credentials, regionSet: "us-east-1,eu-*", service: "s3")
        let request = SigV4Request(method: "GET", target: "/key", headers: [("Host", "h")])
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        let signed = try signer.sign(request, at: date, payload: .unsigned)
        #expect(signed.headers.contains { $0.name == "X-Amz-Region-Set" && $0.value == "us-east-1,eu-*" })
        #expect(
            signed.headers.last?.value.hasPrefix(
                "AWS4-ECDSA-P256-SHA256 Credential=AKISORANDOMAASORANDOM/20250601/s3/aws4_request, "
                    + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-region-set, Signature=30") == true)
        let canonical = try signer.canonicalRequest(request, at: date, payload: .unsigned)
        let digest = SwiftCryptoHash.digest(of: Array(canonical.utf8)).hexadecimal
        let text = Array(
            "AWS4-ECDSA-P256-SHA256\n20250601T120000Z\n20250601/s3/aws4_request\n\(digest)".utf8)
        let isValid = try SwiftCryptoSigV4AKey(credentials).isValid(signed.signature, for: text.rawSpan)
        #expect(isValid)
    }
}
#endif
