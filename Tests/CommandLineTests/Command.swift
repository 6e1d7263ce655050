import Foundation
import LambdaStreaming
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

    /// The event stream of a function's response.
    static func invokeResponse(
        _ pieces: [String], _ complete: InvokeComplete? = InvokeComplete()
    ) throws -> [UInt8] {
        var encoder = InvokeResponseEncoder()
        var bytes: [UInt8] = []
        for piece in pieces { try encoder.append(payload: Array(piece.utf8), to: &bytes) }
        if let complete { try encoder.finish(complete, to: &bytes) }
        return bytes
    }
}
