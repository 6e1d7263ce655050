import LambdaStreamingRuntime

try await streamifyResponse(page)
