import LambdaStreamingRuntime

try await streamifyResponse(hello)
