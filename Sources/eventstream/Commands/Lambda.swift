import ArgumentParser

/// `eventstream lambda`: Lambda functions whose responses are streamed.
struct Lambda: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Invoke Lambda functions whose responses are streamed.",
        subcommands: [LambdaInvoke.self]
    )
}
