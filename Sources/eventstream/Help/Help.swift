import ArgumentParser

/// `eventstream help`: the help of a command, or a recipe.
struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the help of a command, or a recipe.",
        discussion: """
            TOPICS
            \(Recipe.list)

            EXAMPLES
              eventstream help decode
              eventstream help lambda invoke
              eventstream help bedrock
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A command or a topic; without one, the help of eventstream.", valueName: "command or topic"),
        completion: .list(completions))
    var names: [String] = []

    /// The topics and the commands of the first level.
    private static var completions: [String] {
        Recipe.all.map(\.name) + EventStreamCommand.configuration.subcommands.map { $0._commandName }
    }

    func run() throws {
        var output = OutputFile()
        let text = try text()
        try output.print { $0 += Array("\(text)\n".utf8) }
        try output.flush()
    }

    private func text() throws -> String {
        if names.count == 1, let recipe = Recipe.all.first(where: { $0.name == names[0] }) { return recipe.text }
        var command: any ParsableCommand.Type = EventStreamCommand.self
        for name in names {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == name }) else {
                throw ValidationError("found no command or topic '\(names.joined(separator: " "))'")
            }
            command = next
        }
        return command == EventStreamCommand.self
            ? EventStreamCommand.helpMessage() : EventStreamCommand.helpMessage(for: command)
    }
}
