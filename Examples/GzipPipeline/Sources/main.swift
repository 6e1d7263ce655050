import LambdaStreamingRuntime

try await streamifyResponse(gzip)
