#if LambdaRuntime
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import LambdaStreaming
import NIOHTTP1

/// What is known of an invocation besides its event.
public struct InvocationContext: Sendable, Hashable {
    /// The invocation's identifier.
    public let requestID: String

    /// When Lambda ends the invocation, in milliseconds since 1970; nil when it did not say.
    public let deadlineMilliseconds: Int64?

    /// The ARN by which the function was invoked.
    public let invokedFunctionARN: String?

    /// The X-Ray trace header.
    public let traceID: String?

    /// What a mobile client says of itself, JSON.
    public let clientContext: String?

    /// The caller's Cognito identity, JSON.
    public let cognitoIdentity: String?

    /// Takes the context from the answer to `next`; nil when that does not identify the invocation.
    init?(_ fields: HTTPHeaders) {
        guard let requestID = fields.first(name: RuntimeAPIField.requestID), !requestID.isEmpty else { return nil }
        self.requestID = requestID
        deadlineMilliseconds = fields.first(name: RuntimeAPIField.deadline).flatMap { Int64($0) }
        invokedFunctionARN = fields.first(name: RuntimeAPIField.invokedFunctionARN)
        traceID = fields.first(name: RuntimeAPIField.traceID)
        clientContext = fields.first(name: RuntimeAPIField.clientContext)
        cognitoIdentity = fields.first(name: RuntimeAPIField.cognitoIdentity)
    }

    /// How long it is until the deadline, negative after it; nil when there is none.
    ///
    /// Read from the system's clock, in which the deadline is given.
    public var remainingTime: Duration? {
        guard let deadlineMilliseconds else { return nil }
        return .seconds(Double(deadlineMilliseconds) / 1_000 - Date().timeIntervalSince1970)
    }
}
#endif
