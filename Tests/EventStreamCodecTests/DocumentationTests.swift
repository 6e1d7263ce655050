import Foundation
import TestSupport
import Testing

/// Every block of Swift in the README and in the documentation compiles.
///
/// A block that is followed by a block of text with `error: …` must not compile, for that reason.
@Suite(.enabled(if: SwiftCompiler.isAvailable, "no swiftc, or no module beside the tests"))
struct DocumentationTests {
    /// A block of code in a Markdown file.
    struct Block: Sendable, CustomTestStringConvertible {
        var file: String
        var code: String

        /// The error that the text quotes; nil for code that must compile.
        var error: String?

        var testDescription: String { "\(file): \(code.prefix(60))…" }

        /// Whether the code needs modules of another package, or is a manifest.
        var isCompiledElsewhere: Bool {
            code.contains("import LambdaStreamingRuntime") || code.contains("import PackageDescription")
                // Members of a type.
                || code.hasPrefix("    ")
                || ["EventStreamCrypto", "EventStreamNIO"].contains { code.contains("import \($0)") }
        }

        /// Whether the code is one line of a manifest.
        var isManifestLine: Bool { code.hasPrefix(".package(") }
    }

    static let files: [String] = {
        let folders = ["EventStreamCodec", "LambdaStreaming"].map { "Sources/\($0)/\($0).docc" }
        return ["README.md"]
            + folders.flatMap { folder in
                let url = Repository.root.appendingPathComponent(folder)
                let articles = (try? Repository.files(in: url, withExtension: "md")) ?? []
                return articles.map { "\(folder)/\($0.lastPathComponent)" }
            }
    }()

    static let blocks: [Block] = files.flatMap { file -> [Block] in
        let url = Repository.root.appendingPathComponent(file)
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```swift\n").dropFirst().map { part in
            let pieces = part.components(separatedBy: "\n```")
            var error: String?
            if pieces.count > 2, pieces[1].trimmingCharacters(in: .newlines).isEmpty,
                pieces[2].hasPrefix("text\nerror: ")
            {
                error = String(pieces[2].dropFirst("text\nerror: ".count))
            }
            return Block(file: file, code: pieces[0], error: error)
        }
    }

    @Test func theArticlesAreFound() {
        #expect(Self.files.count >= 9 && Self.blocks.count >= 40)
        #expect(Self.blocks.count { $0.error != nil } >= 7)
    }

    @Test(arguments: blocks.filter { !$0.isCompiledElsewhere && !$0.isManifestLine })
    func aBlockCompilesOrFailsAsDocumented(block: Block) throws {
        // Imports go to the top of the file and statements into a function. An actor cannot be declared inside a function.
        let lines = block.code.components(separatedBy: "\n")
        let imports = lines.filter { $0.hasPrefix("import ") }.joined(separator: "\n")
        let code = lines.filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
        let hasOnlyDeclarations =
            code.trimmingCharacters(in: .newlines).prefixMatch(of: /actor|func|struct|final class/) != nil
        let source =
            hasOnlyDeclarations
            ? code
            : """
            func example(
                pieces: [[UInt8]], response: AsyncStream<[UInt8]>, show: (RawSpan) -> Void, send: ([UInt8]) -> Void
            ) async throws {
            \(code)
            }
            """
        let errors = try SwiftCompiler.errors(
            in: "\(imports)\n\(source)", imports: ["EventStreamCodec", "LambdaStreaming"])
        if let error = block.error {
            #expect(errors.contains { $0.contains("error: \(error)") }, "\(errors.joined(separator: "\n"))")
        } else {
            #expect(errors.isEmpty, "\(errors.joined(separator: "\n"))")
        }
    }

    /// Functions and manifests need other modules. Each is part of a file that CI builds.
    @Test(arguments: blocks.filter(\.isCompiledElsewhere))
    func aFunctionIsPartOfAnExample(block: Block) throws {
        let folders = [
            "Examples/SDKAdapters", "Examples/StreamingFunction", "Tests/EventStreamCryptoTests",
            "Tests/EventStreamNIOTests", "Tests/LambdaFunctions/ReadmeFunction",
        ]
        let sources = try folders.flatMap { folder -> [String] in
            let root = Repository.root.appendingPathComponent(folder)
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
            return try files.compactMap { $0 as? URL }
                .filter { $0.pathExtension == "swift" && !$0.path.contains("/.build/") }
                .map { try String(contentsOf: $0, encoding: .utf8) }
        }
        #expect(sources.contains { $0.contains(block.code) }, "no example has this code")
    }
}
