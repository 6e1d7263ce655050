import Foundation

/// Runs the Swift compiler to check whether code that uses the library compiles.
package enum SwiftCompiler {
    /// Whether there is a compiler, and the library's module next to the tests.
    package static let isAvailable: Bool = {
        let modules = Repository.products.appendingPathComponent("Modules/EventStreamCodec.swiftmodule")
        return FileManager.default.fileExists(atPath: modules.path) && run(["--version"]).status == 0
    }()

    /// Compiles `source`, as a file that imports the library, up to the diagnosis of lifetimes.
    ///
    /// - Returns: The errors of the compiler, none if it accepts the code.
    package static func errors(in source: String, imports: [String] = ["EventStreamCodec"]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("snippet-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Snippet.swift")
        let text = imports.map { "import \($0)\n" }.joined() + source
        try text.write(to: file, atomically: true, encoding: .utf8)
        let modules = Repository.products.appendingPathComponent("Modules").path
        // A file, because the compiler removes its output after an error: as root, it would remove /dev/null.
        let output = folder.appendingPathComponent("Snippet.sil").path
        let result = run([
            "-swift-version", "6", "-parse-as-library", "-I", modules, "-emit-sil", "-o", output, file.path,
        ])
        let errors = result.output.split(separator: "\n").filter { $0.contains(" error: ") }.map(String.init)
        return result.status == 0 ? [] : errors + (errors.isEmpty ? [result.output] : [])
    }

    private static func run(_ arguments: [String]) -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swiftc"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do { try process.run() } catch { return (-1, "\(error)") }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
