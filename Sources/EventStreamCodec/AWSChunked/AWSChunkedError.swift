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
    private let chunkNumber: UInt32

    /// The position up to which the body was read, in encoded bytes from its start. For ``Code/framing``, the position of
    /// the invalid byte.
    public let offset: UInt64

    /// The number that was found; ``Code`` says which. Nil if there is none.
    public var found: UInt64? { hasFound ? foundNumber : nil }

    /// The number that was expected. Nil if there is none.
    public var expected: UInt64? { hasExpected ? expectedNumber : nil }

    /// The number of the chunk at ``offset``, from 1, for an error about a chunk. The last chunk, which has no data, has one
    /// too. Nil for an error about something else, and from chunk 4,294,967,295 on.
    public var chunk: UInt64? { chunkNumber > 0 && chunkNumber < .max ? UInt64(chunkNumber) : nil }

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
    ///   - chunk: The number of the chunk at the offset, from 1, if the error is about a chunk.
    public init(
        _ code: Code, at offset: UInt64 = 0, found: UInt64? = nil, expected: UInt64? = nil, chunk: UInt64? = nil
    ) {
        self.init(code, nil, offset, found, expected, chunk ?? 0)
    }

    /// Creates an error of the code ``Code/framing``.
    ///
    /// - Parameter framing: The error of the chunked coding.
    public init(_ framing: ChunkedError) {
        self.init(.framing, framing.code, framing.offset, framing.found, framing.expected, 0)
    }

    private init(
        _ code: Code, _ framingCode: ChunkedError.Code?, _ offset: UInt64, _ found: UInt64?, _ expected: UInt64?,
        _ chunk: UInt64
    ) {
        self.code = code
        self.framingCode = framingCode
        self.offset = offset
        hasFound = found != nil
        hasExpected = expected != nil
        chunkNumber = UInt32(clamping: chunk)
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
        /// its size, expected the minimum. The offset and the chunk's number are those of the data after it, where this
        /// becomes known; S3's answer has the same number.
        public static let chunkTooSmall = Code(.chunkTooSmall)

        /// A chunk exceeds ``AWSChunkedLimits/chunkSize``. Found is its size, expected the limit.
        public static let chunkTooLarge = Code(.chunkTooLarge)

        /// The data exceeds ``AWSChunkedLimits/decodedLength`` (S3's `EntityTooLarge`). Found is the length up to the end of
        /// the current chunk, or the announced length; expected is the limit.
        public static let bodyTooLarge = Code(.bodyTooLarge)

        /// A second last chunk follows the first one. Some clients send one for an empty piece of data.
        public static let lastChunkRepeated = Code(.lastChunkRepeated)

        /// The input continues after the body, and ``AWSChunkedPolicy/allowsBytesAfterEnd`` is false. The offset is that of
        /// the end of the body.
        public static let bytesAfterEnd = Code(.bytesAfterEnd)

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

        /// An announced trailer is missing (S3's `MalformedTrailerError`). Some clients announce a trailer and send the value
        /// in a header instead: ``AWSChunkedDecoder/checksums`` has what was computed and what the header declared.
        public static let trailerMissing = Code(.trailerMissing)

        /// A trailer was not announced, or occurs twice (S3's `MalformedTrailerError`).
        public static let trailerUnexpected = Code(.trailerUnexpected)

        /// A declared checksum is not that of the data (S3's `BadDigest`).
        public static let checksumMismatch = Code(.checksumMismatch)

        /// A declared checksum cannot be one of its algorithm: it is not base64, or has another length (S3's
        /// `InvalidRequest`).
        public static let checksumMalformed = Code(.checksumMalformed)

        // MARK: Headers of the request

        /// No header of the request says that its body is in this coding.
        public static let requestNotAWSChunked = Code(.requestNotAWSChunked)

        /// A header that may occur once has two values.
        public static let requestHeaderRepeated = Code(.requestHeaderRepeated)

        /// `x-amz-content-sha256` begins with `STREAMING-` and is unknown, or is that of an event stream.
        public static let contentSHA256Unknown = Code(.contentSHA256Unknown)

        /// `x-amz-decoded-content-length` is not a decimal number, or exceeds 64 bits.
        public static let decodedLengthMalformed = Code(.decodedLengthMalformed)

        /// `x-amz-trailer` is not a list of field names, lists one twice, or lists more than
        /// ``ChunkedLimits/defaultTrailerCount``.
        public static let trailerNamesMalformed = Code(.trailerNamesMalformed)

        /// `x-amz-trailer` announces trailers, and `x-amz-content-sha256` has a value for bodies without trailers.
        public static let trailersContradictory = Code(.trailersContradictory)

        // MARK: Encoding

        /// A signer failed to return a signature, or a verifier to verify one.
        public static let signingFailed = Code(.signingFailed)

        /// The buffer to encode into is too short, and nothing has been written to it. Found and expected are lengths in
        /// bytes.
        public static let bufferTooSmall = Code(.bufferTooSmall)

        /// An enum without raw values: a lookup by a `String` would link the Unicode tables into Embedded programs.
        enum Kind: UInt8 {
            case framing, chunkTooSmall, chunkTooLarge, bodyTooLarge, lastChunkRepeated, bytesAfterEnd
            case signatureMissing, signatureMalformed, signatureMismatch
            case decodedLengthMismatch, trailerMissing, trailerUnexpected, checksumMismatch, checksumMalformed
            case requestNotAWSChunked, requestHeaderRepeated, contentSHA256Unknown, decodedLengthMalformed
            case trailerNamesMalformed, trailersContradictory
            case signingFailed, bufferTooSmall

            var name: String {
                switch self {
                case .framing: "framing"
                case .chunkTooSmall: "chunkTooSmall"
                case .chunkTooLarge: "chunkTooLarge"
                case .bodyTooLarge: "bodyTooLarge"
                case .lastChunkRepeated: "lastChunkRepeated"
                case .bytesAfterEnd: "bytesAfterEnd"
                case .signatureMissing: "signatureMissing"
                case .signatureMalformed: "signatureMalformed"
                case .signatureMismatch: "signatureMismatch"
                case .decodedLengthMismatch: "decodedLengthMismatch"
                case .trailerMissing: "trailerMissing"
                case .trailerUnexpected: "trailerUnexpected"
                case .checksumMismatch: "checksumMismatch"
                case .checksumMalformed: "checksumMalformed"
                case .requestNotAWSChunked: "requestNotAWSChunked"
                case .requestHeaderRepeated: "requestHeaderRepeated"
                case .contentSHA256Unknown: "contentSHA256Unknown"
                case .decodedLengthMalformed: "decodedLengthMalformed"
                case .trailerNamesMalformed: "trailerNamesMalformed"
                case .trailersContradictory: "trailersContradictory"
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
        case .chunkTooSmall: "\(chunkDescription) after one of \(found ?? 0) bytes"
        case .chunkTooLarge: "\(chunkDescription) of \(found ?? 0) bytes"
        case .bodyTooLarge: "\(found ?? 0) bytes of data"
        case .lastChunkRepeated: "a second last chunk"
        case .bytesAfterEnd: "bytes after the last chunk and its trailers"
        case .signatureMissing, .signingFailed: "no signature\(ofChunk)"
        case .signatureMalformed: "a malformed signature\(ofChunk)"
        case .signatureMismatch: "a signature\(ofChunk) that does not match"
        case .decodedLengthMismatch: found.map { "\($0) bytes of data" } ?? "another length of data"
        case .trailerMissing: "no trailer of an announced name"
        case .trailerUnexpected: "a trailer that was not announced, or a second one of that name"
        case .checksumMismatch: "a checksum that does not match"
        case .checksumMalformed: "a malformed checksum"
        case .requestNotAWSChunked: "no header of an aws-chunked body"
        case .requestHeaderRepeated: "a header with two values"
        case .contentSHA256Unknown: "an unknown value of x-amz-content-sha256"
        case .decodedLengthMalformed: "a malformed x-amz-decoded-content-length"
        case .trailerNamesMalformed: "a malformed x-amz-trailer"
        case .trailersContradictory: "x-amz-trailer with an x-amz-content-sha256 for a body without trailers"
        case .bufferTooSmall: found.map { "space for \($0) bytes" } ?? "too little space"
        }
    }

    /// Describes what was expected at ``offset``.
    public var expectedDescription: String {
        switch code.kind {
        case .framing: framing?.expectedDescription ?? "the chunked coding"
        case .chunkTooSmall: "at least \(expected ?? UInt64(AWSChunked.minimumChunkSize)) in all chunks but the last"
        case .chunkTooLarge, .bodyTooLarge: expected.map { "at most \($0)" } ?? "fewer"
        case .lastChunkRepeated: "a trailer or the final CRLF"
        case .bytesAfterEnd: "the end of the body"
        case .signatureMissing: "a signature for each chunk and for the trailers"
        case .signatureMalformed: "64 hexadecimal digits, or 144 with padding"
        case .signatureMismatch: "the signature of the data"
        case .decodedLengthMismatch: expected.map { "\($0)" } ?? "the announced length"
        case .trailerMissing: "each announced trailer"
        case .trailerUnexpected: "only the announced trailers"
        case .checksumMismatch: "the checksum of the data"
        case .checksumMalformed: "base64 of as many bytes as the algorithm has"
        case .requestNotAWSChunked:
            "Content-Encoding: aws-chunked, x-amz-content-sha256: STREAMING-…, x-amz-decoded-content-length or x-amz-trailer"
        case .requestHeaderRepeated: "one value"
        case .contentSHA256Unknown: "STREAMING-…-PAYLOAD or STREAMING-…-PAYLOAD-TRAILER"
        case .decodedLengthMalformed: "a decimal number"
        case .trailerNamesMalformed: "at most \(ChunkedLimits.defaultTrailerCount) names of fields, each once"
        case .trailersContradictory: "STREAMING-…-PAYLOAD-TRAILER"
        case .signingFailed: "a signature from the signer"
        case .bufferTooSmall: expected.map { "at least \($0)" } ?? "more"
        }
    }

    private var chunkDescription: String { chunk.map { "chunk \($0)" } ?? "a chunk" }
    private var ofChunk: String { chunk.map { " of chunk \($0)" } ?? "" }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }
}

