/// The header names that the event stream specification gives a meaning.
public enum EventStreamHeaderName {
    /// `event`, `exception` or `error`.
    public static let messageType = ":message-type"
    /// The member of the service's event union.
    public static let eventType = ":event-type"
    /// The media type of the payload.
    public static let contentType = ":content-type"
    /// The modelled exception.
    public static let exceptionType = ":exception-type"
    /// The code of an unmodelled error.
    public static let errorCode = ":error-code"
    /// The text of an unmodelled error.
    public static let errorMessage = ":error-message"
}
