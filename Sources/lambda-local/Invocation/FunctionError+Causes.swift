/// The errors that Lambda itself reports of a function.
extension FunctionError {
    static let exitErrorType = "Runtime.ExitError"
    static let timeoutType = "Sandbox.Timedout"

    /// The function took longer than it may.
    static func timedOut(after timeout: Duration, id: String) -> FunctionError {
        let seconds = timeout.formattedSeconds
        return FunctionError(timeoutType, "RequestId: \(id) Error: Task timed out after \(seconds) seconds")
    }

    /// The function did not ask for an invocation that waited for it.
    static func notTaken(id: String, patience: Duration) -> FunctionError {
        let seconds = patience.formattedSeconds
        return FunctionError(
            "Sandbox.Timedout",
            "RequestId: \(id) Error: no runtime asked for an invocation for \(seconds) seconds")
    }

    /// The function's process ended while it was working on an invocation.
    ///
    /// - Parameter status: As in `exit status 1` or `signal: killed`.
    static func exited(_ status: String, id: String) -> FunctionError {
        // Lambda has no words for a process that ends without being told to, and without an error.
        let how = status == "exit status 0" ? "exited without providing a reason" : "exited with error: \(status)"
        return FunctionError(exitErrorType, "RequestId: \(id) Error: Runtime \(how)")
    }

    /// The response stopped before its last chunk.
    static func truncated(_ description: String) -> FunctionError {
        FunctionError("Runtime.TruncatedResponse", "The response stopped before its end: \(description)")
    }

    /// The response is longer than Lambda takes.
    static func tooLarge(limit: Int) -> FunctionError {
        FunctionError(
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (\(limit) bytes).")
    }

    /// The HTTP prelude, or the response that should be an HTTP response, is none.
    static func invalidResponse(_ description: String) -> FunctionError {
        FunctionError("Runtime.InvalidResponse", description)
    }

    /// The client left before a runtime took its invocation.
    static let clientGone = FunctionError("Client.Disconnected", "The client closed the connection")
}
