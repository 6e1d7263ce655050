/// The lines that Lambda writes to a function's log at the end of an invocation.
///
/// Source: AWS Lambda developer guide, "Example log format"; fields and tabs as there.
struct InvocationReport {
    var id: String

    /// The time from the assignment to a runtime to the end of the response.
    var duration: Duration

    /// The time from the start of the process to its first request for an invocation; nil unless this is its first.
    var initDuration: Duration?

    /// The function's memory in MB.
    var memorySize: Int

    /// The peak of the memory of the function's processes in bytes; nil for processes that were started elsewhere.
    var peakMemory: Int?

    var error: InvocationFailure?

    /// The error if Lambda itself reports it, END and REPORT. Each line ends with a line feed.
    var text: String {
        var text = ""
        if let message = error?.reportedMessage {
            text += "\(message)\n"
            if error?.type == InvocationFailure.exitErrorType { text += "\(InvocationFailure.exitErrorType)\n" }
        }
        text += "END RequestId: \(id)\n"
        text += "REPORT RequestId: \(id)\tDuration: \(duration.formattedMilliseconds) ms\t"
        text += "Billed Duration: \(billedMilliseconds) ms\tMemory Size: \(memorySize) MB\t"
        if let peakMemory { text += "Max Memory Used: \((peakMemory + (1 << 20) - 1) >> 20) MB\t" }
        if let initDuration { text += "Init Duration: \(initDuration.formattedMilliseconds) ms\t" }
        if error?.type == InvocationFailure.timeoutType { text += "Status: timeout\t" }
        return text + "\n"
    }

    /// Milliseconds that have begun are billed.
    private var billedMilliseconds: Int64 {
        let whole = duration.milliseconds
        return duration > .milliseconds(whole) ? whole + 1 : whole
    }
}
