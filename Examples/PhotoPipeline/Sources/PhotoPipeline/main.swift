import LambdaStreamingRuntime

try await streamifyResponse(photo)
