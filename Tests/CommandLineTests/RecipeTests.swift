import Foundation
import TestSupport
import Testing

/// The recipes of `eventstream help TOPIC`: their commands print what the recipe shows.
///
/// curl is replaced by a script that prints a vector, and services by `eventstream replay`.
@Suite(.enabled(if: Peer.jq.isInstalled && Peer.curl.isInstalled, "jq or curl is not installed"))
struct RecipeTests {
    /// A command of a recipe, and the lines shown below it.
    private struct Shown {
        var command: String
        var output: [String]
    }

    /// The vectors behind the files that recipes name.
    private static let files = [
        "converse.bin": "bedrock-converse", "invoke.bin": "bedrock-invoke-model", "select.bin": "s3-select-records",
        "cut.bin": "s3-select-cut-before-end", "lambda.bin": "lambda-invocation",
        "damaged.bin": "error-good-message-after-is-lost",
    ]

    private static func topics() throws -> [String] {
        let help = try ChildProcess.run(Command.program, ["help", "help"]).text
        let section = help.components(separatedBy: "TOPICS\n").dropFirst().first ?? ""
        return section.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func theHelpListsEveryTopic() throws {
        let topics = try Self.topics()
        #expect(topics.count >= 7 && Set(topics).count == topics.count)
        let help = try Command.run("--help").text
        for topic in topics { #expect(help.contains("\n  \(topic) "), "\(topic)") }
    }

    @Test func theHelpOfCommandsIsThatOfTheirOption() throws {
        for command in [[], ["decode"], ["lambda"], ["lambda", "invoke"], ["chunked", "decode"], ["help"]] {
            let help = try ChildProcess.run(Command.program, ["help"] + command)
            let option = try ChildProcess.run(Command.program, command + ["--help"])
            #expect(help.status == 0 && help.output == option.output && !help.output.isEmpty, "\(command)")
        }
        for wrong in [["nothing"], ["decode", "bedrock"], ["bedrock", "decode"]] {
            let result = try ChildProcess.run(Command.program, ["help"] + wrong)
            #expect(result.status == 64 && result.output.isEmpty, "\(wrong)")
            #expect(result.error.contains("found no command or topic '\(wrong.joined(separator: " "))'"), "\(wrong)")
        }
    }

    @Test func theCommandsPrintWhatIsShown() throws {
        for topic in try Self.topics() {
            let recipe = try Command.run("help", topic).text
            #expect(recipe.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(topic)")
            let shown = Self.shown(in: recipe)
            #expect(!shown.isEmpty, "\(topic)")
            #if !Network
            // This build cannot send requests.
            guard topic != "send" else { continue }
            #endif
            try run(shown, of: topic)
        }
    }

    /// Returns the commands in a recipe. Lines that end with a backslash continue.
    private static func shown(in recipe: String) -> [Shown] {
        var result: [Shown] = []
        var isOutput = false
        for line in recipe.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  $ ") {
                result.append(Shown(command: String(line.dropFirst(4)), output: []))
                isOutput = true
            } else if isOutput, line.hasPrefix("  ") {
                if result[result.count - 1].output.isEmpty, result[result.count - 1].command.hasSuffix("\\") {
                    result[result.count - 1].command += "\n" + line.dropFirst(2)
                } else {
                    result[result.count - 1].output.append(String(line.dropFirst(2)))
                }
            } else {
                isOutput = false
            }
        }
        return result
    }

    private func run(_ commands: [Shown], of topic: String) throws {
        let folder = try TemporaryFolder()
        for (name, vector) in Self.files {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(name), withDestinationPath: Command.vector(vector))
        }
        _ = try folder.write(Array("{}".utf8), to: "body.json")
        var server: ChildProcess?
        var address = ""
        for shown in commands {
            if shown.command.hasPrefix("eventstream replay ") {
                let file = shown.command.split(separator: " ")[2]
                server = try ChildProcess(Command.program, ["replay", folder.path(String(file))])
                address = try server?.readLine() ?? ""
                #expect(address.hasPrefix("http://127.0.0.1:"), "\(address)")
                continue
            }
            var command = shown.command
            if command.contains("eventstream request") {
                server = try ChildProcess(Command.program, ["replay", folder.path("converse.bin")])
                address = try server?.readLine() ?? ""
                command = command.replacing("https://bedrock-runtime.eu-west-1.amazonaws.com", with: address)
                command = command.replacing("--data", with: "--no-sign --data")
            }
            command = command.replacing("http://127.0.0.1:8080", with: address)
            command = command.replacing("curl -sN https://service.example/stream", with: "cat select.bin")
            let result = try ChildProcess.shell(
                #"cd "$1" && PATH="$2:$PATH" && eval "$3""#, folder.url.path, Repository.products.path, command)
            // Errors appear anywhere between the lines of standard output.
            let lines = Self.withErrorsLast((result.text + result.error).split(separator: "\n").map(String.init))
            let expected = Self.withErrorsLast(shown.output)
            let matches = lines.count == expected.count && zip(lines, expected).allSatisfy(Self.isShown)
            #expect(matches, "\(topic): \(command) printed:\n\(lines.joined(separator: "\n"))")
        }
        if let server { kill(server.identifier, SIGTERM) }
    }

    private static func withErrorsLast(_ lines: [String]) -> [String] {
        lines.filter { !$0.hasPrefix("eventstream: ") } + lines.filter { $0.hasPrefix("eventstream: ") }
    }

    /// Whether a line is what a recipe shows. The recipe's line has no space at its end, and may end with an ellipsis. Times differ.
    private static func isShown(_ line: String, as shown: String) -> Bool {
        if shown.hasSuffix("…") { return line.hasPrefix(shown.dropLast()) }
        if shown.hasPrefix("first byte ") { return withoutTimes(line) == withoutTimes(shown) }
        return String(line.reversed().drop { $0 == " " }.reversed()) == shown
    }

    private static func withoutTimes(_ line: String) -> String {
        line.replacing(/[0-9.,]+ ms/, with: "N ms")
    }
}
