import Foundation

/// A test vector: an aws-chunked body and the expected result.
package struct AWSChunkedVector: Sendable, CustomStringConvertible {
    /// The file's name without extension.
    package let name: String

    /// The encoded body.
    package let bytes: [UInt8]

    /// The parameters of the decoder, and the expected result.
    package let contents: Contents

    package var description: String { name }

    package struct Contents: Sendable, Decodable {
        package var mode: String
        package var trailer: String?
        package var decodedLength: UInt64?
        package var signing: Signing?
        package var canonical: Bool
        package var chunkSize: Int?
        package var outcome: Outcome
    }

    package struct Signing: Sendable, Decodable {
        package var secretAccessKey: String
        package var timestamp: String
        package var region: String
        package var service: String
        package var seedSignature: String
    }

    package struct Outcome: Sendable, Decodable, Equatable {
        package var status: String
        package var body: Data
        package var error: Failure?

        package init(status: String, body: Data, error: Failure?) {
            self.status = status
            self.body = body
            self.error = error
        }
    }

    package struct Failure: Sendable, Decodable, Equatable {
        package var code: String

        package init(code: String) {
            self.code = code
        }
    }

    /// All vectors of the package.
    package static func all() throws -> [AWSChunkedVector] {
        let folder = Repository.vectors.appendingPathComponent("aws-chunked")
        return try Repository.files(in: folder, withExtension: "bin").map { file in
            let base = file.deletingPathExtension()
            let text = try Data(contentsOf: base.appendingPathExtension("json"))
            return AWSChunkedVector(
                name: base.lastPathComponent, bytes: try Repository.bytes(of: file),
                contents: try JSONDecoder().decode(Contents.self, from: text))
        }
    }
}
