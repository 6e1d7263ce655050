/// An error in an aws-chunked body, or in a value that is to be encoded into one.
///
/// A description reads `byte 26: found 10 bytes of data, expected 5`.
public struct AWSChunkedError: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: Code

    // Next to the code, so that an error has four words: a function then throws it in registers.
    private let framingCode: ChunkedError.Code?
    private let hasFound: Bool
    private let hasExpected: Bool

    /// The position up to which the body was read, in encoded bytes from its start. For ``Code/framing``, the position of
    /// the invalid byte.
    public let offset: UInt64

    /// The number that was found; ``Code`` says which. Nil if there is none.
    public var found: UInt64? { hasFound ? foundNumber : nil }

    /// The number that was expected. Nil if there is none.
    public var expected: UInt64? { hasExpected ? expectedNumber : nil }

    private let foundNumber: UInt64
    private let expectedNumber: UInt64

    /// The error of the chunked coding, if ``code`` is ``Code/framing``.
    public var framing: ChunkedError? {
        framingCode.map { ChunkedError($0, at: offset, found: found, expected: expected) }
    }

    /// Creates an error, for example in a signer that fails.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position in the encoded body, in bytes from its start.
    ///   - found: The number that was found, if there is one.
    ///   - expected: The number that was expected, if there is one.
    public init(_ code: Code, at offset: UInt64 = 0, found: UInt64? = nil, expected: UInt64? = nil) {
        self.init(code, nil, offset, found, expected)
    }

    /// Creates an error of the code ``Code/framing``.
    ///
    /// - Parameter framing: The error of the chunked coding.
    public init(_ framing: ChunkedError) {
        self.init(.framing, framing.code, framing.offset, framing.found, framing.expected)
    }

    private init(
        _ code: Code, _ framingCode: ChunkedError.Code?, _ offset: UInt64, _ found: UInt64?, _ expected: UInt64?
    ) {
        self.code = code
        self.framingCode = framingCode
        self.offset = offset
        hasFound = found != nil
        hasExpected = expected != nil
        foundNumber = found ?? 0
        expectedNumber = expected ?? 0
    }

    /// The kind of an ``AWSChunkedError``. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `signatureMismatch`.
        public var description: String { kind.name }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The chunked coding is invalid; ``AWSChunkedError/framing`` is its error.
        public static let framing = Code(.framing)

        /// A chunk is smaller than the minimum and is not the last one with data (S3's `InvalidChunkSizeError`). Found is
        /// its size, expected the minimum. The offset is that of the data after it.
        public static let chunkTooSmall = Code(.chunkTooSmall)

        /// A chunk or the trailer section has no signature.
        public static let signatureMissing = Code(.signatureMissing)

        /// A signature has the wrong format: SigV4's have 64 hexadecimal digits, SigV4A's 144 digits and `*`. Also the
        /// code of a second signature for one chunk.
        public static let signatureMalformed = Code(.signatureMalformed)

        /// A signature is not the one that the verifier expects.
        public static let signatureMismatch = Code(.signatureMismatch)

        /// The length of the data differs from `x-amz-decoded-content-length`. Found is the length up to the end of the
        /// current chunk, expected the announced length.
        public static let decodedLengthMismatch = Code(.decodedLengthMismatch)

        /// An announced trailer is missing (S3's `MalformedTrailerError`).
        public static let trailerMissing = Code(.trailerMissing)

        /// A trailer was not announced, or occurs twice.
        public static let trailerUnexpected = Code(.trailerUnexpected)

        /// The checksum in the trailer is not that of the data.
        public static let checksumMismatch = Code(.checksumMismatch)

        /// A signer failed to return a signature.
        public static let signingFailed = Code(.signingFailed)

        /// The buffer to encode into is too short, and nothing has been written to it. Found and expected are lengths in
        /// bytes.
        public static let bufferTooSmall = Code(.bufferTooSmall)

        /// An enum without raw values: a lookup by a `String` would link the Unicode tables into Embedded programs.
        enum Kind: UInt8 {
            case framing, chunkTooSmall, signatureMissing, signatureMalformed, signatureMismatch
            case decodedLengthMismatch, trailerMissing, trailerUnexpected, checksumMismatch
            case signingFailed, bufferTooSmall

            var name: String {
                switch self {
                case .framing: "framing"
                case .chunkTooSmall: "chunkTooSmall"
                case .signatureMissing: "signatureMissing"
                case .signatureMalformed: "signatureMalformed"
                case .signatureMismatch: "signatureMismatch"
                case .decodedLengthMismatch: "decodedLengthMismatch"
                case .trailerMissing: "trailerMissing"
                case .trailerUnexpected: "trailerUnexpected"
                case .checksumMismatch: "checksumMismatch"
                case .signingFailed: "signingFailed"
                case .bufferTooSmall: "bufferTooSmall"
                }
            }
        }
    }
}

extension AWSChunkedError: CustomStringConvertible {
    /// Describes what was found at ``offset``.
    public var foundDescription: String {
        switch code.kind {
        case .framing: framing?.foundDescription ?? "invalid framing"
        case .chunkTooSmall: found.map { "a chunk after one of \($0) bytes" } ?? "a chunk after a small one"
        case .signatureMissing, .signingFailed: "no signature"
        case .signatureMalformed: "a malformed signature"
        case .signatureMismatch: "another signature"
        case .decodedLengthMismatch: found.map { "\($0) bytes of data" } ?? "another length of data"
        case .trailerMissing: "no checksum trailer"
        case .trailerUnexpected: "a trailer that was not announced, or a second one of that name"
        case .checksumMismatch: "another checksum"
        case .bufferTooSmall: found.map { "space for \($0) bytes" } ?? "too little space"
        }
    }

    /// Describes what was expected at ``offset``.
    public var expectedDescription: String {
        switch code.kind {
        case .framing: framing?.expectedDescription ?? "the chunked coding"
        case .chunkTooSmall: "at least \(expected ?? UInt64(AWSChunked.minimumChunkSize)) in all chunks but the last"
        case .signatureMissing: "one for each chunk and for the trailers"
        case .signatureMalformed: "64 hexadecimal digits, or 144 with padding"
        case .signatureMismatch: "the signature of the data"
        case .decodedLengthMismatch: expected.map { "\($0)" } ?? "the announced length"
        case .trailerMissing: "the announced one"
        case .trailerUnexpected: "only the announced trailers"
        case .checksumMismatch: "the checksum of the data"
        case .signingFailed: "one from the signer"
        case .bufferTooSmall: expected.map { "at least \($0)" } ?? "more"
        }
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }
}
