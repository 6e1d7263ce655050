import StepCounter
import TestSupport

/// What a decoder may spend on an input: memory and steps in proportion to the bytes it was given and the calls they came
/// in. Counted, not timed.
///
/// Memory is all bytes that the calling thread asks of the allocator, summed, so that it bounds the peak too. A buffer that
/// doubles asks for four times its content at most, and checking names takes eight bytes a header of three at least: 8 a
/// byte leave room for both. Steps are edges of the control flow, in a build that counts them (`-D` COUNT_STEPS, see
/// `.ci/run`).
enum Effort {
    private static let bytesForEachByte = isOptimized ? 8 : 64
    private static let bytesForEachCall = isOptimized ? 0 : 1_024
    private static let bytesAtAll = 8_192
    private static let stepsForEachByte = 100
    private static let stepsForEachCall = 600
    private static let stepsAtAll = 10_000

    /// Throws when `work`, which feeds `bytes` bytes in `calls` calls and allocates nothing itself, spends too much.
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
