import Foundation
import TestSupport
import Testing

/// The code in the documentation compiles.
@Suite(.enabled(if: SwiftCompiler.isAvailable, "no swiftc, or no module beside the tests"))
struct ReadmeTests {
    /// The blocks of Swift in a Markdown file, the manifest's line of dependencies aside.
    private func blocks(of file: String) throws -> [String] {
        let text = try String(contentsOf: Repository.root.appendingPathComponent(file), encoding: .utf8)
        return text.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
            // The runtime's needs all of SwiftNIO's modules, and is a target of its own: readme-function.
            .filter { !$0.contains(".package(") && !$0.contains("import LambdaStreamingRuntime") }
    }

    @Test(arguments: [
        "README.md", "Sources/EventStreamCodec/EventStreamCodec.docc/EventStreamCodec.md",
        "Sources/LambdaStreaming/LambdaStreaming.docc/LambdaStreaming.md",
    ])
    func theBlocksCompile(file: String) throws {
        let blocks = try blocks(of: file)
        #expect(!blocks.isEmpty)
        for block in blocks {
            // A block stands in a function, unless it declares one.
            let imports = ["EventStreamCodec", "LambdaStreaming"]
            let code = imports.reduce(block) { $0.replacing("import \($1)\n", with: "") }
            let source =
                code.contains("func ")
                ? code
                : """
                func example(
                    pieces: [[UInt8]], response: AsyncStream<[UInt8]>, show: (RawSpan) -> Void, send: ([UInt8]) -> Void
                ) async throws {
                \(code)
                }
                """
            let errors = try SwiftCompiler.errors(in: source, imports: imports)
            #expect(errors.isEmpty, "\(block)\n\(errors.joined(separator: "\n"))")
        }
    }
}
