import Foundation

/// Locations of the package's files.
package enum Repository {
    /// The root folder of the package.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The vectors of the package.
    package static let vectors = root.appendingPathComponent("Tests/Vectors")

    /// More vectors, which a development machine may have next to the checkout; nil if there are none.
    package static let sharedVectors: URL? = {
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The folder with the build products under test.
    package static let products: URL = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        if let executable, executable.contains("/.build") || executable.contains("PackageTests") {
            return URL(fileURLWithPath: executable).deletingLastPathComponent()
        }
        return Bundle.main.bundleURL.deletingLastPathComponent()
    }()

    /// Returns the bytes of a file.
    package static func bytes(of file: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: file))
    }

    /// Returns the files in a folder that have an extension, sorted by name.
    package static func files(in folder: URL, withExtension pathExtension: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == pathExtension }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
