import Foundation

/// An input that is not an event stream, or a stream with a problem: what it is, and what `eventstream decode --format payload`
/// prints about it.
package struct InputVector: Sendable, CustomStringConvertible {
    /// The file's name without extension.
    package let name: String

    /// The path of the file.
    package let path: String
    package let bytes: [UInt8]

    /// The name of the kind, and the position that belongs to it.
    package let kind: String
    package let offset: Int?

    /// The exit status, and the lines on standard error without the names of the command and the file.
    package let status: Int32
    package let errors: [String]

    package var description: String { name }

    private struct Expected: Decodable {
        var kind: String
        var offset: Int?
        var status: Int32
        var errors: [String]
    }

    /// All vectors of the package.
    package static func all() throws -> [InputVector] {
        let folder = Repository.vectors.appendingPathComponent("inputs")
        return try Repository.files(in: folder, withExtension: "bin").map { file in
            let base = file.deletingPathExtension()
            let expected = try JSONDecoder().decode(
                Expected.self, from: Data(contentsOf: base.appendingPathExtension("json")))
            return InputVector(
                name: base.lastPathComponent, path: file.path, bytes: try Repository.bytes(of: file),
                kind: expected.kind,
                offset: expected.offset, status: expected.status, errors: expected.errors)
        }
    }

    /// Returns the vector with a name.
    package static func named(_ name: String) throws -> InputVector {
        guard let vector = try all().first(where: { $0.name == name }) else { throw CocoaError(.fileNoSuchFile) }
        return vector
    }
}
