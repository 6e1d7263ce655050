import StepCounter
import TestSupport

/// Bounds for the memory and the steps of a decoder, in proportion to the bytes of an input and the number of calls. Both are
/// counted; nothing is timed.
///
/// Memory is the sum of all allocations of the calling thread, which is at least the peak. A buffer that doubles allocates at
/// most four times its content. Checking names takes eight bytes per header, and a header has at least three. So 8 bytes per
/// byte suffice. Steps are edges of the control flow, in a build that counts them (`-D` COUNT_STEPS, see `.ci/run`).
enum Effort {
    private static let bytesForEachByte = isOptimized ? 8 : 64
    private static let bytesForEachCall = isOptimized ? 0 : 1_024
    // In a debug build, the first use of a type or a table may allocate 16 KiB.
    private static let bytesAtAll = isOptimized ? 8_192 : 40_960
    private static let stepsForEachByte = 100
    private static let stepsForEachCall = 600
    private static let stepsAtAll = 10_000

    /// Throws if `work` exceeds the bounds. It passes `bytes` bytes in `calls` calls, and does not allocate itself.
    static func require(
        bytes: Int, calls: Int, _ what: String, _ work: () -> Void
    ) throws(FuzzFailure) {
        step_counter_start()
        let allocated = Allocations.count(during: work).bytes
        let steps = Int(step_counter_stop())
        let memoryBound = bytesForEachByte * bytes + bytesForEachCall * calls + bytesAtAll
        try codec_fuzz.require(
            allocated <= memoryBound,
            "\(what): \(allocated) bytes allocated for \(bytes) bytes of input, \(memoryBound) are the bound")
        let stepBound = stepsForEachByte * bytes + stepsForEachCall * calls + stepsAtAll
        try codec_fuzz.require(
            steps <= stepBound,
            "\(what): \(steps) steps for \(bytes) bytes in \(calls) calls, \(stepBound) are the bound")
    }
}
