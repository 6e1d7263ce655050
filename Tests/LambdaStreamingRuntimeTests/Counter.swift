#if LambdaRuntime
import Synchronization

/// A number that handlers count in, and tests read.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ number: Int = 1) {
        count.add(number, ordering: .relaxed)
    }

    /// Waits until it no longer changes.
    func settled() async throws -> Int {
        var before = -1
        while before != value {
            before = value
            try await Task.sleep(for: .milliseconds(200))
        }
        return before
    }
}
#endif
