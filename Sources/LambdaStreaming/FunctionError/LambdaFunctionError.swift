/// Why a function, or the runtime around it, failed: what Lambda tells the caller.
public struct LambdaFunctionError: Error, Sendable, Hashable {
    /// The kind of error, a free string; Lambda advises `Category.Reason`, such as `Function.Timeout`.
    public var type: String

    /// What happened, for people.
    public var message: String

    /// Where it happened, innermost first.
    public var stackTrace: [String]

    /// An error of this type and message.
    public init(type: String, message: String, stackTrace: [String] = []) {
        self.type = type
        self.message = message
        self.stackTrace = stackTrace
    }
}
