/// An error of a signature, or of a signed event stream.
///
/// A description reads `byte 119: found a signature that does not match, expected the signature of this message, which continues
/// the previous one`.
/// Neither an error nor its description contains a key or a signature that the library has computed.
public struct SigV4Error: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: Code

    private let messageCode: EventStreamError.Code?
    private let hasFound: Bool
    private let hasExpected: Bool

    /// The position in the signed stream, in bytes from its start. 0 when signing, except for ``Code/message``.
    public let offset: UInt64

    /// The number that was found; ``Code`` says which. Nil if there is none.
    public var found: UInt64? { hasFound ? foundNumber : nil }

    /// The number that was expected. Nil if there is none.
    public var expected: UInt64? { hasExpected ? expectedNumber : nil }

    private let foundNumber: UInt64
    private let expectedNumber: UInt64

    /// The error of the message, if ``code`` is ``Code/message``.
    public var message: EventStreamError? {
        messageCode.map { EventStreamError($0, at: offset, found: found, expected: expected) }
    }

    /// Creates an error, for example in a key that fails to sign.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position in the signed stream, in bytes from its start.
    ///   - found: The number that was found, if there is one.
    ///   - expected: The number that was expected, if there is one.
    public init(_ code: Code, at offset: UInt64 = 0, found: UInt64? = nil, expected: UInt64? = nil) {
        self.init(code, nil, offset, found, expected)
    }

    /// Creates an error of the code ``Code/message``.
    ///
    /// - Parameter message: The error of the message.
    public init(_ message: EventStreamError) {
        self.init(.message, message.code, message.offset, message.found, message.expected)
    }

    private init(
        _ code: Code, _ messageCode: EventStreamError.Code?, _ offset: UInt64, _ found: UInt64?, _ expected: UInt64?
    ) {
        self.code = code
        self.messageCode = messageCode
        self.offset = offset
        hasFound = found != nil
        hasExpected = expected != nil
        foundNumber = found ?? 0
        expectedNumber = expected ?? 0
    }

    /// Calls `body`, whose errors become errors of the code ``Code/message``.
    static func wrapping<R>(_ body: () throws(EventStreamError) -> R) throws(SigV4Error) -> R {
        do throws(EventStreamError) { return try body() } catch { throw SigV4Error(error) }
    }

    /// The kind of a ``SigV4Error``. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        // An enum without raw values: comparing strings would link the Unicode tables into Embedded programs.
        enum Kind {
            case dateOutOfRange, keyInvalid, signingFailed
            case message, streamEnded
            case headersUnexpected, signatureMalformed, signatureMismatch, innerLengthMismatch, endMissing
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `signatureMismatch`.
        public var description: String {
            switch kind {
            case .dateOutOfRange: "dateOutOfRange"
            case .keyInvalid: "keyInvalid"
            case .signingFailed: "signingFailed"
            case .message: "message"
            case .streamEnded: "streamEnded"
            case .headersUnexpected: "headersUnexpected"
            case .signatureMalformed: "signatureMalformed"
            case .signatureMismatch: "signatureMismatch"
            case .innerLengthMismatch: "innerLengthMismatch"
            case .endMissing: "endMissing"
            }
        }

        // MARK: Signing

        /// A date has a year outside of 0 to 9999, which the format of the string to sign has no digits for.
        public static let dateOutOfRange = Code(.dateOutOfRange)

        /// A signing key cannot be derived from the credentials.
        public static let keyInvalid = Code(.keyInvalid)

        /// A key failed to return a signature.
        public static let signingFailed = Code(.signingFailed)

        /// A message cannot be encoded or decoded; ``SigV4Error/message`` is its error.
        public static let message = Code(.message)

        /// A message follows the end of the signed stream.
        public static let streamEnded = Code(.streamEnded)

        // MARK: Verifying

        /// The headers of a signed message are not exactly `:date` (a timestamp) and `:chunk-signature` (a byte array). The
        /// offset is that of the first header that differs, or of the end of the header block.
        public static let headersUnexpected = Code(.headersUnexpected)

        /// A signature has an impossible length. Found is its length, expected the largest one, in bytes.
        public static let signatureMalformed = Code(.signatureMalformed)

        /// A signature is not that of the message and of those before it.
        public static let signatureMismatch = Code(.signatureMismatch)

        /// The payload of a signed message is not exactly one message. Found is the payload's length, expected that of the
        /// message in it.
        public static let innerLengthMismatch = Code(.innerLengthMismatch)

        /// The stream ends without the empty signed message that marks its end.
        public static let endMissing = Code(.endMissing)
    }
}

extension SigV4Error: CustomStringConvertible {
    /// Describes what was found at ``offset``.
    public var foundDescription: String {
        switch code.kind {
        case .dateOutOfRange: "a date outside of the years 0 to 9999"
        case .keyInvalid: "credentials without a signing key"
        case .signingFailed: "no signature"
        case .message: message?.foundDescription ?? "an invalid message"
        case .streamEnded: "a message after the end of the signed stream"
        case .headersUnexpected: "unexpected headers"
        case .signatureMalformed: "a signature of \(found ?? 0) bytes"
        case .signatureMismatch: "a signature that does not match"
        case .innerLengthMismatch: "a payload of \(found ?? 0) bytes"
        case .endMissing: "the end of the stream"
        }
    }

    /// Describes what was expected at ``offset``.
    public var expectedDescription: String {
        switch code.kind {
        case .dateOutOfRange: "a year in four digits"
        case .keyInvalid: "credentials from which a key can be derived"
        case .signingFailed: "a signature from the key"
        case .message: message?.expectedDescription ?? "a valid message"
        case .streamEnded: "no more messages"
        case .headersUnexpected: "exactly :date (timestamp) and :chunk-signature (byte array)"
        case .signatureMalformed: "1 to \(expected ?? UInt64(SigV4Digest.length))"
        case .signatureMismatch: "the signature of this message, which continues the previous one"
        case .innerLengthMismatch: "exactly one message, of \(expected ?? 0) bytes"
        case .endMissing: "an empty signed message before it"
        }
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }
}
