import AsyncHTTPClient
import EventStreamCodec
import EventStreamCrypto
import EventStreamNIO
import Foundation
import NIOCore
import NIOFoundationCompat

/// A shard of a stream, as a registered consumer reads it.
struct Shard {
    let consumer: String
    let id: String
}

/// Where a subscription starts.
enum Position: CustomStringConvertible {
    case start
    case after(String)

    var description: String {
        switch self {
        case .start: "the first record"
        case .after(let number): "after \(number)"
        }
    }

    var json: [String: String] {
        switch self {
        case .start: ["Type": "TRIM_HORIZON"]
        case .after(let number): ["Type": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": number]
        }
    }
}

/// Amazon Kinesis Data Streams: where it is, and who calls it.
struct Kinesis {
    private let credentials: AWSCredentials
    private let region: String
    private let endpoint: String

    /// - Parameter environment: The variables that AWS's SDKs read.
    init(_ environment: [String: String]) throws {
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw ConsumerFailure("found no credentials, expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        credentials = AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
        region = environment["AWS_REGION"] ?? "us-east-1"
        endpoint = environment["AWS_ENDPOINT_URL_KINESIS"] ?? "https://kinesis.\(region).amazonaws.com"
    }

    /// Starts a subscription.
    ///
    /// - Returns: The body of the response, an event stream.
    /// - Throws: ``KinesisError`` if the service refuses.
    func subscribe(to shard: Shard, from position: Position) async throws -> HTTPClientResponse.Body {
        let response = try await HTTPClient.shared.execute(try request(shard, position), deadline: .now() + .minutes(6))
        guard response.status == .ok else {
            throw KinesisError(type: nil, try await response.body.collect(upTo: 1 << 20))
        }
        return response.body
    }

    private func request(_ shard: Shard, _ position: Position) throws -> HTTPClientRequest {
        guard let url = URL(string: endpoint), let host = url.host() else {
            throw ConsumerFailure("found \(endpoint), expected a URL")
        }
        let body = try JSONSerialization.data(withJSONObject: [
            "ConsumerARN": shard.consumer, "ShardId": shard.id, "StartingPosition": position.json,
        ])
        let unsigned = SigV4Request(
            method: "POST", target: "/",
            headers: [
                ("Host", url.port.map { "\(host):\($0)" } ?? host), ("Content-Type", "application/x-amz-json-1.1"),
                ("X-Amz-Target", "Kinesis_20131202.SubscribeToShard"),
            ])
        var signer = SigV4RequestSigner(credentials, region: region, service: "kinesis")
        let signed = try signer.sign(unsigned, at: .now, payload: SigV4Payload([UInt8](body)))

        var request = HTTPClientRequest(url: endpoint + "/")
        request.method = .POST
        for (name, value) in unsigned.headers + signed.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        return request
    }
}

// MARK: What the service sends

/// Records that arrived together, and the position after them.
struct SubscribeToShardEvent: Decodable {
    struct Record: Decodable {
        let sequenceNumber: String
        let partitionKey: String
        let data: Data
    }

    struct ChildShard: Decodable {
        let shardId: String
    }

    let records: [Record]
    /// Nil if the shard is closed and all its records have been sent.
    let continuationSequenceNumber: String?
    let childShards: [ChildShard]?

    /// - Returns: Nil for a message without records: the initial response, and events that were added later.
    /// - Throws: ``KinesisError`` for an exception or an error.
    init?(_ message: EventStreamMessageBuffer) throws {
        switch message.kind {
        case .event(type: "SubscribeToShardEvent"):
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .custom { Key($0.last?.stringValue ?? "") }
            self = try decoder.decode(Self.self, from: message.payload)
        case .exception(let type): throw KinesisError(type: type, message.payload)
        case .error(let code, let text): throw KinesisError(type: code ?? "error", text: text ?? "no message")
        default: return nil
        }
    }

    /// A key of the service, such as `SequenceNumber`, as the property is named.
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ key: String) { stringValue = key.prefix(1).lowercased() + key.dropFirst() }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

/// An error of the service, in a response or in a stream.
struct KinesisError: Error, CustomStringConvertible {
    let type: String
    let text: String

    var description: String { "\(type): \(text)" }

    /// Whether the documentation of the error advises to retry. Another subscription of the same consumer, which may have lost
    /// its connection, is in use for up to five seconds.
    var isTemporary: Bool {
        [
            "InternalFailure", "InternalFailureException", "KMSThrottlingException", "LimitExceededException",
            "ResourceInUseException", "ServiceUnavailable",
        ].contains(type)
    }

    init(type: String, text: String) {
        self.type = type
        self.text = text
    }

    /// - Parameter type: The type of an exception; nil if the body has it.
    init(type: String?, _ body: ByteBuffer) {
        let fields = try? JSONDecoder().decode([String: String].self, from: body)
        self.init(
            type: type ?? fields?["__type"]?.split(separator: "#").last.map(String.init) ?? "error",
            text: fields?["message"] ?? fields?["Message"] ?? String(buffer: body))
    }
}
