import LambdaStreamingRuntime

/// Plain text in three writes, with a pause before each but the first.
func hello(_ request: SampleRequest, _ responseStream: ResponseStream) async throws {
    try responseStream.setContentType("text/plain")
    try await responseStream.write("Hello, ")
    try await request.rest()
    try await responseStream.write("streaming ")
    try await request.rest()
    try await responseStream.write("world!\n")
    try await responseStream.end()
}
