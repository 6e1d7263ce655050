/// An error in a chunked body, or in a value that is to be encoded into one.
///
/// Two errors are equal if their codes, offsets and numbers are. A description reads
/// `byte 1: found LF (0x0a), expected CRLF`.
public struct ChunkedError: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: Code

    // Next to the code, so that an error has four words: a function then throws it in registers.
    private let hasFound: Bool
    private let hasExpected: Bool

    /// The position of the first byte that is not acceptable, from the start of the body. An encoder counts from the start
    /// of what it was to write.
    public let offset: UInt64

    /// The invalid byte, or the number that was found in its place; ``Code`` says which. Nil if there is none.
    public var found: UInt64? { hasFound ? foundNumber : nil }

    /// The number, or the byte, that was expected. Nil if there is none.
    public var expected: UInt64? { hasExpected ? expectedNumber : nil }

    private let foundNumber: UInt64
    private let expectedNumber: UInt64

    /// Creates an error, for example in an adapter that uses ``ChunkSizeLine`` and ``ChunkedTrailerLine``.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position in the body, in bytes from its start.
    ///   - found: The number that was found, if there is one.
    ///   - expected: The number that was expected, if there is one.
    public init(_ code: Code, at offset: UInt64, found: UInt64? = nil, expected: UInt64? = nil) {
        self.code = code
        self.offset = offset
        hasFound = found != nil
        hasExpected = expected != nil
        foundNumber = found ?? 0
        expectedNumber = expected ?? 0
    }

    /// The kind of a ``ChunkedError``. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `chunkSizeInvalid`.
        public var description: String { kind.name }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        // MARK: Chunks

        /// A size does not begin with a hexadecimal digit, or a byte after its digits continues neither the size nor the
        /// line. Found is the byte.
        public static let chunkSizeInvalid = Code(.chunkSizeInvalid)

        /// A size exceeds `Int64.max`, or the digits that were reserved for it. When decoding, the offset is that of the
        /// digit that makes it too large. When encoding, found is the size. Expected is the largest size.
        public static let chunkSizeTooLarge = Code(.chunkSizeTooLarge)

        /// A chunk extension does not follow RFC 9112 §7.1.1. Found is the byte.
        public static let chunkExtensionInvalid = Code(.chunkExtensionInvalid)

        /// A line feed has no carriage return before it, or a carriage return no line feed after it. Found is the byte.
        public static let lineEndingInvalid = Code(.lineEndingInvalid)

        /// The data of a chunk is not followed by CRLF. Found and expected are bytes.
        public static let chunkDataNotTerminated = Code(.chunkDataNotTerminated)

        // MARK: Trailers

        /// The name of a trailer field is not a token followed by a colon. A folded line has no name either. Found is the
        /// byte.
        public static let trailerNameInvalid = Code(.trailerNameInvalid)

        /// The value of a trailer field has a byte that RFC 9110 §5.5 does not allow. Found is the byte.
        public static let trailerValueInvalid = Code(.trailerValueInvalid)

        /// A field is not allowed in a trailer section. When decoding, these are the fields that frame a message,
        /// `Content-Length` and `Transfer-Encoding`, and the offset is that of the colon. When encoding, these are all
        /// fields of RFC 9110 §6.5.1.
        public static let trailerForbidden = Code(.trailerForbidden)

        // MARK: Limits

        /// The extensions exceed ``ChunkedLimits/extensionsLength``. The offset is that of the first byte over the limit;
        /// expected is the limit.
        public static let extensionsTooLong = Code(.extensionsTooLong)

        /// The trailer section exceeds ``ChunkedLimits/trailersLength``. The offset is that of the first byte over the
        /// limit; expected is the limit.
        public static let trailersTooLong = Code(.trailersTooLong)

        /// There are more fields than ``ChunkedLimits/trailerCount``. The offset is that of the line feed of the first
        /// field over the limit; expected is the limit.
        public static let tooManyTrailers = Code(.tooManyTrailers)

        /// There are more chunks than ``ChunkedLimits/chunkCount``. The offset is that of the line feed after the size of
        /// the first chunk over the limit; expected is the limit.
        public static let tooManyChunks = Code(.tooManyChunks)

        // MARK: The end

        /// The stream ends before the body does. The offset is that of the end of the stream.
        public static let unexpectedEnd = Code(.unexpectedEnd)

        /// The buffer to encode into is too short, and nothing has been written to it. Found and expected are lengths in
        /// bytes.
        public static let bufferTooSmall = Code(.bufferTooSmall)

        /// The body to encode into is already finished.
        public static let bodyFinished = Code(.bodyFinished)

        /// An enum without raw values: a lookup by a `String` would link the Unicode tables into Embedded programs.
        enum Kind: UInt8 {
            case chunkSizeInvalid, chunkSizeTooLarge, chunkExtensionInvalid, lineEndingInvalid, chunkDataNotTerminated
            case trailerNameInvalid, trailerValueInvalid, trailerForbidden
            case extensionsTooLong, trailersTooLong, tooManyTrailers, tooManyChunks
            case unexpectedEnd, bufferTooSmall, bodyFinished

            var name: String {
                switch self {
                case .chunkSizeInvalid: "chunkSizeInvalid"
                case .chunkSizeTooLarge: "chunkSizeTooLarge"
                case .chunkExtensionInvalid: "chunkExtensionInvalid"
                case .lineEndingInvalid: "lineEndingInvalid"
                case .chunkDataNotTerminated: "chunkDataNotTerminated"
                case .trailerNameInvalid: "trailerNameInvalid"
                case .trailerValueInvalid: "trailerValueInvalid"
                case .trailerForbidden: "trailerForbidden"
                case .extensionsTooLong: "extensionsTooLong"
                case .trailersTooLong: "trailersTooLong"
                case .tooManyTrailers: "tooManyTrailers"
                case .tooManyChunks: "tooManyChunks"
                case .unexpectedEnd: "unexpectedEnd"
                case .bufferTooSmall: "bufferTooSmall"
                case .bodyFinished: "bodyFinished"
                }
            }
        }
    }
}

