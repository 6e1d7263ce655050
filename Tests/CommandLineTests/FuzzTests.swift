import Foundation
import TestSupport
import Testing

/// `codec-fuzz`, as a process.
@Suite struct FuzzTests {
    private static let program = Repository.products.appendingPathComponent("codec-fuzz")

    private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess.Result {
        // Where it leaves inputs that fail.
        try ChildProcess.run(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", #"cd "$1" && exec "${@:2}""#, "bash", folder.url.path, Self.program.path] + arguments)
    }

    /// Every input that ever failed, and the vectors that are not long, through every target.
    @Test func regressionsAndVectorsAreReplayed() throws {
        let folder = try TemporaryFolder()
        for name in ["regressions", "eventstream", "chunked", "aws-chunked", "event-signing"] {
            let files = try Repository.files(in: Repository.vectors.appendingPathComponent(name), withExtension: "bin")
                .filter { try Repository.bytes(of: $0).count <= 2_000 }
            #expect(!files.isEmpty, "\(name)")
            let result = try run(files.map(\.path), in: folder)
            #expect(result.status == 0, "\(result.text)")
            #expect(result.lines.last == "\(files.count) files, nothing found")
        }
    }

    @Test func everyRegressionSaysWhatItWas() throws {
        let folder = Repository.vectors.appendingPathComponent("regressions")
        struct Contents: Decodable {
            var about: String
            var found: String
        }
        for file in try Repository.files(in: folder, withExtension: "bin") {
            let json = try Data(contentsOf: file.deletingPathExtension().appendingPathExtension("json"))
            let contents = try JSONDecoder().decode(Contents.self, from: json)
            #expect(!contents.about.isEmpty && !contents.found.isEmpty, "\(file.lastPathComponent)")
        }
    }

    @Test func everyTargetRuns() throws {
        let folder = try TemporaryFolder()
        let result = try run(["--iterations", "150", "--seed", "7"], in: folder)
        #expect(result.status == 0, "\(result.text)")
        // A build that counts steps says so.
        #expect(["seed 7", "seed 7, counting steps"].contains(result.lines.first))
        #expect(result.lines.filter { $0.contains(": 150 executions, ") }.count >= 18)
    }

    /// Targets that fail on purpose: the input is kept, and repeats the failure.
    @Test(
        arguments: [
            ("planted-failure", "FAILED at execution", "FAILED on"),
            ("planted-trap", "CRASHED; ", "CRASHED on the file"),
        ])
    func aFailureIsNoticedKeptAndRepeated(target: String, found: String, repeated: String) throws {
        let folder = try TemporaryFolder()
        let result = try run(["--target", target, "--seed", "7"], in: folder)
        #expect(result.status == 1)
        #expect(result.text.contains("\(target): \(found)"), "\(result.text)")
        let file = "codec-fuzz-\(target)-7.bin"
        #expect(result.text.contains("the input is in \(file)"), "\(result.text)")
        #expect(try Repository.bytes(of: folder.url.appendingPathComponent(file)).contains(UInt8(ascii: "*")))
        let again = try run(["--target", target, file], in: folder)
        #expect(again.status == 1 && again.text.contains("\(target): \(repeated)"), "\(again.text)")
        // Without a name, all other targets run.
        #expect(try run([file], in: folder).status == 0)
    }

    @Test func usageErrorsHaveTheirStatus() throws {
        let folder = try TemporaryFolder()
        for arguments in [
            ["--target", "none"], ["--iterations", "0"], ["--seconds", "-1"], ["--seconds", "1", "--iterations", "1"],
            ["--seed", "x"],
        ] {
            #expect(try run(arguments, in: folder).status == 64, "\(arguments)")
        }
        #expect(try run(["absent.bin"], in: folder).status == 66)
    }
}
