import AllocationCounter

/// Counts allocations of the current thread.
package enum Allocations {
    /// Whether allocations can be counted on this platform.
    package static var canBeCounted: Bool { allocation_counter_is_available() }

    /// Whether a sanitizer is active, which changes the memory that a process needs.
    package static var isUnderSanitizer: Bool { allocation_counter_runs_under_sanitizer() }

    /// Returns the number and the bytes of the allocations of `body`.
    package static func count(during body: () -> Void) -> (count: Int, bytes: Int) {
        allocation_counter_start()
        body()
        let totals = allocation_counter_stop()
        return (Int(totals.count), Int(totals.bytes))
    }

    /// Returns the bytes that `body` has allocated and not freed, as the allocator rounds them. They cannot be counted under a
    /// sanitizer.
    package static func liveBytes(after body: () -> Void) -> Int {
        allocation_counter_start()
        body()
        return Int(allocation_counter_stop().live_bytes)
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
