import AllocationCounter

/// What was measured of a benchmark.
struct Measurement {
    let benchmark: Benchmark
    let nanoseconds: Double
    let referenceNanoseconds: Double?
    let speedup: Double?
    let allocations: Double

    var gigabytesPerSecond: Double { Double(benchmark.bytesPerOperation) / nanoseconds }
    var operationsPerSecond: Double { 1e9 / nanoseconds }

    /// How many times ours and its reference are timed, in turn. Odd, so that there is a median.
    private static let rounds = 15

    /// How long one timing takes, about.
    private static let nanosecondsPerTiming = 10_000_000.0

    /// Times a benchmark and its reference alternately.
    ///
    /// The ratio is the median of the rounds' ratios: two timings that follow each other see the same machine, busy or
    /// not. The times are medians too, each of its own.
    static func measure(_ benchmark: Benchmark) throws -> Measurement {
        let run = try benchmark.prepare()
        let ours = Timer(run.ours, nanosecondsPerTiming: nanosecondsPerTiming)
        let reference = run.reference.map { Timer($0, nanosecondsPerTiming: nanosecondsPerTiming) }
        var times: [Double] = []
        var referenceTimes: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<rounds {
            let time = ours.time()
            times.append(time)
            guard let reference else { continue }
            let referenceTime = reference.time()
            referenceTimes.append(referenceTime)
            ratios.append(referenceTime / time)
        }
        return Measurement(
            benchmark: benchmark, nanoseconds: median(times) ?? 0, referenceNanoseconds: median(referenceTimes),
            speedup: median(ratios), allocations: allocations(run.ours, operations: ours.operations))
    }

    /// Allocations an operation, counted over many, when the buffers that are reused are warm.
    private static func allocations(_ operation: Benchmark.Operations, operations: Int) -> Double {
        allocation_counter_start()
        Sink.keep(operation(operations))
        return Double(allocation_counter_stop().count) / Double(operations)
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}
