/// Four kibibytes on the stack.
///
/// The standard library lends stack memory of up to one; an inline array would raise the systems this library runs on.
private struct FoldingScratch {
    private typealias Part = SIMD64<UInt64>

    private var parts: (Part, Part, Part, Part, Part, Part, Part, Part)

    init() {
        let zeros = Part()
        parts = (zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros)
    }
}

/// Lends four kibibytes of zeros for the duration of `body`.
@inline(__always)
func withFoldingScratch<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) -> R {
    var scratch = FoldingScratch()
    return unsafe withUnsafeMutableBytes(of: &scratch) { unsafe body($0) }
}
