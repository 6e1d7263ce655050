import LambdaStreamingRuntime

/// Sends text in three writes, with a pause between them.
func hello(_ event: InvocationEvent, _ responseStream: ResponseStream, _ context: InvocationContext) async throws {
    try responseStream.setContentType("text/plain")
    try await responseStream.write("Hello, ")
    try await Task.sleep(for: .milliseconds(500))
    try await responseStream.write("streaming ")
    try await Task.sleep(for: .milliseconds(500))
    try await responseStream.end("world!\n")
}
