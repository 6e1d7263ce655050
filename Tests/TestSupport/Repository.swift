import Foundation

/// Where the package's files are.
package enum Repository {
    /// The package's root.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The package's own vectors.
    package static let vectors = root.appendingPathComponent("Tests/Vectors")

    /// Further vectors that a development machine may have beside the checkout; nil where it has none.
    package static let sharedVectors: URL? = {
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The folder with the products of the build that is being tested.
    package static let products: URL = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        if let executable, executable.contains("/.build") || executable.contains("PackageTests") {
            return URL(fileURLWithPath: executable).deletingLastPathComponent()
        }
        return Bundle.main.bundleURL.deletingLastPathComponent()
    }()

    /// The bytes of a file.
    package static func bytes(of file: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: file))
    }

    /// The files in a folder with this extension, by name.
    package static func files(in folder: URL, withExtension pathExtension: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == pathExtension }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
