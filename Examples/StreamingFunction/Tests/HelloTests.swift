import LambdaStreamingRuntime
import Testing

@testable import StreamingFunction

@Test func helloIsSentInThreeWrites() async throws {
    let response = try await collectResponse(to: InvocationEvent("{}"), from: hello)
    #expect(response.contentType == "text/plain")
    #expect(response.texts == ["Hello, ", "streaming ", "world!\n"])
    #expect(response.error == nil)
}
