// The README's function, word for word, so that it is compiled, and run by the tests of lambda-local.

#if LambdaRuntime
import LambdaStreamingRuntime

try await streamifyResponse { event, responseStream, context in
    try responseStream.setContentType("text/plain")
    try await responseStream.write("Hello ")
    try await Task.sleep(for: .seconds(1))
    try await responseStream.write("world")
    try await responseStream.end()
}
#endif
