import EventStreamCodec
import EventStreamCrypto
import Foundation
import NIOCore

/// Audio from standard input as signed events, in real time, and the empty event that ends it.
///
/// It is the body of a request. The HTTP client asks for the next event when it has sent the last one, so a slow network holds
/// back the audio, not the memory.
struct SignedAudio: AsyncSequence, Sendable {
    let credentials: AWSCredentials
    let region: String

    /// The signature of the request, with which the chain of signatures begins.
    let seed: SigV4Signature

    /// Bytes of audio in an event: a tenth of a second. The service recommends 50 to 200 milliseconds.
    private static let length = TranscribeService.sampleRate * 2 / 10

    func makeAsyncIterator() -> Iterator {
        Iterator(
            signer: EventStreamSigner(credentials, region: region, service: "transcribe", seedSignature: seed),
            next: .now)
    }

    struct Iterator: AsyncIteratorProtocol {
        var signer: EventStreamSigner<SwiftCryptoHash>

        /// When the next event is due.
        var next: ContinuousClock.Instant

        private static let headers: EventStreamHeaders = [
            ":message-type": "event", ":event-type": "AudioEvent", ":content-type": "application/octet-stream",
        ]

        mutating func next() async throws -> ByteBuffer? {
            guard !signer.isEnded else { return nil }
            var bytes: [UInt8] = []
            // A recording in a file is sent as fast as it was made, as the service requires. A microphone is as fast by itself.
            try await Task.sleep(until: next)
            next += .milliseconds(100)
            if let audio = try FileHandle.standardInput.read(upToCount: SignedAudio.length), !audio.isEmpty {
                try signer.append(headers: Self.headers, payload: [UInt8](audio), at: .now, to: &bytes)
            } else {
                try signer.end(at: .now, to: &bytes)
            }
            return ByteBuffer(bytes: bytes)
        }
    }
}
