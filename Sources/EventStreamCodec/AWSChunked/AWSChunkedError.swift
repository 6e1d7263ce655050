/// What is wrong with an aws-chunked body, or with what was to be written into one, and where.
public struct AWSChunkedError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public let code: Code

    /// Where the body had been read to, in encoded bytes from its start; for ``Code/framing`` the offending byte.
    public let offset: UInt64

    /// What is wrong with the framing, when that is what is wrong.
    public let framing: ChunkedError?

    /// An error of this code, for signers that fail.
    public init(_ code: Code, at offset: UInt64 = 0) {
        self.code = code
        self.offset = offset
        framing = nil
    }

    init(_ framing: ChunkedError) {
        code = .framing
        offset = framing.offset
        self.framing = framing
    }

    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case framing, chunkTooSmall, signatureMissing, signatureMalformed, signatureMismatch
            case decodedLengthMismatch, trailerMissing, trailerUnexpected, checksumMismatch
            case signingFailed
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `signatureMismatch`.
        public var description: String { kind.rawValue }

        /// The chunked transfer coding beneath is broken; ``AWSChunkedError/framing`` says how.
        public static let framing = Code(.framing)

        /// A chunk other than the last with data has fewer than 8,192 bytes (S3's `InvalidChunkSizeError`).
        public static let chunkTooSmall = Code(.chunkTooSmall)

        /// A chunk, or the trailer section, has no signature.
        public static let signatureMissing = Code(.signatureMissing)

        /// A signature is not of 64 hexadecimal digits, with SigV4A 144 digits and `*`.
        public static let signatureMalformed = Code(.signatureMalformed)

        /// A signature is not the one that the verifier expects.
        public static let signatureMismatch = Code(.signatureMismatch)

        /// The body is longer or shorter than `x-amz-decoded-content-length`.
        public static let decodedLengthMismatch = Code(.decodedLengthMismatch)

        /// The trailer that was announced did not come (S3's `MalformedTrailerError`).
        public static let trailerMissing = Code(.trailerMissing)

        /// A trailer came that was not announced, or came twice.
        public static let trailerUnexpected = Code(.trailerUnexpected)

        /// The checksum in the trailer is not that of the body.
        public static let checksumMismatch = Code(.checksumMismatch)

        /// A signer did not return a signature.
        public static let signingFailed = Code(.signingFailed)
    }
}

extension AWSChunkedError: CustomStringConvertible {
    /// What is wrong, in one line.
    public var description: String {
        switch code.kind {
        case .framing: framing?.description ?? "byte \(offset): broken framing"
        case .chunkTooSmall: "byte \(offset): found a chunk after one of fewer than 8192 bytes, expected none"
        case .signatureMissing: "byte \(offset): found no signature, expected one"
        case .signatureMalformed: "byte \(offset): found a malformed signature, expected hexadecimal digits"
        case .signatureMismatch: "byte \(offset): found another signature than expected"
        case .decodedLengthMismatch: "byte \(offset): found another length of data than announced"
        case .trailerMissing: "byte \(offset): found no checksum trailer, expected the one announced"
        case .trailerUnexpected: "byte \(offset): found a trailer, expected none but the one announced"
        case .checksumMismatch: "byte \(offset): found another checksum than that of the data"
        case .signingFailed: "byte \(offset): found no signature, expected the signer to return one"
        }
    }
}
