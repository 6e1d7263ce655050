import AsyncHTTPClient
import EventStreamCodec
import EventStreamCrypto
import Foundation
import NIOSSL

/// Amazon Transcribe's streaming service: where it is, and who calls it.
struct TranscribeService {
    /// Samples per second.
    static let sampleRate = 16_000

    private let credentials: AWSCredentials
    private let region: String
    private let endpoint: String
    private let authorities: String?

    /// - Parameter environment: The variables that AWS's SDKs read.
    init(_ environment: [String: String]) throws {
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw TranscribeFailure("found no credentials, expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        credentials = AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
        region = environment["AWS_REGION"] ?? "us-east-1"
        endpoint =
            environment["AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING"]
            ?? "https://transcribestreaming.\(region).amazonaws.com"
        authorities = environment["AWS_CA_BUNDLE"]
    }

    /// A client that speaks HTTP/2, which both directions at the same time need.
    var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .automatic
        if let authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authorities)
            configuration.tlsConfiguration = tls
        }
        return configuration
    }

    /// The signed request. Its body is the audio.
    func request() throws -> HTTPClientRequest {
        guard let url = URL(string: endpoint), let host = url.host() else {
            throw TranscribeFailure("found \(endpoint), expected a URL")
        }
        let target = "/stream-transcription"
        let unsigned = SigV4Request(
            method: "POST", target: target,
            headers: [
                ("Host", url.port.map { "\(host):\($0)" } ?? host),
                ("Content-Type", "application/vnd.amazon.eventstream"),
                ("x-amzn-transcribe-language-code", "en-US"), ("x-amzn-transcribe-media-encoding", "pcm"),
                ("x-amzn-transcribe-sample-rate", "\(Self.sampleRate)"),
            ])
        var signer = SigV4RequestSigner(credentials, region: region, service: "transcribe")
        let signed = try signer.sign(unsigned, at: .now, payload: .events)

        var request = HTTPClientRequest(url: endpoint + target)
        request.method = .POST
        for (name, value) in unsigned.headers + signed.headers { request.headers.add(name: name, value: value) }
        request.body = .stream(
            SignedAudio(credentials: credentials, region: region, seed: signed.signature), length: .unknown)
        return request
    }
}
