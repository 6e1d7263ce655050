/// What is wrong with a chunked body, or with what was to be written into one, and where.
///
/// A description reads `byte 1: found 0x0a, expected a CRLF; a line feed alone ends no line`.
public struct ChunkedError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public let code: Code

    /// The first byte that makes the input unacceptable, counted from the start of the body; when encoding, from the
    /// start of what was to be written.
    public let offset: UInt64

    /// The offending byte, or a number that depends on the code.
    let figure: UInt64

    init(_ code: Code, at offset: UInt64, found figure: UInt64 = 0) {
        self.code = code
        self.offset = offset
        self.figure = figure
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case chunkSizeInvalid, chunkSizeTooLarge, chunkExtensionInvalid, lineEndingInvalid, chunkDataNotTerminated
            case trailerNameInvalid, trailerValueInvalid, trailerForbidden
            case extensionsTooLong, trailersTooLong, tooManyTrailers, tooManyChunks
            case unexpectedEnd, bufferTooSmall, bodyEnded
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `chunkSizeInvalid`.
        public var description: String { kind.rawValue }

        /// There is no hexadecimal digit where a size must begin, or a byte after the digits that continues neither the
        /// size nor the line.
        public static let chunkSizeInvalid = Code(.chunkSizeInvalid)

        /// The size exceeds `Int64.max`. The offset is that of the digit that makes it so.
        public static let chunkSizeTooLarge = Code(.chunkSizeTooLarge)

        /// A chunk extension is not as RFC 9112 §7.1.1 has it.
        public static let chunkExtensionInvalid = Code(.chunkExtensionInvalid)

        /// A line feed without its carriage return, or the reverse.
        public static let lineEndingInvalid = Code(.lineEndingInvalid)

        /// The data of a chunk is not followed by CRLF.
        public static let chunkDataNotTerminated = Code(.chunkDataNotTerminated)

        /// A trailer field's name is not a token followed by a colon; a folded line has none either.
        public static let trailerNameInvalid = Code(.trailerNameInvalid)

        /// A trailer field's value has a byte that RFC 9110 §5.5 does not allow.
        public static let trailerValueInvalid = Code(.trailerValueInvalid)

        /// A trailer field that must not be one. When decoding, those that frame a message: `Content-Length` and
        /// `Transfer-Encoding`, with the offset of the colon. When encoding, all of RFC 9110 §6.5.1.
        public static let trailerForbidden = Code(.trailerForbidden)

        /// Extensions exceed ``ChunkedLimits/extensionBytes``. The offset is that of the first byte beyond.
        public static let extensionsTooLong = Code(.extensionsTooLong)

        /// The trailer section exceeds ``ChunkedLimits/trailerBytes``. The offset is that of the first byte beyond.
        public static let trailersTooLong = Code(.trailersTooLong)

        /// There are more fields than ``ChunkedLimits/trailerFields``. The offset is that of the line feed of the first
        /// beyond.
        public static let tooManyTrailers = Code(.tooManyTrailers)

        /// There are more chunks than ``ChunkedLimits/chunks``. The offset is that of the line feed after the size of
        /// the first beyond.
        public static let tooManyChunks = Code(.tooManyChunks)

        /// The stream ends before the body does. The offset is that of the end.
        public static let unexpectedEnd = Code(.unexpectedEnd)

        /// The buffer to encode into is too short; nothing has been written to it.
        public static let bufferTooSmall = Code(.bufferTooSmall)

        /// The body to be written to has been ended.
        public static let bodyEnded = Code(.bodyEnded)
    }
}

extension ChunkedError: CustomStringConvertible {
    /// What stands at ``offset``.
    public var found: String {
        switch code.kind {
        case .extensionsTooLong, .trailersTooLong, .tooManyTrailers, .tooManyChunks: "more"
        case .trailerForbidden: "a field that must not be a trailer"
        case .unexpectedEnd: "the end of the stream"
        case .bufferTooSmall: "room for \(figure) bytes"
        case .bodyEnded: "the end of the body"
        default: "0x" + Hexadecimal.text(figure, minimumDigitCount: 2)
        }
    }

    /// What should have stood at ``offset``.
    public var expected: String {
        switch code.kind {
        case .chunkSizeInvalid: "a chunk size: hexadecimal digits, then CRLF or an extension"
        case .chunkSizeTooLarge: "a chunk size of at most 7fffffffffffffff"
        case .chunkExtensionInvalid: "chunk extensions: ;name, ;name=token or ;name=\"text\""
        case .lineEndingInvalid: "CRLF, and neither byte without the other"
        case .chunkDataNotTerminated: "CRLF after a chunk's data"
        case .trailerNameInvalid: "a trailer field's name: a token, then a colon"
        case .trailerValueInvalid: "a trailer field's value: text without control characters"
        case .trailerForbidden: "none that must be known before the content (RFC 9110, 6.5.1)"
        case .extensionsTooLong: "an end of the chunk extensions within their limit"
        case .trailersTooLong: "an end of the trailer section within its limit"
        case .tooManyTrailers: "no more trailer fields than their limit"
        case .tooManyChunks: "no more chunks than their limit"
        case .unexpectedEnd: "the rest of a chunked body"
        case .bufferTooSmall: "room for what is to be written"
        case .bodyEnded: "nothing to be written after it"
        }
    }

    /// Offset, ``found`` and ``expected`` in one line.
    public var description: String { "byte \(offset): found \(found), expected \(expected)" }
}
