import ArgumentParser

/// `eventstream chunked`: bodies in HTTP/1.1's chunked transfer coding.
struct Chunked: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read and write bodies in HTTP/1.1's chunked transfer coding (RFC 9112).",
        subcommands: [ChunkedDecode.self, ChunkedEncode.self]
    )
}
