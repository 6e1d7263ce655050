import Foundation
import TestSupport

/// The `eventstream` command, as built beside the tests.
enum Command {
    static let program = Repository.products.appendingPathComponent("eventstream")

    /// Runs the command to its end.
    static func run(_ arguments: String..., input: [UInt8] = []) throws -> ChildProcess.Result {
        try ChildProcess.run(program, arguments, input: input)
    }

    /// The path of one of the package's vectors.
    static func vector(_ name: String) -> String {
        Repository.vectors.appendingPathComponent("eventstream/\(name).bin").path
    }
}
