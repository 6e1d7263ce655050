import AllocationCounter

/// Allocations of the current thread.
package enum Allocations {
    /// Whether they can be counted on this platform.
    package static var canBeCounted: Bool { allocation_counter_is_available() }

    /// Whether a sanitizer is at work, which has its own idea of how much memory a process needs.
    package static var isUnderSanitizer: Bool { allocation_counter_runs_under_sanitizer() }

    /// The number of allocations and their bytes while `body` ran.
    package static func count(during body: () -> Void) -> (count: Int, bytes: Int) {
        allocation_counter_start()
        body()
        let totals = allocation_counter_stop()
        return (Int(totals.count), Int(totals.bytes))
    }
}

/// Whether the tests are built with optimization.
package var isOptimized: Bool {
    #if DEBUG
    false
    #else
    true
    #endif
}
