/// Lends `count` zeroed 64-bit words for the duration of `body`: from the stack when they are few (1 KiB), otherwise
/// from the heap.
func withTemporaryWords<R>(count: Int, _ body: (inout MutableSpan<UInt64>) -> R) -> R {
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { memory in
        unsafe memory.initialize(repeating: 0)
        // The span does not leave the closure that lends its memory.
        var words = unsafe MutableSpan(_unsafeElements: memory)
        return body(&words)
    }
}
