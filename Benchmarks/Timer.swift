#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Times as many operations at once as take a while.
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

    /// Nanoseconds an operation.
    func time() -> Double { Self.time(operations, run) / Double(operations) }

    private static func time(_ operations: Int, _ run: Benchmark.Operations) -> Double {
        let start = threadNanoseconds
        Sink.keep(run(operations))
        return threadNanoseconds - start
    }

    /// The processor time of this thread: what another process takes of the processor does not count.
    private static var threadNanoseconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
