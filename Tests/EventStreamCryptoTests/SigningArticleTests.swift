import Testing

#if Crypto
import EventStreamCodec
import EventStreamCrypto

func sendAudio(_ pieces: [[UInt8]], with credentials: AWSCredentials, send: ([UInt8]) -> Void) throws {
    var requests = SigV4RequestSigner(credentials, region: "us-east-1", service: "transcribe")
    let request = SigV4Request(
        method: "POST", target: "/stream-transcription",
        headers: [("Host", "transcribestreaming.us-east-1.amazonaws.com")])
    let signed = try requests.sign(request, at: .now, payload: .events)
    // Open the request with `signed.headers`. The events are its body.
    var events = EventStreamSigner<SwiftCryptoHash>(
        credentials, region: "us-east-1", service: "transcribe", seedSignature: signed.signature)
    var bytes: [UInt8] = []
    for piece in pieces {
        let message = EventStreamMessage(.event(type: "AudioEvent"), payload: piece)
        try events.append(message, at: .now, to: &bytes)
        send(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
    try events.end(at: .now, to: &bytes)
    send(bytes)
}
#endif

#if Crypto
@Suite("The article on signing events")
struct SigningArticleTests {
    @Test("The code that the article shows sends a signed message for each piece, and the end")
    func audio() throws {
        var sent: [[UInt8]] = []
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET")
        try sendAudio([[1], [2, 3]], with: credentials) { sent.append($0) }
        #expect(sent.count == 3)
        var decoder = EventStreamDecoder()
        var lengths: [Int?] = []
        for bytes in sent {
            try decoder.decode(bytes) { message in
                let inner = try EventStreamSignedMessage(message).message()
                if let inner { lengths.append(inner.payload.byteCount) } else { lengths.append(nil) }
            }
        }
        #expect(lengths == [1, 2, nil])
    }
}
#endif
