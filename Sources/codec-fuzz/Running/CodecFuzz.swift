#if !FUZZING
import ArgumentParser
import Foundation
import StepCounter
import TestSupport

/// `codec-fuzz` without a fuzzing runtime: generates, mutates and checks inputs from a seed, or replays files.
@main
struct CodecFuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec-fuzz",
        abstract: "Check properties that every input must have, with inputs generated from a seed.",
        discussion: """
            Without FILEs, inputs are generated in the format of each target, mutated, and often repaired so that they \
            get past checksums. The same seed gives the same inputs. With FILEs, only these inputs are checked.

            TARGETS
            \(FuzzTarget.all.map { "  \($0.name): \($0.about)" }.joined(separator: "\n"))

            EXIT STATUS
              0 no input failed; 1 an input failed and was written to a file, whose name is printed; 64 wrong usage; 66 a \
            FILE cannot be read.
            """
    )

    @Option(help: ArgumentHelp("A target, or all.", valueName: "name"))
    var target = "all"

    @Option(help: ArgumentHelp("Executions per target (default: 10000).", valueName: "n"))
    var iterations: Int?

    @Option(help: ArgumentHelp("Seconds for all targets together, instead of a number of executions.", valueName: "n"))
    var seconds: Double?

    @Option(help: ArgumentHelp("The seed of the inputs (default: random; it is printed).", valueName: "n"))
    var seed: UInt64?

    @Argument(help: "Inputs to check instead of generated ones.", completion: .file())
    var files: [String] = []

    private var targets: [FuzzTarget] {
        target == "all" ? FuzzTarget.all : FuzzTarget.named(target).map { [$0] } ?? []
    }

    func validate() throws {
        guard !targets.isEmpty else {
            throw ValidationError(
                "--target takes all, or one of: \(FuzzTarget.all.map(\.name).joined(separator: ", ")).")
        }
        guard iterations == nil || seconds == nil else {
            throw ValidationError("--iterations and --seconds exclude each other.")
        }
        guard iterations ?? 1 > 0, seconds ?? 1 > 0 else { throw ValidationError("A number above 0 is needed.") }
    }

    func run() throws {
        CrashReport.install()
        let isFine = files.isEmpty ? try generate() : try replay()
        if !isFine { throw ExitCode(1) }
    }

    /// Prints a line immediately, so that it is not lost if the process crashes.
    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    /// Checks generated inputs.
    private func generate() throws -> Bool {
        let seed = seed ?? UInt64.random(in: 0...UInt64.max)
        say("seed \(seed)\(step_counter_is_available() ? ", counting steps" : "")")
        let bound: FuzzRun.Bound =
            if let seconds {
                .seconds(seconds / Double(targets.count))
            } else {
                .executions(iterations ?? 10_000)
            }
        var isFine = true
        var total = 0
        for target in targets {
            let file = "codec-fuzz-\(target.name)-\(seed).bin"
            CrashReport.begin(target: target.name, file: file)
            let result = FuzzRun(target: target, seed: seed).run(until: bound)
            total += result.executions
            let rate = Int(Double(result.executions) / max(result.seconds, 0.001))
            say("\(target.name): \(result.executions) executions, \(rate) a second")
            guard let failing = result.failing else { continue }
            isFine = false
            try Data(failing.input).write(to: URL(fileURLWithPath: file))
            print(
                "\(target.name): FAILED at execution \(result.executions): \(failing.failure); the input is in \(file)")
        }
        say("\(total) executions, \(isFine ? "nothing found" : "an input failed")")
        return isFine
    }

    /// Checks files.
    private func replay() throws -> Bool {
        var isFine = true
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                say("codec-fuzz: \(file) cannot be read")
                throw ExitCode(66)
            }
            for target in targets {
                CrashReport.begin(target: target.name, file: nil)
                let input = Array(data)
                guard let failure = CrashReport.watching(input, check: target.check) else { continue }
                isFine = false
                say("\(target.name): FAILED on \(file): \(failure)")
            }
        }
        say("\(files.count) files, \(isFine ? "nothing found" : "an input failed")")
        return isFine
    }
}
#endif
