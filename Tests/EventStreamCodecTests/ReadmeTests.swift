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
            .filter { !$0.contains(".package(") }
    }

    @Test(arguments: ["README.md", "Sources/EventStreamCodec/EventStreamCodec.docc/EventStreamCodec.md"])
    func theBlocksCompile(file: String) throws {
        let blocks = try blocks(of: file)
        #expect(!blocks.isEmpty)
        for block in blocks {
            // A block stands in a function, unless it declares one.
            let code = block.replacing("import EventStreamCodec\n", with: "")
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
            let errors = try SwiftCompiler.errors(in: source)
            #expect(errors.isEmpty, "\(block)\n\(errors.joined(separator: "\n"))")
        }
    }
}
