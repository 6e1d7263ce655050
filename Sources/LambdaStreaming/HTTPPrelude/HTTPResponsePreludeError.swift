/// What is wrong with an HTTP prelude, and where.
public struct HTTPResponsePreludeError: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: Code

    /// The position of the error in bytes from the start of the body; 0 for a value that is valid JSON but not a valid
    /// part of a prelude.
    public let offset: UInt64

    /// What was found: for a member, its name and its value.
    public let found: String

    /// What was expected instead.
    public let expected: String

    init(_ code: Code, at offset: Int, found: String, expected: String) {
        self.code = code
        self.offset = UInt64(clamping: offset)
        self.found = found
        self.expected = expected
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case malformed, statusCodeInvalid, fieldInvalid, tooLong, unexpectedEnd
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `malformed`.
        public var description: String { kind.rawValue }

        /// The bytes before the NUL bytes are not a JSON object, or a member has another type than it should.
        public static let malformed = Code(.malformed)

        /// The status code is not an integer from 100 to 599.
        public static let statusCodeInvalid = Code(.statusCodeInvalid)

        /// A header's name is not a token, or its value is not text without control characters.
        public static let fieldInvalid = Code(.fieldInvalid)

        /// The NUL bytes do not begin within the limit. The offset is that of the first byte beyond.
        public static let tooLong = Code(.tooLong)

        /// The body ends before the eight NUL bytes. The offset is that of the end.
        public static let unexpectedEnd = Code(.unexpectedEnd)
    }
}

extension HTTPResponsePreludeError: CustomStringConvertible {
    /// Offset, ``found`` and ``expected`` in one line.
    public var description: String { "byte \(offset): found \(found), expected \(expected)" }
}
