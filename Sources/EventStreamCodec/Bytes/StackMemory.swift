/// Four kibibytes, to be a local variable.
///
/// The standard library lends up to one of stack memory, and more from the heap; an inline array would raise the systems
/// that this library runs on.
private struct StackMemory {
    private typealias Part = SIMD64<UInt64>

    private var parts: (Part, Part, Part, Part, Part, Part, Part, Part)

    init() {
        let zeros = Part()
        parts = (zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros)
    }
}

/// Lends four kibibytes of zeros on the stack for the duration of `body`.
@inline(__always)
func withStackMemory<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) -> R {
    var memory = StackMemory()
    return unsafe withUnsafeMutableBytes(of: &memory) { unsafe body($0) }
}
