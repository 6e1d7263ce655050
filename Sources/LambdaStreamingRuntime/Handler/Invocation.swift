#if LambdaRuntime
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import LambdaStreaming
import NIOCore
import NIOHTTP1

/// The event that a function was invoked with: JSON, as the caller sent it.
public struct InvocationEvent: Sendable, Hashable {
    /// The event's bytes.
    public let buffer: ByteBuffer

    /// Creates an event.
    ///
    /// - Parameter buffer: The event's bytes.
    public init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// Creates an event, for a handler's unit test.
    ///
    /// - Parameter text: The event's JSON.
    public init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }

    /// A copy of the event's bytes.
    public var bytes: [UInt8] { Array(buffer.readableBytesView) }

    /// The event as text.
    public var text: String { String(buffer: buffer) }

    /// Decodes the event's JSON.
    ///
    /// - Parameter type: The type to decode.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` if the event does not have this type.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    }
}

/// Information about an invocation in addition to its event.
public struct InvocationContext: Sendable, Hashable {
    /// The invocation's identifier.
    public let requestID: String

    /// The time at which Lambda ends the invocation, in milliseconds since 1970; nil if Lambda did not send it.
    public let deadlineMilliseconds: Int64?

    /// The ARN by which the function was invoked.
    public let invokedFunctionARN: String?

    /// The X-Ray trace header.
    public let traceID: String?

    /// The mobile client's description of itself, JSON.
    public let clientContext: String?

    /// The caller's Cognito identity, JSON.
    public let cognitoIdentity: String?

    /// Creates a context, for a handler's unit test.
    ///
    /// - Parameters:
    ///   - requestID: The invocation's identifier.
    ///   - deadlineMilliseconds: The time at which Lambda ends the invocation, in milliseconds since 1970.
    ///   - invokedFunctionARN: The ARN by which the function was invoked.
    ///   - traceID: The X-Ray trace header.
    ///   - clientContext: The mobile client's description of itself, JSON.
    ///   - cognitoIdentity: The caller's Cognito identity, JSON.
    public init(
        requestID: String, deadlineMilliseconds: Int64? = nil, invokedFunctionARN: String? = nil,
        traceID: String? = nil, clientContext: String? = nil, cognitoIdentity: String? = nil
    ) {
        self.requestID = requestID
        self.deadlineMilliseconds = deadlineMilliseconds
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
    }

    /// Creates a context from the answer to `next`; nil if the answer does not identify the invocation.
    init?(_ fields: HTTPHeaders) {
        guard let requestID = fields.first(name: RuntimeAPIField.requestID), !requestID.isEmpty else { return nil }
        self.init(
            requestID: requestID,
            deadlineMilliseconds: fields.first(name: RuntimeAPIField.deadline).flatMap { Int64($0) },
            invokedFunctionARN: fields.first(name: RuntimeAPIField.invokedFunctionARN),
            traceID: fields.first(name: RuntimeAPIField.traceID),
            clientContext: fields.first(name: RuntimeAPIField.clientContext),
            cognitoIdentity: fields.first(name: RuntimeAPIField.cognitoIdentity))
    }

    /// The time until the deadline, negative after it; nil if there is no deadline.
    ///
    /// Uses the system's clock, because the deadline is a time of day.
    public var remainingTime: Duration? {
        guard let deadlineMilliseconds else { return nil }
        return .seconds(Double(deadlineMilliseconds) / 1_000 - Date().timeIntervalSince1970)
    }
}
#endif
