import AsyncHTTPClient
import EventStreamCodec
import EventStreamCrypto
import EventStreamNIO
import Foundation
import NIOCore
import NIOFoundationCompat

/// Asks a model on Amazon Bedrock and prints its answer as it arrives: `BedrockChat QUESTION`.
@main struct BedrockChat {
    static func main() async {
        do {
            guard let question = CommandLine.arguments.dropFirst().first else {
                throw ChatFailure("found no question, expected: BedrockChat QUESTION")
            }
            let settings = try Settings(ProcessInfo.processInfo.environment)
            let response = try await HTTPClient.shared.execute(
                try settings.request(Conversation(question: question)), timeout: .minutes(5))
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: 1 << 20)
                throw ChatFailure("\(response.status): \(ServiceMessage(body)?.message ?? String(buffer: body))")
            }
            try await printAnswer(response.body)
        } catch {
            FileHandle.standardError.write(Data("BedrockChat: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Prints the text in the events of a response. Other events, such as the start of a content block, have no text.
    private static func printAnswer(_ body: HTTPClientResponse.Body) async throws {
        let decoder = JSONDecoder()
        var stopReason: String?
        for try await message in body.eventStreamMessages() {
            switch message.kind {
            case .event(type: "contentBlockDelta"):
                let event = try decoder.decode(ContentBlockDelta.self, from: message.payload)
                print(event.delta.text ?? "", terminator: "")
                fflush(nil)
            case .event(type: "messageStop"):
                stopReason = try decoder.decode(MessageStop.self, from: message.payload).stopReason
            case .event(type: "metadata"):
                let usage = try decoder.decode(Metadata.self, from: message.payload).usage
                print("\n(\(stopReason ?? "unknown"): \(usage.inputTokens) tokens in, \(usage.outputTokens) out)")
            case .event:
                continue
            case .exception(let type):
                throw ChatFailure("\(type): \(ServiceMessage(message.payload)?.message ?? "no message")")
            case .error(let code, let text):
                throw ChatFailure("\(code ?? "error"): \(text ?? "no message")")
            default:
                throw ChatFailure("found a message of another type: \(message)")
            }
        }
        // A proxy may end a response early, between two messages.
        if stopReason == nil { throw ChatFailure("the response ended before the answer did") }
    }
}

/// Why there is no answer.
struct ChatFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
