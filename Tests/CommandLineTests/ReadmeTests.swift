import Foundation
import TestSupport
import Testing

/// The README's commands print what the README says they print.
@Suite struct ReadmeTests {
    /// A command of a console block, and the lines shown below it.
    private struct Shown {
        var command: String
        var output: [String]
    }

    private func shown() throws -> [Shown] {
        let text = try String(contentsOf: Repository.root.appendingPathComponent("README.md"), encoding: .utf8)
        var result: [Shown] = []
        for block in text.components(separatedBy: "```console\n").dropFirst() {
            guard let lines = block.components(separatedBy: "\n```").first?.components(separatedBy: "\n") else {
                continue
            }
            for line in lines {
                if line.hasPrefix("$ ") {
                    result.append(Shown(command: String(line.dropFirst(2)), output: []))
                } else if !result.isEmpty {
                    result[result.count - 1].output.append(line)
                }
            }
        }
        return result
    }

    @Test func theCommandsPrintWhatIsShown() throws {
        let shown = try shown()
        #expect(shown.count >= 3)
        for example in shown {
            // `swift run` would build. The product is in the folder of the tests.
            let command = example.command.replacing("swift run -c release eventstream", with: "eventstream")
            let result = try ChildProcess.shell(
                #"cd "$1" && PATH="$2:$PATH" && eval "$3""#, Repository.root.path, Repository.products.path, command)
            #expect(
                (result.text + result.error).split(separator: "\n").map(String.init) == example.output,
                "\(example.command)")
        }
    }

    @Test func theHelpShowsEachExampleOnce() throws {
        for command in [
            [], ["decode"], ["encode"], ["inspect"], ["chunked", "decode"], ["chunked", "encode"],
            ["lambda", "invoke"],
        ] {
            let help = try ChildProcess.run(Command.program, command + ["--help"])
            #expect(help.status == 0 && help.text.contains("EXAMPLES"))
            let examples =
                help.text.components(separatedBy: "EXAMPLES\n").dropFirst().joined()
                .components(separatedBy: "\n\n").first?.split(separator: "\n") ?? []
            #expect(!examples.isEmpty && Set(examples).count == examples.count, "\(command): \(examples)")
        }
    }
}
