/// What is wrong with an HTTP prelude, and where.
public struct HTTPResponsePreludeError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public let code: Code

    /// Where it is, in bytes from the start of the body; 0 for a value that is well-formed JSON and means nothing.
    public let offset: UInt64

    init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = UInt64(offset)
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

        /// What precedes the NUL bytes is no JSON object, or has a member of another type than it should.
        public static let malformed = Code(.malformed)

        /// The status code is no whole number from 100 to 599.
        public static let statusCodeInvalid = Code(.statusCodeInvalid)

        /// A header's name is no token, or a value is no text without control characters.
        public static let fieldInvalid = Code(.fieldInvalid)

        /// The NUL bytes do not begin within the limit. The offset is that of the first byte beyond.
        public static let tooLong = Code(.tooLong)

        /// The body ends before the eight NUL bytes. The offset is that of the end.
        public static let unexpectedEnd = Code(.unexpectedEnd)
    }
}

extension HTTPResponsePreludeError: CustomStringConvertible {
    /// What stands at ``offset``.
    public var found: String {
        switch code.kind {
        case .malformed: "something else"
        case .statusCodeInvalid: "another status code"
        case .fieldInvalid: "a header that HTTP cannot carry"
        case .tooLong: "more"
        case .unexpectedEnd: "the end of the body"
        }
    }

    /// What should have stood at ``offset``.
    public var expected: String {
        switch code.kind {
        case .malformed: "a JSON object with statusCode, headers, multiValueHeaders and cookies"
        case .statusCodeInvalid: "a number from 100 to 599"
        case .fieldInvalid: "a token as its name and text without control characters as its value"
        case .tooLong: "an end of the HTTP prelude within its limit"
        case .unexpectedEnd: "the rest of an HTTP prelude: JSON, then eight NUL bytes"
        }
    }

    /// Offset, ``found`` and ``expected`` in one line.
    public var description: String { "byte \(offset): found \(found), expected \(expected)" }
}
