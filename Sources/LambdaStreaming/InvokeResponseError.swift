import EventStreamCodec

/// Why an `InvokeWithResponseStream` response is invalid, and where.
public struct InvokeResponseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public let code: Code

    /// The position of the error in bytes from the start of the stream. For errors in a payload, this is the start of
    /// the message.
    public let offset: UInt64

    /// The number found: that of the event stream's or the prelude's error. Nil if the error has no number.
    public var found: UInt64? { eventStreamError?.found ?? preludeError?.found }

    /// The number expected, in the same way.
    public var expected: UInt64? { eventStreamError?.expected ?? preludeError?.expected }

    /// What was found, in words.
    public let foundDescription: String

    /// What was expected, in words.
    public let expectedDescription: String

    /// The event stream's error, if the code is ``Code/eventStream``.
    public let eventStreamError: EventStreamError?

    /// The HTTP prelude's error, if the code is ``Code/prelude``. Its offset counts bytes of payload.
    public let preludeError: HTTPResponsePreludeError?

    /// Creates an error, for code that decodes responses on its own.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position of the error in bytes from the start of the stream.
    ///   - foundDescription: What was found, in words.
    ///   - expectedDescription: What was expected, in words.
    public init(_ code: Code, at offset: UInt64, foundDescription: String, expectedDescription: String) {
        self.code = code
        self.offset = offset
        self.foundDescription = foundDescription
        self.expectedDescription = expectedDescription
        eventStreamError = nil
        preludeError = nil
    }

    /// Creates the error for an invalid event stream.
    ///
    /// - Parameter error: The event stream's error.
    public init(_ error: EventStreamError) {
        code = .eventStream
        offset = error.offset
        foundDescription = error.foundDescription
        expectedDescription = error.expectedDescription
        eventStreamError = error
        preludeError = nil
    }

    /// Creates the error for an invalid HTTP prelude.
    ///
    /// - Parameters:
    ///   - error: The prelude's error.
    ///   - offset: The offset of the message with the invalid payload, in bytes from the start of the stream.
    public init(_ error: HTTPResponsePreludeError, at offset: UInt64) {
        code = .prelude
        self.offset = offset
        foundDescription = error.foundDescription
        expectedDescription = error.expectedDescription
        eventStreamError = nil
        preludeError = error
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String {
        if let preludeError { return "payload \(preludeError)" }
        return "byte \(offset): found \(foundDescription), expected \(expectedDescription)"
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case eventStream, prelude, completeMalformed, eventAfterComplete, unreadPayload
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `eventStream`.
        public var description: String { kind.rawValue }

        /// The event stream is invalid or ends inside a message; see ``InvokeResponseError/eventStreamError``.
        public static let eventStream = Code(.eventStream)

        /// The payload does not begin with a valid HTTP prelude; see ``InvokeResponseError/preludeError``.
        public static let prelude = Code(.prelude)

        /// The payload of `InvokeComplete` is not valid JSON of its form.
        public static let completeMalformed = Code(.completeMalformed)

        /// A `PayloadChunk` or another `InvokeComplete` follows `InvokeComplete`.
        public static let eventAfterComplete = Code(.eventAfterComplete)

        /// The stream was declared finished before every element was read.
        public static let unreadPayload = Code(.unreadPayload)
    }
}
