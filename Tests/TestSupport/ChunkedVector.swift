import Foundation

/// A test vector: a chunked body and the expected result.
package struct ChunkedVector: Sendable, CustomStringConvertible {
    /// The file's name without extension.
    package let name: String

    /// The input.
    package let bytes: [UInt8]

    /// The expected result with the default policy.
    package let outcome: Outcome

    /// The expected result if whitespace is allowed after a size, if it is different.
    package let lenient: Outcome?

    package var description: String { name }

    /// The result of decoding an input, as `eventstream chunked decode --json` prints it.
    package struct Outcome: Sendable, Equatable, Decodable {
        package var status: String
        package var body: Data
        package var chunks: UInt64
        package var extensions: [Extension]
        package var trailers: [[String]]
        package var consumed: UInt64
        package var error: Failure?

        /// Creates the result of an empty input.
        package init() {
            status = "incomplete"
            body = Data()
            chunks = 0
            extensions = []
            trailers = []
            consumed = 0
        }
    }

    package struct Extension: Sendable, Equatable, Decodable {
        package var chunk: UInt64
        package var name: String
        package var value: String?

        package init(chunk: UInt64, name: String, value: String?) {
            self.chunk = chunk
            self.name = name
            self.value = value
        }
    }

    package struct Failure: Sendable, Equatable, Decodable {
        package var code: String
        package var offset: UInt64

        package init(code: String, offset: UInt64) {
            self.code = code
            self.offset = offset
        }
    }

    private struct File: Decodable {
        var outcome: Outcome
        var lenient: Outcome?
    }

    /// All vectors of the package.
    package static func all() throws -> [ChunkedVector] {
        let folder = Repository.vectors.appendingPathComponent("chunked")
        return try Repository.files(in: folder, withExtension: "bin").map { file in
            let base = file.deletingPathExtension()
            let text = try Data(contentsOf: base.appendingPathExtension("json"))
            let contents = try JSONDecoder().decode(File.self, from: text)
            return ChunkedVector(
                name: base.lastPathComponent, bytes: try Repository.bytes(of: file), outcome: contents.outcome,
                lenient: contents.lenient)
        }
    }
}