extension ChunkedError: CustomStringConvertible {
    /// Describes what was found at ``offset``.
    public var foundDescription: String {
        switch code.kind {
        case .chunkSizeTooLarge: found.map { "a chunk size of \(Hexadecimal.text($0))" } ?? "a larger chunk size"
        case .trailerForbidden: "a field that is not allowed in a trailer section"
        case .extensionsTooLong: "more bytes of chunk extensions"
        case .trailersTooLong: "more bytes of trailers"
        case .tooManyTrailers: "more trailer fields"
        case .tooManyChunks: "more chunks"
        case .unexpectedEnd: "the end of the stream"
        case .bufferTooSmall: found.map { "space for \($0) bytes" } ?? "too little space"
        case .bodyFinished: "a finished body"
        default: found.map(Self.byteDescription) ?? "an invalid byte"
        }
    }

    /// Describes what was expected at ``offset``.
    public var expectedDescription: String {
        switch code.kind {
        case .chunkSizeInvalid: "a chunk size: hexadecimal digits, then CRLF or an extension"
        case .chunkSizeTooLarge: "a chunk size of at most \(Hexadecimal.text(expected ?? UInt64(Int64.max)))"
        case .chunkExtensionInvalid: "chunk extensions: ;name, ;name=token or ;name=\"text\""
        case .lineEndingInvalid: "CRLF"
        case .chunkDataNotTerminated: "CRLF after the chunk data"
        case .trailerNameInvalid: "a trailer field name: a token, then a colon"
        case .trailerValueInvalid: "a trailer field value without control characters"
        case .trailerForbidden: "a field that may follow the content (RFC 9110 section 6.5.1)"
        case .extensionsTooLong, .trailersTooLong, .tooManyTrailers, .tooManyChunks:
            expected.map { "at most \($0)" } ?? "fewer"
        case .unexpectedEnd: "the rest of the chunked body"
        case .bufferTooSmall: expected.map { "at least \($0)" } ?? "more"
        case .bodyFinished: "no writes after the end of the body"
        }
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }

    private static func byteDescription(_ byte: UInt64) -> String {
        let digits = "0x" + Hexadecimal.text(byte, minimumDigitCount: 2)
        return switch byte {
        case UInt64(HTTPByte.carriageReturn): "CR (\(digits))"
        case UInt64(HTTPByte.lineFeed): "LF (\(digits))"
        default: digits
        }
    }
}
