import LambdaStreamingRuntime

/// What the sample throws.
struct Overheated: Error, CustomStringConvertible {
    var description: String { "the third piece could not be made" }
}

/// Two pieces of three: the reader learns that the third is missing.
func broken(_ request: SampleRequest, _ responseStream: ResponseStream) async throws {
    try responseStream.setContentType("text/plain")
    try await responseStream.write("one\n")
    try await request.rest()
    try await responseStream.write("two\n")
    try await request.rest()
    throw Overheated()
}
