import AsyncHTTPClient
import EventStreamCrypto
import Foundation
import NIOCore
import NIOFoundationCompat

import struct EventStreamCodec.AWSCredentials

/// Where requests are sent and how they are signed, from the variables that AWS's SDKs read.
struct Settings {
    let credentials: AWSCredentials
    let region: String
    let endpoint: String
    let model: String

    init(_ environment: [String: String]) throws {
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw ChatFailure("found no credentials, expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        credentials = AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
        region = environment["AWS_REGION"] ?? "us-east-1"
        endpoint =
            environment["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] ?? "https://bedrock-runtime.\(region).amazonaws.com"
        model = environment["BEDROCK_MODEL"] ?? "amazon.nova-lite-v1:0"
    }

    /// The signed request for a streamed answer.
    func request(_ conversation: Conversation) throws -> HTTPClientRequest {
        guard let url = URL(string: endpoint), let host = url.host(),
            let model = model.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", ".", "_", "~"]))
        else { throw ChatFailure("found \(endpoint), expected a URL") }
        let target = "/model/\(model)/converse-stream"
        let body = try JSONEncoder().encode(conversation)
        let unsigned = SigV4Request(
            method: "POST", target: target,
            headers: [
                ("Host", url.port.map { "\(host):\($0)" } ?? host), ("Content-Type", "application/json"),
            ])
        var signer = SigV4RequestSigner(credentials, region: region, service: "bedrock")
        let signed = try signer.sign(unsigned, at: .now, payload: SigV4Payload([UInt8](body)))

        var request = HTTPClientRequest(url: endpoint + target)
        request.method = .POST
        for (name, value) in unsigned.headers + signed.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        return request
    }
}

/// The body of a request.
struct Conversation: Encodable {
    struct Message: Encodable {
        struct Content: Encodable {
            let text: String
        }

        let role: String
        let content: [Content]
    }

    let messages: [Message]

    init(question: String) {
        messages = [Message(role: "user", content: [Message.Content(text: question)])]
    }
}

// MARK: Events of a response

struct ContentBlockDelta: Decodable {
    struct Delta: Decodable {
        let text: String?
    }

    let delta: Delta
}

struct MessageStop: Decodable {
    let stopReason: String
}

struct Metadata: Decodable {
    struct Usage: Decodable {
        let inputTokens: Int
        let outputTokens: Int
    }

    let usage: Usage
}

/// The JSON of an exception, or of a response that is an error.
struct ServiceMessage: Decodable {
    let message: String

    init?(_ body: ByteBuffer) {
        guard let found = try? JSONDecoder().decode(Self.self, from: body) else { return nil }
        self = found
    }
}
