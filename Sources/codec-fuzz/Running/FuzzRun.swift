import TestSupport

/// Checks one target with inputs generated from a seed.
struct FuzzRun {
    let target: FuzzTarget
    let seed: UInt64

    /// When to stop.
    enum Bound {
        case executions(Int)
        case seconds(Double)
    }

    struct Result {
        var executions = 0
        var seconds = 0.0
        var failing: (input: [UInt8], failure: FuzzFailure)?
    }

    /// The pool has inputs of earlier executions, which are mutated again. They are short, so that many can be checked.
    private static let poolSize = 32
    private static let longestInPool = 1_024

    /// The number of executions between two reads of the clock.
    private static let clockInterval = 16

    func run(until bound: Bound) -> Result {
        // Every target has its own inputs.
        var random = SeededGenerator(seed: target.name.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
        var pool: [[UInt8]] = []
        var result = Result()
        let clock = ContinuousClock()
        let start = clock.now
        func elapsed() -> Double {
            let duration = clock.now - start
            return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        }
        var isOver: Bool {
            switch bound {
            case .executions(let count): result.executions >= count
            case .seconds(let seconds):
                result.executions.isMultiple(of: Self.clockInterval) && elapsed() >= seconds
            }
        }

        while result.failing == nil, !isOver {
            let input = nextInput(&pool, &random)
            result.executions += 1
            if let failure = CrashReport.watching(input, check: target.check) { result.failing = (input, failure) }
        }
        result.seconds = elapsed()
        return result
    }

    /// Returns a valid input, a mutated one, or one from the pool that is mutated again.
    private func nextInput(_ pool: inout [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var input: [UInt8]
        switch random.below(4) {
        case 0: return target.shape.make(&random)
        case 1 where !pool.isEmpty: input = random.pick(pool)
        default: input = target.shape.make(&random)
        }
        target.shape.mutate(&input, &random)
        if input.count <= Self.longestInPool, random.oneIn(8) {
            if pool.count < Self.poolSize { pool.append(input) } else { pool[random.below(Self.poolSize)] = input }
        }
        return input
    }
}
