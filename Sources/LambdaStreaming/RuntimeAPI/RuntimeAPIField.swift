/// The names of HTTP fields in Lambda's Runtime API, version 2018-06-01.
public enum RuntimeAPIField {
    /// The invocation's identifier, in the answer to `next`.
    public static let requestID = "Lambda-Runtime-Aws-Request-Id"
    /// When the invocation will be ended, in milliseconds since 1970, in the answer to `next`.
    public static let deadline = "Lambda-Runtime-Deadline-Ms"
    /// The ARN by which the function was invoked, in the answer to `next`.
    public static let invokedFunctionARN = "Lambda-Runtime-Invoked-Function-Arn"
    /// The X-Ray trace header, in the answer to `next`.
    public static let traceID = "Lambda-Runtime-Trace-Id"
    /// What a mobile client says of itself, JSON, in the answer to `next`.
    public static let clientContext = "Lambda-Runtime-Client-Context"
    /// The caller's Cognito identity, JSON, in the answer to `next`.
    public static let cognitoIdentity = "Lambda-Runtime-Cognito-Identity"
    /// `streaming` for a response that is sent on while it is written.
    public static let responseMode = "Lambda-Runtime-Function-Response-Mode"
    /// The type of an error: a trailer of a streamed response, a field of an error report.
    public static let errorType = "Lambda-Runtime-Function-Error-Type"
    /// The base64 of an error's JSON: a trailer of a streamed response.
    public static let errorBody = "Lambda-Runtime-Function-Error-Body"
}
