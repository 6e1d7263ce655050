/// The bandwidth of a streamed response in production: 6 MiB at once, then 2 MiB a second.
///
/// A token bucket. Source: AWS Lambda developer guide, "Response streaming for Lambda functions".
struct Bandwidth {
    private static let burst = 6 << 20
    private static let bytesPerSecond = 2 << 20

    private var available = Double(Self.burst)
    private var time = ContinuousClock.now

    /// Waits until `count` bytes may pass.
    mutating func pass(_ count: Int) async throws {
        let now = ContinuousClock.now
        let elapsed = Double((now - time).milliseconds) / 1_000
        available = min(available + elapsed * Double(Self.bytesPerSecond), Double(Self.burst)) - Double(count)
        time = now
        if available < 0 {
            try await Task.sleep(for: .seconds(-available / Double(Self.bytesPerSecond)))
        }
    }
}