extension AWSChunkedError {
    /// The code with which S3 answers such a request: `IncompleteBody`, `BadDigest`, `InvalidChunkSizeError`.
    ///
    /// The elements of the answer: `InvalidChunkSizeError` has ``chunk`` and ``found`` (`Chunk`, `BadChunkSize`), and
    /// `IncompleteBody` has ``expected`` and ``found`` (`NumberBytesExpected`, `NumberBytesProvided`) if the code is
    /// ``Code/decodedLengthMismatch``.
    public var s3Code: String {
        switch code.kind {
        case .framing: framing?.code.s3Code ?? "IncompleteBody"
        case .lastChunkRepeated, .bytesAfterEnd, .decodedLengthMismatch: "IncompleteBody"
        case .chunkTooSmall: "InvalidChunkSizeError"
        case .bodyTooLarge: "EntityTooLarge"
        case .signatureMissing, .signatureMalformed, .signatureMismatch: "SignatureDoesNotMatch"
        case .trailerMissing, .trailerUnexpected: "MalformedTrailerError"
        case .checksumMismatch: "BadDigest"
        case .chunkTooLarge, .checksumMalformed: "InvalidRequest"
        case .requestNotAWSChunked, .requestHeaderRepeated, .contentSHA256Unknown, .decodedLengthMalformed,
            .trailerNamesMalformed, .trailersContradictory:
            "InvalidRequest"
        case .signingFailed, .bufferTooSmall: "InternalError"
        }
    }
}

extension ChunkedError.Code {
    /// S3 answers to any malformed framing that the body is incomplete, except for trailers.
    fileprivate var s3Code: String {
        switch kind {
        case .trailerNameInvalid, .trailerValueInvalid, .trailerForbidden, .trailersTooLong, .tooManyTrailers:
            "MalformedTrailerError"
        case .extensionsTooLong, .tooManyChunks: "InvalidRequest"
        case .bufferTooSmall, .bodyFinished: "InternalError"
        default: "IncompleteBody"
        }
    }
}
