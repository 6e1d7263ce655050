/// What to do where implementations of the format disagree.
///
/// The strict defaults refuse what the specification forbids. The same policy serves decoding and encoding.
public struct EventStreamPolicy: Sendable, Hashable {
    /// What becomes of a header that is not acceptable to everyone.
    public enum Treatment: Sendable, Hashable {
        /// Refuse the message with an error.
        case reject

        /// Let it pass, as it stands on the wire.
        case accept
    }

    /// A header name that occurs a second time in the same message. The specification allows a name once only;
    /// aws-c-event-stream and smithy-rs keep every one. When accepted, all are kept in wire order and a look-up finds
    /// the first.
    public var duplicateHeaderNames: Treatment

    /// A header name of zero bytes. The specification wants at least one; aws-c-event-stream and others let it pass.
    public var emptyHeaderNames: Treatment

    /// Sets each treatment; the defaults refuse.
    public init(duplicateHeaderNames: Treatment = .reject, emptyHeaderNames: Treatment = .reject) {
        self.duplicateHeaderNames = duplicateHeaderNames
        self.emptyHeaderNames = emptyHeaderNames
    }

    /// Refuses whatever the specification forbids.
    public static let strict = EventStreamPolicy()

    /// Accepts whatever some widely used implementation accepts and the wire can express.
    public static let lenient = EventStreamPolicy(duplicateHeaderNames: .accept, emptyHeaderNames: .accept)
}
