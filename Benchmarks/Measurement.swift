import AllocationCounter

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The results of one benchmark.
struct Measurement {
    let benchmark: Benchmark
    let nanoseconds: Double
    let referenceNanoseconds: Double?
    let speedup: Double?
    /// The smallest and the largest ratio of all rounds but one in eight at each end.
    let speedupRange: ClosedRange<Double>?
    let allocations: Double

    var gigabytesPerSecond: Double { Double(benchmark.bytesPerOperation) / nanoseconds }
    var operationsPerSecond: Double { 1e9 / nanoseconds }

    /// The number of rounds, in each of which the codec and its reference are timed. Odd, so that there is a median.
    private static let rounds = 15

    /// The approximate duration of one timing.
    private static let nanosecondsPerTiming = 10_000_000.0

    /// Times a benchmark and its reference alternately.
    ///
    /// The ratio is the median of the ratios of all rounds, because the load of the machine is similar for two timings in one
    /// round. The times are medians too.
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
            speedup: median(ratios), speedupRange: range(ratios),
            allocations: allocations(run.ours, operations: ours.operations))
    }

    /// Returns where most values are. Single rounds are disturbed by other processes.
    private static func range(_ values: [Double]) -> ClosedRange<Double>? {
        let sorted = values.sorted().dropFirst(values.count / 8).dropLast(values.count / 8)
        guard let low = sorted.first, let high = sorted.last else { return nil }
        return low...high
    }

    /// Returns the allocations per operation, counted over many operations after the buffers have been allocated.
    private static func allocations(_ operation: Benchmark.Operations, operations: Int) -> Double {
        allocation_counter_start()
        Sink.keep(operation(operations))
        return Double(allocation_counter_stop().count) / Double(operations)
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}

/// Receives results, so that the optimizer cannot remove the code that computes them.
enum Sink {
    @inline(never)
    static func keep(_ value: UInt64) {
        unsafe withUnsafePointer(to: value) { unsafe opaque($0) }
    }

    @_optimize(none)
    @inline(never)
    private static func opaque(_ pointer: UnsafePointer<UInt64>) {}
}

/// Times a number of operations that take about a given time.
struct Timer {
    let operations: Int
    private let run: Benchmark.Operations

    init(_ run: @escaping Benchmark.Operations, nanosecondsPerTiming: Double) {
        self.run = run
        var operations = 1
        while true {
            let time = Self.time(operations, run)
            if time >= nanosecondsPerTiming / 4 || operations >= 1 << 40 {
                self.operations = max(1, Int(Double(operations) * nanosecondsPerTiming / max(time, 1)))
                return
            }
            operations *= 2
        }
    }

    /// Returns the nanoseconds per operation.
    func time() -> Double { Self.time(operations, run) / Double(operations) }

    private static func time(_ operations: Int, _ run: Benchmark.Operations) -> Double {
        let start = threadNanoseconds
        Sink.keep(run(operations))
        return threadNanoseconds - start
    }

    /// The processor time of this thread, which does not include the time of other processes.
    private static var threadNanoseconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
