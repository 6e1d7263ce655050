import AsyncHTTPClient
import EventStreamCodec
import EventStreamCrypto
import EventStreamNIO
import Foundation
import NIOCore
import NIOFoundationCompat

/// Transcribes standard input while it is being recorded: `Transcribe < AUDIO`. The audio is PCM, 16 bits, one channel, 16 kHz.
@main struct Transcribe {
    static func main() async {
        do {
            let service = try TranscribeService(ProcessInfo.processInfo.environment)
            let request = try service.request()
            try await HTTPClient.withHTTPClient(configuration: service.clientConfiguration) { client in
                let response = try await client.execute(request, timeout: .hours(4))
                guard response.status == .ok else {
                    let body = try await response.body.collect(upTo: 1 << 20)
                    throw TranscribeFailure("\(response.status): \(ServiceMessage(body))")
                }
                // The audio is still being sent.
                try await printTranscripts(response.body)
            }
        } catch {
            FileHandle.standardError.write(Data("Transcribe: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Prints each transcript when it arrives; one that a later one replaces with `…`.
    private static func printTranscripts(_ body: HTTPClientResponse.Body) async throws {
        for try await message in body.eventStreamMessages() {
            switch message.kind {
            case .event(type: "TranscriptEvent"):
                let event = try TranscriptEvent(message.payload)
                for result in event.transcript.results {
                    guard let text = result.alternatives.first?.transcript else { continue }
                    print("\(result.endTime) s\(result.isPartial ? " …" : "") \(text)")
                    fflush(nil)
                }
            case .event:
                continue
            case .exception(let type):
                throw TranscribeFailure("\(type): \(ServiceMessage(message.payload))")
            case .error(let code, let text):
                throw TranscribeFailure("\(code ?? "error"): \(text ?? "no message")")
            default:
                throw TranscribeFailure("found a message of another type: \(message)")
            }
        }
    }
}

/// Why there is no transcript.
struct TranscribeFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

// MARK: What the service sends

struct TranscriptEvent: Decodable {
    struct Transcript: Decodable {
        let results: [Result]
    }

    struct Result: Decodable {
        let alternatives: [Alternative]
        let isPartial: Bool
        let endTime: Double
    }

    struct Alternative: Decodable {
        let transcript: String
    }

    let transcript: Transcript

    init(_ json: ByteBuffer) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { Key($0.last?.stringValue ?? "") }
        self = try decoder.decode(Self.self, from: json)
    }

    /// A key of the service, such as `EndTime`, as the property is named.
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ key: String) { stringValue = key.prefix(1).lowercased() + key.dropFirst() }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

/// The text of an exception, or of a response that is an error.
struct ServiceMessage: CustomStringConvertible {
    let description: String

    init(_ body: ByteBuffer) {
        let fields = try? JSONDecoder().decode([String: String].self, from: body)
        description = fields?["Message"] ?? fields?["message"] ?? String(buffer: body)
    }
}
