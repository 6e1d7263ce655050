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

/// Times as many operations at once as take a while.
private struct Timer {
    let operations: Int
    private let run: Benchmark.Operations

    init(_ run: @escaping Benchmark.Operations, nanosecondsPerTiming: Double) {
        self.run = run
        var operations = 1
        while true {
            let time = Self.time(operations, run)
            if time >= nanosecondsPerTiming / 4 || operations >= 1 << 40 {
                self.operations = max(1, Int(Double(operations) * nanosecondsPerTiming / time))
                return
            }
            operations *= 2
        }
    }

    /// Nanoseconds an operation.
    func time() -> Double { Self.time(operations, run) / Double(operations) }

    private static func time(_ operations: Int, _ run: Benchmark.Operations) -> Double {
        let clock = ContinuousClock()
        let elapsed = clock.measure { Sink.keep(run(operations)) }
        return Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) * 1e-9
    }
}
