import Foundation
import LambdaStreamingRuntime

/// What a sample needs of its event.
struct SampleRequest {
    /// The sample asked for; empty for none.
    let sample: String

    /// How long a sample rests between its pieces.
    let pause: Duration

    /// The event of a function URL (payload format 2.0), or one made up for an SDK: `{"sample":"hello","pause":100}`.
    private struct Event: Decodable {
        var rawPath: String?
        var queryStringParameters: [String: String]?
        var sample: String?
        var pause: Int?
    }

    /// Takes the sample from the event, and the pause, in milliseconds, from the event, the query `?pause=100`, or the
    /// environment's `SAMPLES_PAUSE`.
    init(_ event: InvocationEvent) throws {
        let event = try event.decoded(as: Event.self)
        sample = event.sample ?? String((event.rawPath ?? "/").dropFirst())
        let query = event.queryStringParameters?["pause"].flatMap { Int($0) }
        let environment = ProcessInfo.processInfo.environment["SAMPLES_PAUSE"].flatMap { Int($0) }
        pause = .milliseconds(min(max(event.pause ?? query ?? environment ?? 700, 0), 60_000))
    }

    /// Rests between two pieces.
    func rest() async throws {
        try await Task.sleep(for: pause)
    }
}
