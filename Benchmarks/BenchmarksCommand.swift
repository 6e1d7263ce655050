import ArgumentParser
import ZlibReference

/// `swift run -c release Benchmarks`: measures the speed of the codec, and of zlib and memcpy in the same run.
@main
struct BenchmarksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measures the codec and its references alternately in one run.",
        discussion: """
            The reference of CRC-32 and of event streams is zlib's crc32 over the same bytes, that of the other CRCs is our \
            CRC-32, and that of chunks is memcpy of the data. Every number is the median of several rounds.

            With --iterations, nothing is timed. Each selected benchmark runs exactly N operations, so that another tool \
            can count instructions or allocations as the difference between N and 2 N.
            """)

    @Option(help: ArgumentHelp("Run the benchmarks whose names the regular expression matches.", valueName: "regex"))
    var filter: String?

    @Flag(help: "Print a JSON array instead of the table.")
    var json = false

    @Option(help: ArgumentHelp("Run N operations of each benchmark, without a reference.", valueName: "N"))
    var iterations: Int?

    func validate() throws {
        if let iterations, iterations < 1 { throw ValidationError("--iterations must be at least 1.") }
        do { _ = try filter.map { try Regex($0) } } catch {
            throw ValidationError("--filter is not a regular expression: \(error)")
        }
    }

    func run() throws {
        let selected = try selection()
        guard !selected.isEmpty else { throw ValidationError("--filter matches no benchmark.") }
        if let iterations {
            for benchmark in selected {
                let run = try benchmark.prepare()
                Sink.keep(run.ours(iterations))
                print("\(benchmark.name): \(iterations) operations")
            }
            return
        }
        if Zlib.installed == nil {
            Console.note("found no shared library of zlib (Debian: zlib1g), so its benchmarks have no reference")
        }
        let progress = Progress(total: selected.count)
        let results = try selected.map { benchmark in
            progress.begin(benchmark.name)
            return try Measurement.measure(benchmark)
        }
        progress.end()
        print(json ? Report.json(results) : Report.table(results))
    }

    private func selection() throws -> [Benchmark] {
        guard let filter else { return try Benchmark.all() }
        let pattern = try Regex(filter)
        return try Benchmark.all().filter { $0.name.contains(pattern) }
    }
}
